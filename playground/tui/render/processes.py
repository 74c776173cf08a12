"""The process table: who they are, what they do and for how long, whom they wait for."""

from collections.abc import Sequence
from functools import lru_cache

from rich.style import Style
from textual.strip import Strip

from playground.history import Nanoseconds, Process, ProcessState, State, Wait
from playground.history.told import exit_text
from playground.scheduling import core_ranges
from playground.tui.arrange import depths, tree_signs
from playground.tui.graph import main_waits
from playground.tui.moment import Moment
from playground.tui.render import table
from playground.tui.render.line import middle_out, remark
from playground.tui.render.palette import Palette
from playground.tui.render.table import Column
from playground.tui.render.times import size, span

MOST_NAMED = 2
"""So many are named, more are counted."""
_LEAST_WAITS, _TITLE_ALONE, _MOST_WAITS = 15, 10, 34
"""So many cells what is waited for has at least; with nobody waiting; and what is stuck at most, before figures."""
_MOST_NAME = 24
_WIDE, _LINGERING_NS = 70, 200_000_000
_HELPERS = frozenset({"server", "tracker"})
"""Roles of processes that are meant to outlive their parent for a moment."""
_TONES = {
    State.WAITING: "warning",
    State.SUSPENDED: "warning",
    State.KILLED: "bad",
    State.EXITED: "muted",
    State.STARTING: "muted",
    State.SLEEPING: "muted",
}


def draw(moment: Moment, width: int, height: int, palette: Palette, first: int | None = None) -> list[Strip]:
    """Titles, then a line for each process from the place ``first`` on; without it the selected one is among them."""
    chosen = columns(moment, width)
    order = "name" if moment.view.order == "tree" else moment.view.order
    strips = [table.titles(chosen, order, width, palette)]
    if not moment.states:
        why = f"none has the words “{moment.view.words}”: / changes them" if moment.view.words else "nobody yet"
        return [*strips, remark(why, width, palette)]
    room = max(height - 1, 1)
    if first is None:
        first = table.showing(moment.row - room // 2, moment.row, len(moment.states), room)
    rows = _Rows(moment, chosen, width, palette)
    return strips + [rows.draw(place) for place in range(first, min(first + room, len(moment.states)))]


def columns(moment: Moment, width: int) -> list[Column]:
    """The columns for which there is room, some of them only if they tell something; the last takes what is left."""
    history, tree = moment.history, moment.view.order == "tree"
    deep = _depths(moment) if tree else {}
    longest = max((len(history.name(s.index)) + 3 * deep.get(s.index, 0) for s in moment.states), default=4)
    processes = [history.processes[state.index] for state in moment.states]
    marked = bool(orphans(moment)) or any(_lingers(process, moment.at, width) for process in processes)
    nice = any(process.sample_at("nice", moment.at) for process in processes if "nice" in process.samples)
    bound = [process for process in processes if "affinity" in process.samples]
    cores = max((len(affinity_text(moment, process)) for process in bound), default=0)
    wanted = [
        Column("TREE" if tree else "NAME", min(max(longest, 5), _MOST_NAME if width > 60 else 14), order="name"),
        Column("STATE", 15 if marked else 9, order="state"),
        Column("FOR", 7, right=True),
        Column("PID", 7, right=True, order="pid"),
        Column("CPU", 5, right=True, order="cpu"),
        Column("RSS", 5, right=True, order="memory"),
        Column("THR", 4, right=True, order="threads"),
        *([Column("NI", 3, right=True)] if nice else []),
        *([Column("CORES", min(max(cores, 5), 12))] if cores else []),
    ]
    least = _room_for_waits(moment)
    fitted = table.fitting(wanted, width - least, needed=2)
    left = width - 1 - sum(column.cells + 1 for column in fitted)
    more = max(min(longest, _MOST_NAME) - fitted[0].cells, 0)  # a name takes what is left over
    more = min(more, max(left - max(least, _LEAST_WAITS), 0))
    fitted[0] = fitted[0]._replace(cells=fitted[0].cells + more)
    left -= more
    return [*fitted, Column(" WAITS FOR", max(left, 0), order="waiting")]


def _lingers(process: Process, at: Nanoseconds, width: int) -> bool:
    """Whether it has been a zombie long enough to have room for that word; with room for all, whether it has ended.

    Neither is ever untrue again, so that the columns stay where they are.
    """
    if process.ended is None or not process.ended_by(at):
        return False
    gone = at if process.reaped is None else min(process.reaped, at)
    return width > _WIDE or gone - process.ended > _LINGERING_NS


def _room_for_waits(moment: Moment) -> int:
    """Cells for what is waited for: what nobody can end is told in full rather than any figure."""
    waits = main_waits(moment)
    told = [waits_for(moment, waits[index], _MOST_WAITS) for index in moment.stuck if index in waits]
    return max(_LEAST_WAITS if waits else _TITLE_ALONE, *(1 + len(text) for text in told), 0)


class _Rows:
    """Draws rows; holds what all rows need."""

    def __init__(self, moment: Moment, columns: Sequence[Column], width: int, palette: Palette) -> None:
        self._moment, self._columns, self._width, self._palette = moment, columns, width, palette
        self._stuck, self._waits, self._picked = moment.stuck, main_waits(moment), moment.picked
        self._signs: list[str] = []
        if moment.view.order == "tree":
            deep = _depths(moment)
            self._signs = tree_signs([deep[state.index] for state in moment.states])

    def draw(self, place: int) -> Strip:
        """The row of the process at a place among the states."""
        moment, palette = self._moment, self._palette
        state = moment.states[place]
        chosen, picked = state.index == moment.selected, state.index in self._picked
        ground = palette.selected if chosen else palette.ground
        tone = self._tone(state)
        muted = palette.style(palette.muted, ground)
        signs = self._signs[place] if self._signs else ""
        name = signs + middle_out(moment.history.name(state.index), self._columns[0].cells - len(signs))
        named = palette.style(palette.muted if state.state.final else palette.text, ground, bold=chosen or picked)
        wait = None if state.state.final else self._waits.get(state.index)
        what = waits_for(moment, wait, self._columns[-1].cells - 1) if wait is not None else ""
        texts: dict[str, tuple[str, Style]] = {
            "NAME": (name, named),
            "TREE": (name, named),
            "STATE": (
                state_text(moment, state, stuck=state.index in self._stuck),
                palette.style(tone, ground, bold=True),
            ),
            " WAITS FOR": (f" {what}", palette.style(tone, ground)),
            **{title: (text, muted) for title, text in _figures(moment, state).items()},
        }
        return table.row(self._columns, texts, chosen=chosen, width=self._width, palette=palette, picked=picked)

    def _tone(self, state: ProcessState) -> str:
        palette = self._palette
        if state.index in self._stuck and not state.state.final:
            return palette.bad
        if _is_zombie(self._moment, state.index) or state.index in orphans(self._moment):
            return palette.warning
        if state.state.final and state.exitcode:
            return palette.bad
        tone: str = getattr(palette, _TONES.get(state.state, "good"))
        return tone


def _figures(moment: Moment, state: ProcessState) -> dict[str, str]:
    process = moment.history.processes[state.index]
    pid = {"PID": str(process.definition.pid)}
    if state.state.final:
        return pid
    nice = process.sample_at("nice", moment.at)
    return pid | {
        "FOR": span(moment.at - state.since),
        "CPU": "" if state.cpu is None else f"{state.cpu:.0f}%",
        "RSS": size(state.rss),
        "THR": "" if state.threads is None else str(state.threads),
        "NI": f"{nice or 0:.0f}",
        "CORES": affinity_text(moment, process),
    }


def state_text(moment: Moment, state: ProcessState, *, stuck: bool) -> str:
    """``waiting``, ``✗ waiting`` for ever, ``orphan running``, ``exit 1``, ``zombie SIGKILL``."""
    if state.state.final:
        return f"{'zombie ' if _is_zombie(moment, state.index) else ''}{exit_text(state.exitcode)}"
    sign = "✗ " if stuck and state.state == State.WAITING else "orphan " if state.index in orphans(moment) else ""
    return f"{sign}{state.state.name.lower()}"


def _is_zombie(moment: Moment, index: int) -> bool:
    return moment.history.processes[index].zombie_at(moment.at)


@lru_cache(2)
def orphans(moment: Moment) -> frozenset[int]:
    """The processes of the program that live on and whose parent has ended."""
    history, at = moment.history, moment.at
    ended = {index for index, process in enumerate(history.processes) if process.ended_by(at)}
    left = {history.pids.get(pid) for pid, starter in history.started_by.items() if starter in ended} - ended
    return frozenset(i for i in left if i is not None and history.processes[i].definition.role not in _HELPERS)


@lru_cache(2)
def _depths(moment: Moment) -> dict[int, int]:
    return depths(moment.history, moment.states)


def affinity_text(moment: Moment, process: Process) -> str:
    """The cores that a process may use, ``0-2,5``; "" while that is all of them, or unknown."""
    mask = int(process.sample_at("affinity", moment.at) or 0)
    if mask < 0:
        return f"{-mask} cores"
    return core_ranges(core for core in range(mask.bit_length()) if mask >> core & 1)


def waits_for(moment: Moment, wait: Wait, width: int) -> str:
    """``second ◂ B``: what is waited for, and who has it; of a name that is too long its middle goes."""
    history = moment.history
    what = history.waited_for(wait.resource, wait.operation, wait.on_process)
    if not wait.holders:
        return middle_out(what, width)
    holders = named([history.name(p) for p in wait.holders])
    if len(what) + 3 + len(holders) > width:
        what = middle_out(what, max((width - 3) // 2, width - 3 - len(holders)))
        holders = middle_out(holders, width - 3 - len(what))
    return f"{what} ◂ {holders}"


def named(holders: Sequence[str]) -> str:
    """The holders by name, or how many they are."""
    return f"{len(holders)} holders" if len(holders) > MOST_NAMED else ", ".join(holders)
