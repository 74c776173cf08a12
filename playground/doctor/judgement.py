"""From facts to what they mean for somebody who wants to work here. Pure."""

from collections.abc import Iterator

from playground.doctor.check import Check
from playground.doctor.facts import Facts
from playground.doctor.machine import Machine
from playground.doctor.places import SOCKET_LIMIT
from playground.doctor.trials import PROGRAM, Trial

MIB, GIB = 1 << 20, 1 << 30
SMALLEST_SCREEN = (60, 15)
"""Columns and rows that the screens need."""
_LITTLE_SHARED = 64 * MIB
"""What containers have unless more is asked for."""
_FEW_PROCESSES, _FEW_FILES = 200, 256
_LITTLE_DISK = 100 * MIB


def judge(facts: Facts) -> list[Check]:
    """All checks, in the order in which they are told."""
    return [
        _python(facts),
        _system(facts.machine),
        _terminal(facts),
        *_signs(facts),
        _cores(facts.machine),
        _memory(facts.machine),
        _limits(facts.machine),
        _clock(facts.machine),
        _shared_memory(facts),
        *(_start_method(method, trial) for method, trial in facts.start_methods.items()),
        _inspection(facts),
        _attach(facts),
        _runs(facts),
        *_abandoned(facts),
        _recordings(facts),
    ]


def _python(facts: Facts) -> Check:
    found = facts.python
    own = f"{found.version} ({found.implementation}) runs the playground"
    if found.problem:
        return Check("python", "error", f"{own}; programs cannot be run: {found.problem}")
    if found.programs == found.executable:
        return Check("python", "ok", f"{own} and programs: {found.executable}")
    return Check("python", "ok", f"{own}, {found.programs_version} programs: {found.programs}")


def _system(machine: Machine) -> Check:
    missing = [name for name, there in (("pidfd", machine.pidfd), ("subreaper", machine.subreaper)) if not there]
    if missing:
        text = f"{machine.system} {machine.kernel} has no {' and no '.join(missing)}: runs cannot be supervised"
        return Check(
            "system", "error", text, "Use Linux 5.4 or newer; a container needs a seccomp profile that has them."
        )
    return Check("system", "ok", f"{machine.system} {machine.kernel}, with pidfd and subreaper")


def _terminal(facts: Facts) -> Check:
    found = facts.terminal
    if not (found.stdin and found.stdout):
        where = " and ".join(name for name in ("stdin", "stdout") if not getattr(found, name))
        text = f"none on {where}: no screens, everything without them works"
        return Check("terminal", "warning", text, "Start it in a terminal, or use --headless.")
    size = f"{found.term or 'TERM is not set'}, {found.columns} x {found.rows}"
    if found.term in {"", "dumb", "unknown"}:
        return Check("terminal", "warning", f"{size}: cannot show screens", "Set TERM, or use --headless.")
    if found.columns < SMALLEST_SCREEN[0] or found.rows < SMALLEST_SCREEN[1]:
        needed = "{} x {}".format(*SMALLEST_SCREEN)
        return Check("terminal", "warning", f"{size}: too small for screens", f"Make it at least {needed}.")
    mouse = {True: ", mouse", False: ", no mouse: everything has a key", None: ""}[found.mouse]
    return Check("terminal", "ok", size + mouse)


def _signs(facts: Facts) -> Iterator[Check]:
    """Colours and glyphs, where there is a terminal to show them."""
    found = facts.terminal
    if not (found.stdout or found.stderr):
        return
    if not found.glyphs:
        text = f"{found.encoding} cannot write the glyphs of the screens; reports use plain signs"
        yield Check("signs", "warning", text, "export LC_ALL=C.UTF-8, in a terminal that shows UTF-8.")
        return
    colours = {"truecolor": "all colours", "256": "256 colours", "standard": "16 colours", "none": "no colours"}
    said = "no colours (NO_COLOR): glyphs tell the states" if found.no_color else colours.get(found.colours, "")
    yield Check("signs", "ok", f"{found.encoding}, {said}")


def _cores(machine: Machine) -> Check:
    text = f"{machine.usable_cores} of {machine.cores} may be used"
    if machine.cpu_limit is not None:
        text += f", the control group gives time of {machine.cpu_limit:.3g}"
    if min(machine.usable_cores, machine.cpu_limit or machine.usable_cores) < 2:
        advice = "Give it two: taskset, or --cpus of a container."
        return Check("cores", "warning", f"{text}: processes take turns, so races show rarely", advice)
    return Check("cores", "ok", text)


def _memory(machine: Machine) -> Check:
    text = f"{amount(machine.memory_available)} of {amount(machine.memory)} available"
    if machine.memory_limit is not None:
        text += f"; beyond {amount(machine.memory_limit)} the control group's kernel kills (SIGKILL)"
    return Check("memory", "ok", text)


def _limits(machine: Machine) -> Check:
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


def _clock(machine: Machine) -> Check:
    text = f"{machine.clock}, {machine.clock_resolution_s:.0e} s"
    if not machine.clock_goes_forward or machine.clock_resolution_s > 1e-5:
        advice = "Nothing can be done from here; on a virtual machine, choose another clock source."
        return Check("clock", "error", f"{text}: too coarse to order events, or it goes back", advice)
    return Check("clock", "ok", text)


def _shared_memory(facts: Facts) -> Check:
    found = facts.shared_memory
    if not found.there or not found.writable:
        what = "cannot be written" if found.there else "is missing"
        text = f"/dev/shm {what}: locks and queues of multiprocessing fail with an OSError; journals go to disk"
        return Check("shared memory", "error", text, "Mount a tmpfs there, mode 1777 (a container: --tmpfs /dev/shm).")
    text = f"/dev/shm has {amount(found.free)} free of {amount(found.size)}; journals take an eighth of that at most"
    if min(found.free, found.size) <= _LITTLE_SHARED:
        advice = "Give it more: docker run --shm-size=1g, or mount -o remount,size=1G /dev/shm."
        full = "a program's own SharedMemory that does not fit ends it by SIGBUS"
        return Check("shared memory", "warning", f"{text}; {full}", advice)
    return Check("shared memory", "ok", text)


def _start_method(method: str, trial: Trial) -> Check:
    if not trial.available:
        return Check(method, "warning", "this Python does not have it")
    if not trial.works:
        advice = f"Try it by itself: python {PROGRAM} {method}"
        return Check(method, "error", f"the program that was tried failed: {trial.problem}", advice)
    if not trial.observed:
        text = "a child was started, but not observed: the interpreter does not load the probe"
        return Check(method, "error", text, "Is it a wrapper with -I or -E, or one with a sitecustomize of its own?")
    return Check(method, "ok", f"a child was started and observed, {trial.duration_s:.2f} s")


def _inspection(facts: Facts) -> Check:
    found = facts.rights
    if not found.proc:
        return Check("inspection", "error", "/proc is not mounted: nothing can be supervised", "Mount it.")
    seen = {
        "what they wait for in the kernel (so no proof of deadlocks)": found.calls,
        "their raw values": found.memory,
        "which of them were left by killed runs": found.environment,
        "children without a probe": found.children,
    }
    hidden = [what for what, can_be_seen in seen.items() if not can_be_seen]
    if hidden:
        advice = "Set kernel.yama.ptrace_scope to 1 or 0, or give the container --cap-add=SYS_PTRACE."
        return Check("inspection", "warning", f"of processes of a run we cannot see {', '.join(hidden)}", advice)
    coarse = "" if found.schedstat else "; without schedstat, by counts of context switches"
    return Check("inspection", "ok", f"waits, memory and environment of a run's processes can be read{coarse}")


def _attach(facts: Facts) -> Check:
    found, scope = facts.rights, facts.rights.ptrace_scope
    lines = "with lines of source" if found.py_spy else "without lines of source: pip install 'mp-playground[attach]'"
    hidden = (
        "" if found.others or found.root else "; processes of others are hidden (hidepid), so who has what is not sure"
    )
    if scope and (scope > 2 or not found.root):
        who = "nobody" if scope > 2 else "root only"
        text = f"kernel.yama.ptrace_scope is {scope}: {who} may look at programs that others started{hidden}"
        return Check("attach", "warning", text, "sudo sysctl kernel.yama.ptrace_scope=0, or attach as root.")
    whose = "all programs" if found.root else "your own programs"
    return Check("attach", "warning" if hidden else "ok", f"to {whose}, {lines}{hidden}")


def _runs(facts: Facts) -> Check:
    found = facts.runs
    if found.problem:
        text = f"no place takes the directory of a run: {found.problem}"
        return Check("runs", "error", text, "Make $XDG_RUNTIME_DIR, /tmp or ~/.cache writable.")
    room = SOCKET_LIMIT - found.longest_socket
    text = f"in {found.base}, {amount(found.free)} free, addresses of sockets have {room} bytes to spare"
    if found.free < _LITTLE_DISK:
        return Check("runs", "warning", f"{text}: little for journals", "Make room there.")
    return Check("runs", "ok", text)


def _abandoned(facts: Facts) -> Iterator[Check]:
    if facts.runs.abandoned:
        text = f"of killed runs something was left ({', '.join(facts.runs.abandoned)}); the runs tried here cleared it"
        yield Check("left over", "warning", text)


def _recordings(facts: Facts) -> Check:
    found = facts.recordings
    text = f"{found.count} in {found.directory}, {amount(found.size)}"
    if found.problem:
        advice = "Set MP_PLAYGROUND_DATA to a directory that can be written, or use --record FILE or --no-record."
        return Check("recordings", "warning", f"{text}; none can be added: {found.problem}", advice)
    if found.free < _LITTLE_DISK:
        return Check(
            "recordings", "warning", f"{text}, only {amount(found.free)} free", "mp-playground recordings --prune"
        )
    return Check("recordings", "ok", f"{text}, {amount(found.free)} free")


def amount(size: int) -> str:
    """A number of bytes as people say it."""
    if size < MIB:
        return f"{size / 1024:.0f} KiB"
    return f"{size / MIB:.0f} MiB" if size < GIB else f"{size / GIB:.1f} GiB"
