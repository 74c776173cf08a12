"""Everything about one process: who started it, what it did, does and holds, whom it waits for, how it ended."""

from collections import Counter
from collections.abc import Iterator
from heapq import nlargest
from typing import NamedTuple

from textual.strip import Strip

from playground.findings import causes
from playground.history import Nanoseconds, Process, State, Wait
from playground.history.told import exit_text
from playground.inspection.backtrace import Backtrace
from playground.probe import layout
from playground.tui.graph import Bunch, main_waits, waits_of
from playground.tui.moment import Moment
from playground.tui.render.findings import short
from playground.tui.render.line import Line, narrow, remark
from playground.tui.render.links import to_process, to_resource
from playground.tui.render.page import Page, Piece
from playground.tui.render.palette import Paint, Palette
from playground.tui.render.processes import affinity_text, state_text
from playground.tui.render.times import clock, span

_SEGMENTS = 5000
"""So many of the latest states are added up: enough for any picture, and quickly done."""
_LONGEST = 4
_CHAIN = 6
"""So many steps of a chain of waiting are told."""
_CHILDREN = 24
_SAID = 6
_LOOKED_THROUGH = 2000
"""So many of the latest lines of all processes are looked through for those of one."""
_ABOUT = frozenset({"action", "notice"})
"""What is said about a process, and not by it."""
_BAR = 24
_SHARES = (
    (State.RUNNING, Paint.RUNNING, "runs"),
    (State.WAITING, Paint.LOCK, "waits"),
    (State.SLEEPING, Paint.SLEEP, "sleeps"),
    (State.SUSPENDED, Paint.SUSPENDED, "suspended"),
    (State.STARTING, Paint.STARTING, "starts"),
)
_ENDERS = {
    "debug": "you, in the debugger (g)",
    "acquire": "whoever gives it back",
    "get": "whoever puts something in",
    "put": "whoever takes something out",
    "flush": "whoever takes out what it has put",
    "thread": "another thread of it",
    "pause": "a signal",
    "event": "whoever sets it",
    "notify": "whoever notifies",
    "barrier": "the others, once all have come",
    "recv": "whoever writes to the other end",
    "poll": "whoever writes to the other end",
    "read": "whoever writes to the other end",
    "send": "whoever reads at the other end",
    "write": "whoever reads at the other end",
    "result": "whoever works for it",
    "call": "the manager",
    "accept": "a client that connects",
}
"""Operation to who could end a wait that is not behind somebody in particular."""


class Taken(NamedTuple):
    """A stack that was asked for, or why there is none."""

    at: Nanoseconds
    backtrace: Backtrace | None
    """None while there is no answer, or when there will be none."""
    waiting: bool = False


def draw(moment: Moment, width: int, palette: Palette, taken: Taken | None = None) -> list[Strip]:
    """The page of the selected process."""
    history = moment.history
    if moment.selected >= len(history.processes) or history.processes[moment.selected].state_at(moment.at) is None:
        return [remark("no process is selected", width, palette)]
    page = Page(width, palette)
    teller = _Teller(moment, page)
    teller.state()
    if taken is not None:
        teller.stack(taken)
    teller.who()
    teller.doing()
    teller.past()
    teller.family()
    teller.said()
    if taken is None:
        teller.offer_stack()
    return page.strips()


class _Stretch(NamedTuple):
    """A time in one state."""

    length: Nanoseconds
    since: Nanoseconds
    segment: int


class _Teller:
    """Tells what there is to say of one process, fact by fact."""

    def __init__(self, moment: Moment, page: Page) -> None:
        self._moment, self._page, self._history = moment, page, moment.history
        self._index = moment.selected
        self._process: Process = moment.history.processes[moment.selected]
        self._state = next((state for state in moment.states if state.index == self._index), None)

    # --- Who it is --------------------------------------------------------------------------------------

    def state(self) -> None:
        """Name and state."""
        page, history = self._page, self._history
        state = self._process.state_at(self._moment.at)
        assert state is not None
        ended = state.final
        since = self._process.lane.starts[self._process.lane.index_at(self._moment.at)]
        stuck = self._index in self._moment.stuck and not ended
        shown = state.name.lower() if self._state is None else state_text(self._moment, self._state, stuck=stuck)
        tone = page.palette.bad if stuck or state == State.KILLED else page.palette.warning
        calm = state in {State.RUNNING, State.EXITED}
        page.lines.append(
            _first_line(
                page, narrow(history.name(self._index)), shown, page.palette.good if calm and not stuck else tone
            ).add("" if ended else f" for {span(self._moment.at - since)}", page.muted)
        )

    def who(self) -> None:
        """Pid, role, how and by whom it was started."""
        page, d = self._page, self._process.definition
        cores, nice = affinity_text(self._moment, self._process), self._process.sample_at("nice", self._moment.at)
        words = [f"pid {d.pid}", d.role, d.method, "daemon" if d.daemon else ""]
        words += [f"nice {nice:.0f}" if nice else "", f"cores {cores}" if cores else "", *self._figures()]
        page.fact("is", [Piece(word, page.muted) for word in words if word])
        page.fact("started", self._started())

    def _figures(self) -> list[str]:
        state = self._state
        if state is None or state.state.final:
            return []
        return [f"{state.cpu:.0f}% CPU"] if state.cpu is not None else []

    def _started(self) -> Iterator[Piece]:
        page, history, pid = self._page, self._history, self._process.definition.pid
        began = self._process.began or 0
        starter = history.started_by.get(pid)
        if starter is not None:
            yield Piece("by", page.muted)
            yield self._name(starter)
            place = history.place(history.processes[starter].site_at(history.started_at.get(pid, began)))
            yield Piece(place, page.muted)
        yield Piece(f"at {clock(began)}", page.muted)

    # --- What it does -----------------------------------------------------------------------------------

    def doing(self) -> None:
        """What each thread does, who could end its wait, and what the process holds; or how it ended."""
        page, moment = self._page, self._moment
        if self._process.ended_by(moment.at):
            page.fact("ended", self._ended())
            return
        wait = main_waits(moment).get(self._index)
        if wait is not None:
            page.fact("waits for", self._waits_for(wait))
            page.facts("to end by", self._chain(wait))
        else:
            place = self._history.place(self._process.site_at(moment.at))
            page.fact("is at", [Piece(place, page.plain)] if place else [])
        page.facts("holds", self._holds())
        page.facts("threads", self._threads())

    def _waits_for(self, wait: Wait) -> Iterator[Piece]:
        page, history = self._page, self._history
        if wait.on_process is not None:
            yield self._name(wait.on_process)
            yield Piece("to end", page.muted)
        else:
            if wait.resource and wait.operation != "acquire":
                yield Piece(wait.operation, page.muted)
            what = history.waited_for(wait.resource, wait.operation, None)
            style = page.palette.style(page.palette.warning, bold=True)
            yield Piece(narrow(what), to_resource(style, wait.resource))
        yield Piece(f"for {span(self._moment.at - wait.since)}", page.plain)
        if place := history.place(wait.site):
            yield Piece(place, page.muted)
        if wait.timed:
            yield Piece("with a timeout", page.muted)

    def _chain(self, wait: Wait) -> Iterator[list[Piece]]:
        """Who could end the wait, who could let that one go on, and so on."""
        page, waits, seen = self._page, main_waits(self._moment), {self._index}
        for _ in range(_CHAIN):
            behind = Bunch((wait,)).behind
            if not behind:
                yield [Piece(_ENDERS.get(wait.operation, "somebody else"), page.muted)]
                return
            pieces = [piece for process in behind[:_CHAIN] for piece in self._holder(process, wait)]
            process, following = behind[0], waits.get(behind[0])
            if len(behind) > 1 or following is None:
                yield pieces
                return
            yield [*pieces, Piece("waits for", page.muted), *self._briefly(following)]
            if process in seen:
                yield [Piece("which is a circle: nobody can", page.palette.style(page.palette.bad))]
                return
            seen.add(process)
            wait = following

    def _holder(self, process: int, wait: Wait) -> Iterator[Piece]:
        yield self._name(process)
        known = self._history.processes[process]
        if known.ended_by(self._moment.at):
            bad = self._page.palette.style(self._page.palette.bad)
            yield Piece(f"which is dead ({exit_text(known.exitcode)})", bad)
            return
        holds = self._history.resources[wait.resource].owned_at(self._moment.at) if wait.resource else []
        for holder, _, site, since in holds:
            if holder == process:
                place = self._history.place(site)
                yield Piece(f"has it since {clock(since)}{f', {place}' if place else ''}", self._page.muted)

    def _briefly(self, wait: Wait) -> Iterator[Piece]:
        if wait.on_process is not None:
            yield self._name(wait.on_process)
        else:
            what = self._history.waited_for(wait.resource, wait.operation, None)
            style = self._page.palette.style(self._page.palette.warning)
            yield Piece(narrow(what), to_resource(style, wait.resource))

    def _holds(self) -> Iterator[list[Piece]]:
        page, history, at = self._page, self._history, self._moment.at
        for number in self._held():
            for process, _, site, since in history.resources[number].owned_at(at):
                if process == self._index:
                    style = to_resource(page.palette.style(page.palette.warning, bold=True), number)
                    place = history.place(site)
                    yield [
                        Piece(narrow(history.resource_name(number)), style),
                        Piece(f"for {span(at - since)}", page.plain),
                        Piece(f"taken at {place}" if place else f"taken at {clock(since)}", page.muted),
                        *self._wanted(number),
                    ]

    def _held(self) -> tuple[int, ...]:
        if self._state is not None:
            return self._state.holding
        return next((state.holding for state in self._history.at(self._moment.at) if state.index == self._index), ())

    def _wanted(self, number: int) -> Iterator[Piece]:
        waiting = [wait.process for wait in waits_of(self._moment) if wait.resource == number]
        if waiting:
            yield Piece(f"{len(waiting)} wait{'s' if len(waiting) == 1 else ''} for it", self._page.muted)

    def _threads(self) -> Iterator[list[Piece]]:
        """What the threads besides the main one do; one that only the kernel tells of has no number that says more."""
        page, names = self._page, self._process.thread_names
        waits = {wait.thread: wait for wait in waits_of(self._moment) if wait.process == self._index}
        for number in sorted({*names, *waits} - {layout.MAIN_THREAD}):
            name = Piece(
                narrow(names.get(number) or (f"thread {number}" if number <= layout.THREAD_MASK else "a thread")),
                page.plain,
            )
            wait = waits.get(number)
            doing = self._waits_for(wait) if wait is not None else [Piece("runs, or waits unseen", page.muted)]
            yield [name, *([Piece("waits for", page.muted)] if wait is not None else []), *doing]

    def _ended(self) -> Iterator[Piece]:
        page, process = self._page, self._process
        bad = bool(process.exitcode)
        yield Piece(
            exit_text(process.exitcode), page.palette.style(page.palette.bad if bad else page.palette.text, bold=True)
        )
        yield Piece(f"at {clock(process.ended or 0)}", page.muted)
        if causes.by_person(self._history, self._index):
            yield Piece("by you", page.plain)
        elif causes.by_program(self._history, self._index):
            yield Piece("as the program asked: terminate() or kill()", page.plain)
        elif causes.by_signal_of_program(self._history, self._index):
            yield Piece("by a signal that the program sent", page.plain)
        elif (process.exitcode or 0) < 0:
            yield Piece("neither by the program nor by you: a crash, or somebody outside", page.plain)
        if process.zombie_at(self._moment.at):
            yield Piece("a zombie: its parent has not joined it", page.palette.style(page.palette.warning))

    # --- What it did ------------------------------------------------------------------------------------

    def past(self) -> None:
        """Shares of its states, and its longest waits."""
        page, lane, at = self._page, self._process.lane, self._moment.at
        last = lane.index_at(at)
        first = max(0, last + 1 - _SEGMENTS)
        ends = [*lane.starts[first + 1 : last + 1], at]
        stretches = [_Stretch(end - lane.starts[i], lane.starts[i], i) for i, end in enumerate(ends, first)]
        spent: Counter[int] = Counter()
        for stretch in stretches:
            spent[lane.states[stretch.segment]] += stretch.length
        total = sum(spent[state] for state, *_ in _SHARES)
        if total:
            page.fact("spent", self._shares(spent, total))
        waits = [each for each in stretches if lane.states[each.segment] == State.WAITING]
        page.facts("longest", map(self._past_wait, nlargest(_LONGEST, waits)))

    def _shares(self, spent: Counter[int], total: Nanoseconds) -> Iterator[Piece]:
        palette = self._page.palette
        room = min(_BAR, max(self._page.width // 3, 8))
        done = 0
        for i, (_, paint, _) in enumerate(_SHARES):
            upto = round(sum(spent[each] for each, *_ in _SHARES[: i + 1]) * room / total)
            if upto > done:
                yield Piece(palette.glyph(paint) * (upto - done), palette.style(palette.paint(paint)), joined=done > 0)
            done = upto
        for state, paint, word in _SHARES:
            if spent[state]:
                share = f" {spent[state] / total:.0%}" if spent[state] * 100 >= total else ""
                tone = palette.muted if state == State.STARTING else palette.paint(paint)
                yield Piece(f"{word}{share}", palette.style(tone))
                yield Piece(f" {span(spent[state])}", self._page.muted, joined=True)

    def _past_wait(self, stretch: _Stretch) -> list[Piece]:
        page, history, lane = self._page, self._history, self._process.lane
        operation = layout.OPERATIONS[lane.operations[stretch.segment]]
        resource = lane.resources[stretch.segment]
        joined = history.pids.get(lane.values[stretch.segment]) if operation == "join" and not resource else None
        wait = Wait(self._index, layout.MAIN_THREAD, operation, resource, joined, (), 0, stretch.since, False, False)
        holders = history.resources[resource].owned_at(stretch.since) if resource in history.resources else []
        return [
            Piece(f"{span(stretch.length):>7}", page.plain),
            *self._briefly(wait),
            *([Piece("◂", page.muted)] if holders else []),
            *(self._name(process) for process, *_ in holders[:2]),
            Piece(history.place(self._process.site_at(stretch.since)), page.muted),
            Piece(f"at {clock(stretch.since)}", page.muted),
        ]

    # --- Whom it started, what it said --------------------------------------------------------------------

    def family(self) -> None:
        """The processes that it started, the living ones first."""
        history, at = self._history, self._moment.at
        pids = [pid for pid, starter in history.started_by.items() if starter == self._index and pid in history.pids]
        children = (history.pids[pid] for pid in pids)
        known = [child for child in children if history.processes[child].state_at(at) is not None]
        known.sort(key=lambda child: history.processes[child].ended_by(at))
        more = [Piece(f"and {len(known) - _CHILDREN} more", self._page.muted)] if len(known) > _CHILDREN else []
        self._page.fact("children", [*(self._name(child) for child in known[:_CHILDREN]), *more])

    def said(self) -> None:
        """Its latest lines."""
        log = self._history.log(self._moment.at, _LOOKED_THROUGH)
        lines = [line for line in log if line.process == self._index and line.stream not in _ABOUT]
        reported = {line.text.strip() for line in lines if line.stream == "report"}  # what is reported is printed too
        lines = [line for line in lines if line.stream == "report" or line.text.strip() not in reported]
        for i, line in enumerate(lines[-_SAID:]):
            text = line.text.strip().splitlines() or [""]
            self._page.fact("said" if i == 0 else "", [Piece(text[-1].expandtabs(4), self._page.muted)])

    def offer_stack(self) -> None:
        """Say which key takes the full stack."""
        if self._moment.live and not self._process.ended_by(self._moment.at):
            self._page.fact("stack", [Piece("f takes it", self._page.muted)])

    def stack(self, taken: Taken) -> None:
        """The full stack that was asked for."""
        page = self._page
        if taken.backtrace is None:
            why = "asking…" if taken.waiting else "nobody can tell: it has ended, or may not be looked at"
            page.fact("stack", [Piece(why, page.muted)])
            return
        page.fact("stack", [Piece(f"at {clock(taken.at)}, told by {taken.backtrace.source}", page.muted)])
        own = {short(site.file) for site in self._history.sites.values()}
        for name, lines in taken.backtrace.threads:
            page.fact("", [Piece(narrow(name), page.strong)])
            for line in lines:
                call, _, place = f"  {narrow(line)}".rpartition("  ")  # where there is no place, the call stands there
                file = place.rpartition(":")[0]
                if len(call) + 2 + len(place) > page.room:
                    place = place.rpartition("/")[2]
                style = page.plain if not own or file in own else page.muted
                page.fact("", [Piece(call, style), Piece(place, page.muted if call else style)])
        page.blank()

    def _name(self, process: int) -> Piece:
        style = self._page.palette.style(bold=True)
        return Piece(narrow(self._history.name(process)), to_process(style, process))


def _first_line(page: Page, name: str, state: str, tone: str) -> Line:
    return Line().add(f" {name}", page.strong).add("  ", page.plain).add(state, page.palette.style(tone, bold=True))
