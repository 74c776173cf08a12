"""What facts about the machine mean. Pure."""

from playground.doctor.check import Check, amount
from playground.doctor.machine import Machine

_FEW_PROCESSES, _FEW_FILES = 200, 256
_COARSE_S = 1e-5


def judge_system(machine: Machine) -> Check:
    """Whether processes can be supervised."""
    missing = [name for name, there in (("pidfd", machine.pidfd), ("subreaper", machine.subreaper)) if not there]
    if missing:
        text = f"{machine.system} {machine.kernel} has no {' and no '.join(missing)}: runs cannot be supervised"
        return Check(
            "system", "error", text, "Use Linux 5.3 or newer; a container needs a seccomp profile that has them."
        )
    return Check("system", "ok", f"{machine.system} {machine.kernel}, with pidfd and subreaper")


def judge_cores(machine: Machine) -> Check:
    """Whether processes run side by side."""
    text = f"{machine.usable_cores} of {machine.cores} may be used"
    if machine.cpu_limit is not None:
        text += f", the control group gives time of {machine.cpu_limit:.3g}"
    if min(machine.usable_cores, machine.cpu_limit or machine.usable_cores) < 2:
        advice = "Give it two: taskset, or --cpus of a container."
        return Check("cores", "warning", f"{text}: processes take turns, so races show rarely", advice)
    return Check("cores", "ok", text)


def judge_memory(machine: Machine) -> Check:
    """How much there is."""
    text = f"{amount(machine.memory_available)} of {amount(machine.memory)} available"
    if machine.memory_limit is not None:
        text += f"; beyond {amount(machine.memory_limit)} in the control group the kernel kills (SIGKILL)"
    return Check("memory", "ok", text)


def judge_limits(machine: Machine) -> Check:
    """Whether limits leave room for programs and recordings."""
    processes = [each for each in (machine.user_processes, machine.process_limit) if each is not None]
    parts = [f"{min(processes)} processes" if processes else "no limit of processes"]
    parts.append(f"{machine.open_files} open files" if machine.open_files is not None else "no limit of open files")
    if machine.core_size != 0:
        parts.append("crashes may leave core files")
    few = []
    if processes and min(processes) < _FEW_PROCESSES:
        few.append("processes: starting one may fail with EAGAIN")
    if machine.open_files is not None and machine.open_files < _FEW_FILES:
        few.append("open files: pipes may fail with EMFILE")
    if machine.file_size is not None:
        few.append(f"bytes in a file ({amount(machine.file_size)}): recordings end there")
    text = ", ".join(parts) + "".join(f"; few {each}" for each in few)
    return Check("limits", "warning" if few else "ok", text, "Raise them: ulimit -u, -n, -f." if few else "")


def judge_clock(machine: Machine) -> Check:
    """Whether events can be put in order."""
    text = f"{machine.clock}, steps of {machine.clock_resolution_s * 1e9:.0f} ns"
    if not machine.clock_goes_forward or machine.clock_resolution_s > _COARSE_S:
        advice = "Nothing can be done from here; on a virtual machine, choose another clock source."
        return Check("clock", "error", f"{text}: too coarse to order events, or it goes back", advice)
    return Check("clock", "ok", text)
