"""Everything about one resource: what it is, who has it and wants it, who had it when, how much it was fought for."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from rich.style import Style
from textual.strip import Strip

from playground.history import Nanoseconds
from playground.history.told import exit_text
from playground.tui.moment import Moment
from playground.tui.render.axis import scale_of
from playground.tui.render.cells import Ink, cell_of
from playground.tui.render.line import Line, narrow
from playground.tui.render.links import to_process
from playground.tui.render.page import Page, Piece
from playground.tui.render.palette import HOLDING, Paint, Palette
from playground.tui.render.resources import Usage, usage_of, value_text
from playground.tui.render.scale import BUCKETS, Scale, ticks
from playground.tui.render.times import clock, number, span

_MOST_HOLDS = 2000
"""So many holds or waits in the window are drawn one by one; of more, what there was at the end of each bucket."""
_MOST_LANES = 8
_MOST_WAITERS = 8
_MOST_USERS = 30
_LATELY = 1000
_HELD = Paint.RUNNING | HOLDING


def draw(moment: Moment, width: int, palette: Palette) -> list[Strip]:
    """The page of the resource whose details are wanted."""
    page = Page(width, palette)
    usage = usage_of(moment, moment.view.resource)
    teller = _Teller(moment, usage, page)
    teller.what()
    teller.now()
    teller.figures()
    teller.lanes(Ink(palette))
    return page.strips()


class _Teller:
    """Tells what there is to say of one resource, fact by fact."""

    def __init__(self, moment: Moment, usage: Usage, page: Page) -> None:
        self._moment, self._usage, self._page, self._history = moment, usage, page, moment.history
        self._resource = usage.resource

    def what(self) -> None:
        """Name, kind and limit, who made it and where."""
        page, history, d = self._page, self._history, self._resource.definition
        kind = d.kind.replace("_", " ")
        name = Line().add(f" {narrow(d.name)}", page.palette.style(page.palette.warning, bold=True))
        page.lines.append(name.add(f"  {kind}{f' of {d.limit}' if d.limit > 1 else ''}", page.muted))
        place = history.place(d.site)
        made = [Piece(place, page.plain)] if place else []
        if d.creator < len(history.processes):
            made += [Piece("by", page.muted), self._name(d.creator)]
        page.fact("made", made)
        if value := value_text(self._moment, self._resource):
            page.fact("value", [Piece(value, page.strong), *self._last_writer()])

    def _last_writer(self) -> Iterator[Piece]:
        counter = self._resource.counter
        if counter is None or counter.sampled or not len(counter.times):
            return
        last = bisect_right(counter.times, self._moment.at) - 1
        if last >= 0:
            yield Piece(f"since {clock(counter.times[last])}, by", self._page.muted)
            yield self._name(counter.writers[last])

    def now(self) -> None:
        """Who has it and who wants it."""
        page, history, at = self._page, self._history, self._moment.at
        holders = [
            [
                self._name(process),
                *self._dead(process),
                Piece(f"for {span(at - since)}", page.plain),
                *([Piece(f"taken at {history.place(site)}", page.muted)] if history.place(site) else []),
            ]
            for process, _, site, since in self._usage.holders
        ]
        page.facts("held by", holders[:_MOST_WAITERS])
        waits = sorted(self._usage.waits, key=lambda wait: wait.since)
        waiters = [
            [
                self._name(wait.process),
                Piece(f"for {span(at - wait.since)}", page.plain),
                Piece(f"{wait.operation} {history.place(wait.site)}".strip(), page.muted),
                *([Piece("with a timeout", page.muted)] if wait.timed else []),
            ]
            for wait in waits[:_MOST_WAITERS]
        ]
        more = len(waits) - _MOST_WAITERS
        page.facts("waited by", waiters + ([[Piece(f"and {more} more", page.muted)]] if more > 0 else []))

    def figures(self) -> None:
        """How often it was taken and waited for, and how long at most."""
        page, usage, resource = self._page, self._usage, self._resource
        words = []
        if resource.acquired:
            words += [f"taken {_times(resource.acquired)}", f"{usage.contended:.0%} after a wait"]
        if resource.max_holders > 1:
            words.append(f"{resource.max_holders} at once at most")
        words += [f"held {span(usage.longest_hold)} at most"] if usage.longest_hold else []
        words += [f"waited for {span(usage.longest_wait)} at most"] if usage.longest_wait else []
        if resource.counter is not None and resource.counter.writes:
            words.append(f"written {_times(resource.counter.writes)}")
        whole = ["in the whole run"] if words and not self._moment.live else []
        page.fact("figures", [Piece(word, page.muted) for word in words + whole])

    # --- Who had it when ----------------------------------------------------------------------------------

    def lanes(self, ink: Ink) -> None:
        """A lane for each process that had it or waited for it in the stretch of time that the timeline shows."""
        page, moment = self._page, self._moment
        names = min(12, page.width // 4)
        scale = scale_of(moment, page.width - names - 2)
        painted = self._painted(scale)
        users = sorted(self._changers() | painted.keys())
        page.fact("used by", [self._name(process) for process in users[:_MOST_USERS]])
        if not painted:
            return
        page.blank()
        busiest = sorted(painted, key=lambda process: -sum(map(bool, painted[process])))[:_MOST_LANES]
        for process in sorted(busiest):
            style = to_process(page.plain, process)
            line = Line().add(" ", page.plain).column(self._history.name(process), names, style).add(" ", page.plain)
            page.lines.append(line.extend(_cells(bytes(painted[process]), ink)))
        if len(painted) > _MOST_LANES:
            page.fact("", [Piece(f"and {len(painted) - _MOST_LANES} more", page.muted)])
        axis = [" "] * scale.width
        for x, label in ticks(scale):
            shown = f"╵{label}"[: max(scale.width - x, 0)]
            axis[x : x + len(shown)] = shown
        page.lines.append(Line().add(" " * (names + 2), page.muted).add("".join(axis), page.muted))

    def _changers(self) -> set[int]:
        """Who changed its value lately: wrote it, put something in, took something out."""
        counters = [each for each in (self._resource.counter, *self._resource.items.values()) if each is not None]
        ends = [(each, bisect_right(each.times, self._moment.at)) for each in counters if not each.sampled]
        return {writer for each, end in ends for writer in each.writers[max(0, end - _LATELY) : end]}

    def _painted(self, scale: Scale) -> dict[int, bytearray]:
        """Process to its lane in eighths of cells: who waits, and over that who has it."""
        painted: dict[int, bytearray] = {}
        for since, until, process in self._waited(scale):
            self._paint(painted, process, since, until, Paint.LOCK, scale)
        for since, until, process in self._held(scale):
            self._paint(painted, process, since, until, _HELD, scale)
        return painted

    def _paint(
        self, painted: dict[int, bytearray], process: int, since: int, until: int, paint: int, scale: Scale
    ) -> None:
        count = scale.width * BUCKETS
        ended = self._history.processes[process].ended
        until = min(until, self._moment.at, self._moment.at if ended is None or paint == _HELD else ended)
        left = max(scale.bucket(since), 0)
        right = min(max(scale.bucket(until), left + 1), count)
        if left < count and since <= self._moment.at and right > left:
            painted.setdefault(process, bytearray(count))[left:right] = bytes([paint]) * (right - left)

    def _held(self, scale: Scale) -> Iterable[tuple[Nanoseconds, Nanoseconds, int]]:
        end = min(scale.end, self._moment.at)
        holds = self._resource.held_between(scale.start, end, _MOST_HOLDS)
        if holds or not self._resource.acquired:
            return [(since, until, process) for process, since, until in holds]
        step = max(scale.per_cell // BUCKETS, 1)
        instants = range(scale.start, end, step)
        return [(t, t + step, process) for t in instants for process, *_ in self._resource.owned_at(t)]

    def _waited(self, scale: Scale) -> Iterator[tuple[Nanoseconds, Nanoseconds, int]]:
        end = min(scale.end, self._moment.at)
        for index, process in enumerate(self._history.processes):
            for wait in process.waits_between(scale.start, end, _MOST_HOLDS):
                if wait.resource == self._resource.definition.index:
                    yield wait.since, end if wait.until is None else wait.until, index

    def _dead(self, process: int) -> Iterator[Piece]:
        """That it is dead, of whom nobody expects it."""
        known = self._history.processes[process]
        if known.ended_by(self._moment.at):
            bad = self._page.palette.style(self._page.palette.bad)
            yield Piece(f"which is dead ({exit_text(known.exitcode)})", bad)

    def _name(self, process: int) -> Piece:
        style = self._page.palette.style(bold=True)
        return Piece(narrow(self._history.name(process)), to_process(style, process))


def _times(count: int) -> str:
    return "once" if count == 1 else f"{number(count)} times"


def _cells(buckets: bytes, ink: Ink) -> Iterator[tuple[str, Style]]:
    for x in range(0, len(buckets), BUCKETS):
        glyph, colour, under = ink[cell_of(buckets[x : x + BUCKETS])]
        yield glyph, ink.palette.style(colour, under)
