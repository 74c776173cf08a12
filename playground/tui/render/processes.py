"""The process table: who they are, what they do and for how long, whom they wait for."""

from collections.abc import Sequence

from textual.strip import Strip

from playground.history import ProcessState, State, Wait
from playground.history.told import exit_text
from playground.probe.layout import MAIN_THREAD
from playground.tui.moment import Moment
from playground.tui.render.line import Line
from playground.tui.render.palette import Palette
from playground.tui.render.times import size, span

_MOST_NAMED = 2
"""So many are named, more are counted."""
_LEAST_WAITS = 20
_COLUMNS = (("NAME", 0), ("STATE", 0), ("FOR", 7), ("PID", 7), ("CPU", 5), ("RSS", 5))
"""Title and width, the most important first; 0 is as wide as what stands in it."""
_RIGHT = frozenset({"FOR", "PID", "CPU", "RSS"})
_TONES = {
    State.WAITING: "warning",
    State.SUSPENDED: "warning",
    State.KILLED: "bad",
    State.EXITED: "muted",
    State.STARTING: "muted",
    State.SLEEPING: "muted",
}


def draw(moment: Moment, width: int, height: int, palette: Palette) -> list[Strip]:
    """Titles, then one line for each process; the selected one is always among the ``height`` lines."""
    columns = _columns(moment, width)
    head = palette.style(palette.muted, bold=True)
    title = Line().add(" ", head)
    for name, cells in columns:
        title.column(name, cells, head, right=name in _RIGHT).add(" ", head)
    strips = [title.add(" WAITS FOR", head).strip(width, palette.style())]
    waits = {wait.process: wait for wait in moment.history.waits_at(moment.at) if wait.thread == MAIN_THREAD}
    first = first_row(moment, height)
    for state in moment.states[first : first + height - 1]:
        strips.append(_row(moment, state, waits.get(state.index), columns, width, palette))
    return strips


def first_row(moment: Moment, height: int) -> int:
    """Place of the topmost process among the states."""
    room = max(1, height - 1)
    return max(0, min(moment.row - room // 2, len(moment.states) - room))


def _columns(moment: Moment, width: int) -> list[tuple[str, int]]:
    longest = max((len(moment.history.name(state.index)) for state in moment.states), default=4)
    zombies = any(moment.history.processes[state.index].zombie_at(moment.at) for state in moment.states)
    fitted = {"NAME": min(max(longest, 4), 16), "STATE": 14 if zombies else 9}
    left = width - _LEAST_WAITS
    chosen = []
    for name, cells in _COLUMNS:
        cells = cells or fitted[name]
        if left < cells + 1 and name not in fitted:  # name and state are always there
            break
        chosen.append((name, cells))
        left -= cells + 1
    return chosen


def _row(
    moment: Moment,
    state: ProcessState,
    wait: Wait | None,
    columns: list[tuple[str, int]],
    width: int,
    palette: Palette,
) -> Strip:
    ground = palette.selected if state.index == moment.selected else palette.ground
    stuck = state.index in moment.stuck and not state.state.final
    tone = palette.bad if stuck else getattr(palette, _TONES.get(state.state, "good"))
    texts = _texts(moment, state)
    line = Line().add("▌" if state.index == moment.selected else " ", palette.style(palette.accent, ground))
    for name, cells in columns:
        colour = palette.text if name == "NAME" else tone if name == "STATE" else palette.muted
        bold = name == "STATE" or (name == "NAME" and ground != palette.ground)
        line.column(texts[name], cells, palette.style(colour, ground, bold=bold), right=name in _RIGHT)
        line.add(" ", palette.style(None, ground))
    if wait is not None and not state.state.final:
        line.add(f" {waits_for(moment, wait)}", palette.style(tone, ground))
    return line.strip(width, palette.style(None, ground))


def _texts(moment: Moment, state: ProcessState) -> dict[str, str]:
    ended = state.state.final
    process = moment.history.processes[state.index]
    zombie = "zombie " if process.zombie_at(moment.at) else ""
    return {
        "NAME": moment.history.name(state.index),
        "STATE": f"{zombie}{exit_text(state.exitcode)}" if ended else state.state.name.lower(),
        "FOR": "" if ended else span(moment.at - state.since),
        "PID": str(process.definition.pid),
        "CPU": "" if ended or state.cpu is None else f"{state.cpu:.0f}%",
        "RSS": "" if ended else size(state.rss),
    }


def waits_for(moment: Moment, wait: Wait) -> str:
    """``second ◂ B``: what is waited for, and who has it."""
    history = moment.history
    what = history.waited_for(wait.resource, wait.operation, wait.on_process)
    return f"{what} ◂ {named([history.name(p) for p in wait.holders])}" if wait.holders else what


def named(holders: Sequence[str]) -> str:
    """The holders by name, or how many they are."""
    return f"{len(holders)} holders" if len(holders) > _MOST_NAMED else ", ".join(holders)
