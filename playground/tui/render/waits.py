"""The wait-for graph: cycles drawn as rings, in red, then who else waits for whom."""

from collections.abc import Sequence

from textual.strip import Strip

from playground.history import Wait
from playground.history.told import exit_text
from playground.probe.layout import MAIN_THREAD
from playground.tui.moment import Moment
from playground.tui.render.line import Line, narrow, remark
from playground.tui.render.palette import Palette
from playground.tui.render.processes import named


def draw(moment: Moment, width: int, height: int, palette: Palette) -> list[Strip]:  # noqa: ARG001  # as all drawings
    """Rings first, then one line for each other wait; idle pool workers are left out."""
    history = moment.history
    waits = [w for w in history.waits_at(moment.at) if _worth_showing(moment, w)]
    strips: list[Strip] = []
    shown: set[int] = set()
    for ring in _rings(moment, waits):
        strips += _ring(moment, ring, width, palette)
        shown.update(wait.process for wait in ring)
    for wait in waits:
        if wait.process not in shown:
            strips.append(_edge(moment, wait, width, palette))
    return strips or [remark("nobody waits", width, palette)]


def _worth_showing(moment: Moment, wait: Wait) -> bool:
    """Whether a wait tells something: idle workers, managers and threads of libraries do not."""
    kind = moment.history.resources[wait.resource].definition.kind if wait.resource else ""
    idle = kind in {"pool", "executor"} and wait.operation == "get"
    managing = moment.history.processes[wait.process].definition.role == "manager"
    return not (idle or managing or (wait.seen and wait.thread != MAIN_THREAD))


def _rings(moment: Moment, waits: Sequence[Wait]) -> list[list[Wait]]:
    """Of each cycle that was found: its waits in order, each on what the next one's process holds."""
    by_edge = {(wait.process, wait.resource): wait for wait in waits}
    rings = []
    for finding in moment.findings:
        ring = [by_edge[edge] for edge in finding.edges if edge in by_edge]
        if ring and len(ring) == len(finding.edges):
            rings.append(ring)
    return rings


def _ring(moment: Moment, ring: Sequence[Wait], width: int, palette: Palette) -> list[Strip]:
    """The cycle in a line with an arrow back to its begin; one below the other when it is too long for that."""
    history = moment.history
    tone, strong = palette.style(palette.bad), palette.style(palette.bad, bold=True)
    lock = palette.style(palette.warning, bold=True)
    inner = Line().add(" ╭─▶ ", tone)
    for i, wait in enumerate(ring):
        inner.add(narrow(history.name(wait.process)), strong).add(" ─ ", tone)
        inner.add(narrow(history.resource_name(wait.resource)), lock)
        inner.add(" ─▶ " if i + 1 < len(ring) else " ─╮", tone)
    if inner.width <= width:
        back = Line().add(" ╰" + "─" * (inner.width - 3) + "╯", tone)
        return [line.strip(width, palette.style()) for line in (inner, back)]
    strips = []
    for i, wait in enumerate(ring):
        corner = "╭▶" if i == 0 else "╰─" if i + 1 == len(ring) else "│ "
        line = Line().add(f" {corner} ", tone).add(history.name(wait.process), strong)
        line.add(" waits for ", tone).add(history.resource_name(wait.resource), lock)
        line.add(f", held by {history.name(ring[(i + 1) % len(ring)].process)}", tone)
        strips.append(line.strip(width, palette.style()))
    return strips


def _edge(moment: Moment, wait: Wait, width: int, palette: Palette) -> Strip:
    """``B ─ first ─▶ A  transfer.py:14``."""
    history = moment.history
    stuck = wait.process in moment.stuck and not wait.timed
    name = palette.style(palette.bad if stuck else palette.text, bold=stuck)
    arrow = palette.style(palette.bad if stuck else palette.muted)
    line = Line().add("   ", arrow).add(history.name(wait.process), name)
    if wait.on_process is not None:
        line.add(" ─ join ─▶ ", arrow).add(history.name(wait.on_process), name)
    else:
        what = history.waited_for(wait.resource, wait.operation, None)
        line.add(f" ─ {wait.operation} " if wait.resource and wait.operation != "acquire" else " ─ ", arrow)
        line.add(what, palette.style(palette.warning, bold=True))
        if wait.holders:
            line.add(" ─▶ ", arrow).add(named([_holder(moment, p) for p in wait.holders]), name)
    if wait.timed:
        line.add("  with a timeout", palette.style(palette.muted))
    place = history.place(wait.site)
    if place and line.width + len(place) + 2 <= width:
        line.add(f"  {place}", palette.style(palette.muted))
    return line.strip(width, palette.style())


def _holder(moment: Moment, process: int) -> str:
    known = moment.history.processes[process]
    if known.ended_by(moment.at):
        return f"{moment.history.name(process)} (dead: {exit_text(known.exitcode)})"
    return moment.history.name(process)
