"""From facts to what they mean for somebody who wants to work here. Pure."""

from collections.abc import Iterator

from playground.doctor.check import Check
from playground.doctor.facts import Facts
from playground.doctor.judged_machine import judge_clock, judge_cores, judge_limits, judge_memory, judge_system
from playground.doctor.judged_places import judge_abandoned, judge_recordings, judge_runs, judge_shared_memory
from playground.doctor.trials import PROGRAM, Trial

SMALLEST_SCREEN = (60, 15)
"""Columns and rows that the screens need."""


def judge(facts: Facts) -> list[Check]:
    """All checks, in the order in which they are told."""
    return [
        _python(facts),
        judge_system(facts.machine),
        _terminal(facts),
        *_signs(facts),
        judge_cores(facts.machine),
        judge_memory(facts.machine),
        judge_limits(facts.machine),
        judge_clock(facts.machine),
        judge_shared_memory(facts.shared_memory),
        *(_start_method(method, trial) for method, trial in facts.start_methods.items()),
        _inspection(facts),
        _attach(facts),
        judge_runs(facts.runs),
        *judge_abandoned(facts.runs),
        judge_recordings(facts.recordings),
    ]


def _python(facts: Facts) -> Check:
    found = facts.python
    own = f"{found.version} ({found.implementation}) runs the playground"
    if found.problem:
        return Check("python", "error", f"{own}; programs cannot be run: {found.problem}")
    if found.programs == found.executable:
        return Check("python", "ok", f"{own} and programs: {found.executable}")
    return Check("python", "ok", f"{own}, {found.programs_version} programs: {found.programs}")


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
