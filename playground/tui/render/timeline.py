"""The timeline: one lane per process, exact to an eighth of a cell, with what is waited for written into it."""

from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct
from rich.style import Style

from playground.history import History, Nanoseconds, Process
from playground.history.told import exit_text
from playground.probe import layout
from playground.tui.moment import Moment
from playground.tui.render import table
from playground.tui.render.cells import Ink
from playground.tui.render.connections import Link, links_between
from playground.tui.render.lanes import Kept, Lanes
from playground.tui.render.legend import legend, link_signs, sign
from playground.tui.render.line import fitted, middle_out, narrow, sentence
from playground.tui.render.marks import marks
from playground.tui.render.palette import HOLDING, SOLID, Palette, blend
from playground.tui.render.plan import Plan
from playground.tui.render.scale import BUCKETS, Scale, ticks
from playground.tui.render.tokens import Token, tokens

TEXTS_NS = 200_000_000
"""While time runs, labels are looked for so often."""
_TURNS = 4
"""So many lanes have their turns after one another."""
LABELS = 200
"""So many waits or holds of a lane on screen are looked at for labels; more would not fit."""
_CROWDED = 1.5
"""So many cells a link needs on average; more links are counted, not drawn."""
APART = "≠"
"""Stands where a process first does something else than in the run beside it."""
Row = list[Token]


class Pointer(Struct, frozen=True):
    """Where the person points at: an instant, and a stretch when the mouse was drawn over one."""

    at: Nanoseconds | None = None
    stretch: tuple[Nanoseconds, Nanoseconds] | None = None
    text: str = ""
    """What is to be read of that instant."""


class Label(NamedTuple):
    """A text over a lane from a cell on; one that is ``firm`` keeps its colour after the playhead."""

    x: int
    text: str
    colour: str
    firm: bool


class _Letters(NamedTuple):
    """The labels of a lane and their cells, and what they hold for."""

    key: object
    until: Nanoseconds
    labels: list[Label]
    head: int
    lane: Kept
    letters: list[tuple[int, Token]]


class Drawing:
    """Draws one history in one palette, and keeps what does not change from frame to frame."""

    def __init__(self, palette: Palette) -> None:
        self.palette = palette
        self.lanes = Lanes(Ink(palette))
        self._known_letters: dict[int, _Letters] = {}
        self._links: tuple[object, list[Link] | int] = (None, [])
        self._explained: tuple[object, Row] = (None, [])

    def rows(self, moment: Moment, scale: Scale, plan: Plan, pointer: Pointer) -> list[Row]:
        """Marks, lanes, axis and legend: rows of exactly the width of names and scale together."""
        palette = self.palette
        self.lanes.show(moment.history, scale)
        links = self._linked(moment, scale) if moment.view.links else []
        shown = [self._kept(moment, index) for index in plan.lanes[plan.top : plan.top + plan.shown]]
        drawn = self._lane_rows(moment, scale, plan, shown)
        if isinstance(links, list):
            _connect(drawn, links, plan, scale, self.lanes.ink)
        if pointer.at is not None or pointer.stretch is not None:
            _point(drawn, pointer, plan, scale, self.lanes.ink)
        width = plan.names + scale.width
        if plan.folded:
            text = fitted(f"   {plan.folded} ended · E shows them", width)
            drawn.append(tokens(text, palette.style(palette.muted)))
        drawn.append(_axis(moment, scale, plan, palette))
        if plan.furnished:
            drawn.insert(0, [*_out_of_sight(plan, palette), *marks(moment, scale, palette)])
            text = pointer.text or (_not_drawn(links) if moment.view.links else "")
            drawn.append(_said(text, width, palette) if text else self._legend(moment, scale, plan, shown, links))
        elif pointer.text:
            drawn[-1] = _said(pointer.text, width, palette)
        return drawn

    def _kept(self, moment: Moment, index: int) -> Kept:
        return self.lanes.lane(moment.history.processes[index], moment.until, index)

    def _legend(self, moment: Moment, scale: Scale, plan: Plan, shown: list[Kept], links: list[Link] | int) -> Row:
        """What is on screen, explained; what takes how much room there is looked at only now and then."""
        palette, width = self.palette, plan.names + scale.width
        drawn = links if isinstance(links, list) else []
        paints = frozenset().union(*(kept.paints for kept in shown))
        kinds, apart = frozenset(link.kind for link in drawn), bool(moment.apart)
        key = (paints, kinds, apart, width, scale, plan.top, moment.until // TEXTS_NS)
        if self._explained[0] != key:
            signs = link_signs(kinds, _tones(palette), palette)
            if apart:
                signs.append(sign(APART, palette.ground, "parts from the other run", palette, palette.warning))
            self._explained = (key, legend(shown, signs, width, palette))
        return self._explained[1]

    def _lane_rows(self, moment: Moment, scale: Scale, plan: Plan, shown: list[Kept]) -> list[Row]:
        """All rows between marks and axis, of the lanes that are shown."""
        palette, width = self.palette, plan.names + scale.width
        holds = _holds(moment.history, scale) if plan.rows > 1 else {}
        blank: Row = [(" ", palette.style())] * width
        drawn: list[Row] = []
        for place, kept in enumerate(shown, plan.top):
            index = plan.lanes[place]
            coming = place >= plan.begun
            drawn.append(self._lane(moment, index, kept, scale, plan, coming=coming))
            if plan.thick:
                drawn.append(self._lower_row(moment, kept, scale, plan))
            if plan.rows > 1:
                drawn.append(self._held_row(moment, index, kept, scale, plan, holds.get(index, [])))
            if plan.airy:
                drawn.append(list(blank))
        drawn += [list(blank) for _ in range(plan.room - len(drawn))]
        return drawn[: plan.room]

    def _lane(self, moment: Moment, index: int, kept: Kept, scale: Scale, plan: Plan, *, coming: bool) -> Row:
        """Name, then the states with labels over them."""
        ink, names = self.lanes.ink, plan.names
        row = _name(moment, index, plan, self.palette, coming=coming)
        head = scale.x(moment.at)
        row += self._cells(moment, kept.tokens, scale)
        for x, token in self._letters(moment, index, kept, scale):
            row[names + x] = token
        if moment.until > moment.at and 0 <= head < scale.width:
            row[names + head] = _playhead(kept, head, ink)
        parts = scale.x(moment.apart[index]) if index in moment.apart else -1
        if 0 <= parts < scale.width:
            row[names + parts] = (APART, self.palette.style(self.palette.ground, self.palette.warning, bold=True))
        return row

    def _cells(self, moment: Moment, cells: Row, scale: Scale) -> Row:
        """Cells of a lane, those after the playhead faded."""
        head = scale.x(moment.at)
        if moment.until <= moment.at or head + 1 >= scale.width:
            return cells
        cut = max(head + 1, 0)
        return cells[:cut] + [self.lanes.ink.faded(token) for token in cells[cut:]]

    def _lower_row(self, moment: Moment, kept: Kept, scale: Scale, plan: Plan) -> Row:
        """The lower part of thick bars."""
        palette, head = self.palette, plan.names + scale.x(moment.at)
        row = [(" ", palette.style())] * plan.names + self._cells(moment, self.lanes.lower(kept), scale)
        if moment.until > moment.at and plan.names <= head < len(row):
            row[head] = ("│", palette.style(palette.accent, bold=True))
        return row

    def _letters(self, moment: Moment, index: int, kept: Kept, scale: Scale) -> list[tuple[int, Token]]:
        """The cells of labels; while time runs they may be a fifth of a second late, as all texts may."""
        process, head = moment.history.processes[index], scale.x(moment.at) if moment.until > moment.at else scale.width
        ended = process.ended is not None and process.ended <= moment.at
        key = (scale, ended, process.exitcode, 0 if moment.live else moment.until)
        known = self._known_letters.get(index)
        if known is None or known.key != key or not 0 <= moment.until - known.until < TEXTS_NS:
            labels, until = list(_labels(moment, process, scale, self.palette)), moment.until
            if moment.live and (known is None or known.key != key):  # not all lanes have their turn at once
                until -= index % _TURNS * (TEXTS_NS // _TURNS)
            known = _Letters(key, until, labels, head, kept, self._over(labels, kept, head, scale))
        elif (known.head, known.lane) != (head, kept):
            known = known._replace(head=head, lane=kept, letters=self._over(known.labels, kept, head, scale))
        self._known_letters[index] = known
        return known.letters

    def _over(self, labels: list[Label], kept: Kept, head: int, scale: Scale) -> list[tuple[int, Token]]:
        """The cells of labels over a lane, those after the playhead faded."""
        ink, found = self.lanes.ink, []
        for label in labels:
            for x, character in enumerate(label.text, label.x):
                if 0 <= x < scale.width:
                    under = ink.faded(kept.tokens[x]) if x > head else kept.tokens[x]
                    colour = self.palette.fade(label.colour) if x > head and not label.firm else label.colour
                    found.append((x, (character, ink.over(under, colour))))
        return found

    def _held_row(self, moment: Moment, index: int, kept: Kept, scale: Scale, plan: Plan, holds: "list[_Hold]") -> Row:
        """An underline where something is held, with its name where there is room."""
        palette, head = self.palette, scale.x(moment.at)
        style, empty = palette.style(palette.held), (" ", palette.style())
        line, faded = ("▔", style), ("▔", palette.style(palette.fade(palette.held)))
        row: Row = [empty] * (plan.names + scale.width)
        if any(paint & HOLDING for paint in kept.paints):
            buckets = kept.buckets
            for x in range(scale.width):
                if sum(paint >= HOLDING for paint in buckets[x * BUCKETS : (x + 1) * BUCKETS]) * 2 >= BUCKETS:
                    row[plan.names + x] = line if x <= head else faded
        process = moment.history.processes[index]
        for name, since, until in sorted(holds, key=lambda hold: hold[1]):
            end = min(until, moment.until, process.ended or moment.until)
            left, right = max(scale.x(since), 0), min(scale.x(end), scale.width)
            if right - left > len(name) + 4:
                for x, character in enumerate(f" {narrow(name)} ", plan.names + left + 1):
                    row[x] = (character, style if x - plan.names <= head else faded[1])
        return row

    def _linked(self, moment: Moment, scale: Scale) -> list[Link] | int:
        """The links in sight, or their number when they are too many; 0 when they are known no more."""
        history = moment.history
        if history.rows > len(history.time) and scale.end < history.time[0]:
            return 0
        rows = tuple(bisect_right(history.time, t) - 1 for t in (scale.start, min(scale.end, moment.until)))
        key = (history, scale, rows)
        if self._links[0] != key:
            found = links_between(history, rows[0] + 1, rows[1] + 1)
            most = int(scale.width / _CROWDED)
            self._links = (key, found if isinstance(found, list) and len(found) <= most else _number(found))
        return self._links[1]


# --- Pieces of a lane ------------------------------------------------------------------------------------


def _name(moment: Moment, index: int, plan: Plan, palette: Palette, *, coming: bool) -> Row:
    process = moment.history.processes[index]
    over = process.ended_by(moment.at)
    selected, stuck = index == moment.selected, index in moment.stuck and not over
    ground = palette.selected if selected else palette.ground
    tone = palette.bad if stuck else palette.muted if over else palette.text
    if coming:
        tone = palette.fade(palette.text)
    name = "  " * plan.depth.get(index, 0) + moment.history.name(index)
    picked = index in moment.view.picked and process.ended is None
    sign = palette.style(palette.accent, ground, bold=picked)
    style = palette.style(tone, ground, bold=selected or picked or stuck)
    before = table.sign(chosen=selected, picked=picked)
    return list(_named(before, name, plan.names, (sign, style, palette.style())))


@lru_cache(2048)
def _named(sign: str, name: str, width: int, styles: tuple[Style, Style, Style]) -> tuple[Token, ...]:
    name = fitted(middle_out(name, width - 2), width - 2)
    return (*tokens(sign, styles[0]), *tokens(name, styles[1]), (" ", styles[2]))


def _playhead(kept: Kept, x: int, ink: Ink) -> Token:
    palette = ink.palette
    style = kept.tokens[x][1]
    solid = kept.buckets[x * BUCKETS] in SOLID
    behind = (style.color if solid else style.bgcolor) or style.bgcolor
    ground = blend(behind.get_truecolor().hex, palette.ground, 0.5) if behind is not None else palette.ground
    return ("│", palette.style(palette.accent, ground, bold=True))


def _labels(moment: Moment, process: Process, scale: Scale, palette: Palette) -> Iterator[Label]:
    for text, since, until in _long_waits(moment, process, scale):
        left, right = max(scale.x(since) + 1, 0), min(scale.x(until), scale.width)
        if text and right - left > len(text) + 2:
            yield Label(left, f" {narrow(text)} ", palette.text, firm=False)
    if process.ended is not None and scale.start <= process.ended <= min(moment.at, scale.end):
        bad = bool(process.exitcode)
        text = ("✗ " if bad else "■ ") + exit_text(process.exitcode) + " "
        x = max(min(scale.x(process.ended) + 1, scale.width - len(text)), 0)
        yield Label(x, text, palette.bad if bad else palette.muted, firm=True)


def _long_waits(moment: Moment, process: Process, scale: Scale) -> Iterator[tuple[str, int, int]]:
    """What is waited for, since and until; waits for the same with hardly anything between them are one."""
    text, since, until = "", 0, 0
    for wait in process.waits_between(scale.start, scale.end, LABELS):
        joined = moment.history.pids.get(wait.joined_pid)
        what = moment.history.waited_for(wait.resource, layout.OPERATIONS[wait.operation], joined)
        what = f"join {what}" if joined is not None else what
        if what != text or wait.since - until > 2 * scale.per_cell:
            yield text, since, until
            text, since = what, wait.since
        until = min(wait.until if wait.until is not None else moment.until, moment.until)
    yield text, since, until


_Hold = tuple[str, int, int]


def _holds(history: History, scale: Scale) -> dict[int, list[_Hold]]:
    """Of each process: name, since and until of what it held in the window long enough to name it."""
    found: dict[int, list[_Hold]] = {}
    for resource in history.known_resources:
        for process, since, until in resource.held_between(scale.start, scale.end, LABELS):
            if until - since > 4 * scale.per_cell:
                found.setdefault(process, []).append((resource.definition.name, since, until))
    return found


# --- Over the lanes ------------------------------------------------------------------------------------------


def _connect(drawn: list[Row], links: list[Link], plan: Plan, scale: Scale, ink: Ink) -> None:
    """Draw each link as a line from lane to lane at its instant, with a head where it arrives."""
    palette = ink.palette
    tones = _tones(palette)
    for link in links:
        source, target = plan.row_of(link.source), plan.row_of(link.target)
        x = scale.x(link.at)
        if source is None or target is None or source == target or not 0 <= x < scale.width:
            continue
        step = 1 if target > source else -1
        colour = tones[link.kind]
        for y in range(source, target + step, step):
            glyph = "●" if y == source else ("▼" if step > 0 else "▲") if y == target else "│"
            row = drawn[y - plan.first_row]
            under = row[plan.names + x]
            if under[1].bold and (glyph == "│" or under[0] not in "▼▲●│"):
                continue  # letters and ends of other links stay readable
            row[plan.names + x] = (glyph, ink.style_of(_open(under, palette), colour, bold=True))


def _tones(palette: Palette) -> dict[str, str]:
    """The colours of links by their kinds."""
    return {"start": palette.accent, "join": palette.text, "signal": palette.bad, "item": palette.warning}


def _open(token: Token, palette: Palette) -> Token:
    """A cell as a ground for a glyph: of a whole bar its colour, darkened, so that the glyph is seen."""
    if token[0] == "█" and token[1].color is not None:
        return (" ", palette.style(None, blend(palette.ground, token[1].color.get_truecolor().hex, 0.45)))
    return token


def _point(drawn: list[Row], pointer: Pointer, plan: Plan, scale: Scale, ink: Ink) -> None:
    """Draw the cursor's line, and tint a stretch."""
    palette = ink.palette
    columns: list[int] = []
    if pointer.stretch is not None:
        first, last = sorted(scale.x(at) for at in pointer.stretch)
        columns = list(range(max(first, 0), min(last + 1, scale.width)))
    for row in drawn:
        for x in columns:
            glyph, style = row[plan.names + x]
            if style.bgcolor is not None and style.bgcolor.get_truecolor().hex == palette.ground.lower():
                row[plan.names + x] = (glyph, palette.style(_colour(row[plan.names + x]), palette.selected))
    if pointer.at is not None and 0 <= (x := plan.names + scale.x(pointer.at)) < plan.names + scale.width:
        for row in drawn:
            if x >= plan.names and row[x][0]:
                row[x] = ("┆", ink.style_of(_open(row[x], palette), palette.text))


def _colour(token: Token) -> str | None:
    return token[1].color.get_truecolor().hex if token[1].color is not None else None


# --- Around the lanes ------------------------------------------------------------------------------------------


def _out_of_sight(plan: Plan, palette: Palette) -> Row:
    """How many lanes are scrolled out, in the place over the names."""
    up = f"▲{plan.above}" if plan.above else ""
    down = f"▼{plan.below}" if plan.below else ""
    return tokens(fitted(f" {up} {down}".replace("  ", " "), plan.names), palette.style(palette.muted))


def _axis(moment: Moment, scale: Scale, plan: Plan, palette: Palette) -> Row:
    text = [" "] * scale.width
    for x, label in ticks(scale):
        if 0 <= x < scale.width:
            shown = f"╵{label}"[: scale.width - x]
            text[x : x + len(shown)] = shown
    left = "" if moment.view.stretch is None else " f follow"
    if not plan.furnished and (plan.above or plan.below):
        return _out_of_sight(plan, palette) + tokens("".join(text), palette.style(palette.muted))
    row = tokens(fitted(left, plan.names), palette.style(palette.warning))
    return row + tokens("".join(text), palette.style(palette.muted))


def _said(text: str, width: int, palette: Palette) -> Row:
    plain = palette.style(palette.text, palette.selected)
    names = None if palette.plain else palette.style(palette.warning, palette.selected)
    [line] = sentence(text, width - 1, plain, names, most=1)
    row = tokens(" ", plain)
    for segment in line.segments:
        row += tokens(segment.text, segment.style or plain)
    return (row + tokens(" " * (width - len(row)), plain))[:width]


def _not_drawn(links: list[Link] | int) -> str:
    """Why there are no links to be seen; "" when there are."""
    if isinstance(links, list):
        return "" if links else "nobody starts, joins, signals or feeds anybody in sight: zoom out (_) or move (< >)"
    if links == 0:
        return "who acted on whom is known of the latest events only"
    number = "very many" if links < 0 else str(links)
    return f"{number} starts, joins, signals and items in sight: zoom in (+) until they can be drawn"


def _number(found: "list[Link] | int") -> int:
    return len(found) if isinstance(found, list) else found
