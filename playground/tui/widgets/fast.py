"""Only what changed is written, and at once: the one place that knows how Textual composes.

Textual 8 asks every widget in reach of a change for all of its lines, writes a changed part of a line from the left
end of its widget, in full colours for each piece of it, and paints some turns of the event loop after it was asked to.
Here the cells that changed are taken from the widget that is in front there (``Exact``), lines of tokens write only
those colours that differ from cell to cell (``FastStrip``), and a frame is painted as soon as it is drawn (``paint``).
Where Textual is no longer as this relies on, ``works`` is False, and everything is painted as Textual does it.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, Compositor
from textual.app import App
from textual.content import Content
from textual.filter import ANSIToTruecolor
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from playground.tui.render.tokens import Token, segments

_SYSTEMS = {"standard": ColorSystem.STANDARD, "256": ColorSystem.EIGHT_BIT, "truecolor": ColorSystem.TRUECOLOR}
_changes: dict[tuple[int, int, ColorSystem], tuple[str, Style | None, Style]] = {}
"""Escapes from one style to the next, by identity; the styles are kept so that the identities stay theirs."""
_in_a_frame: set[Screen[Any]] = set()
"""Screens that are about to be painted."""
_NEEDED: tuple[tuple[type, tuple[str, ...]], ...] = (
    (Compositor, ("_regions_to_spans", "render_partial_update", "update_widgets", "visible_widgets")),
    (ChopsUpdate, ("render_segments",)),
    (Screen, ("_compositor_refresh", "_on_timer_update", "_refresh_layout", "check_idle")),
    (Widget, ("_set_dirty", "border_subtitle")),
    (Strip, ("_segments", "crop", "render")),
)
_IS_AS_EXPECTED = all(hasattr(owner, name) for owner, names in _NEEDED for name in names)


def works() -> bool:
    """Whether Textual is as this module expects it."""
    return _IS_AS_EXPECTED


# --- Painting ----------------------------------------------------------------------------------------------


def compose_exactly(screen: Screen[Any]) -> None:
    """Let a screen that was just made write only the cells that changed."""
    if works():
        screen._compositor = Exact()


def touch(widget: Widget, regions: Sequence[Region]) -> None:
    """Have parts of a widget's content painted: at the end of a frame, outside of one soon."""
    if not works():
        widget.refresh(*regions)
        return
    widget._set_dirty(*regions)
    screen = widget.screen
    screen._dirty_widgets.add(widget)
    if screen not in _in_a_frame:
        screen.check_idle()


@contextmanager
def painting(screen: Screen[Any]) -> Iterator[None]:
    """Draw a frame, and paint it at the end."""
    _in_a_frame.add(screen)
    try:
        yield
    finally:
        _in_a_frame.discard(screen)
    paint(screen)


def tell(widget: Widget, text: str) -> None:
    """Say something in the lower border, and have that painted; Textual would paint the whole widget."""
    if not works():
        if widget.border_subtitle != text:
            widget.border_subtitle = text
        return
    before = widget._border_subtitle
    if (before.plain if before is not None else "") != text:
        widget._border_subtitle = Content(text)
        x, y = widget.content_offset
        touch(widget, [Region(-x, widget.outer_size.height - 1 - y, widget.outer_size.width, 1)])


def paint(screen: Screen[Any]) -> None:
    """Write now what was touched; where the layout is to change first, soon."""
    if not works() or not screen._dirty_widgets:
        return
    if screen._layout_required or screen._repaint_required or screen.app._batch_count or not screen.is_current:
        screen.check_idle()
        return
    screen._compositor.update_widgets(screen._dirty_widgets)
    screen._compositor_refresh()


def lay_out(screen: Screen[Any]) -> None:
    """Give the widgets of a screen that was just built their sizes, before anything of it is painted."""
    if works():
        with screen.app.batch_update():
            screen._refresh_layout(screen.app.size)


def paint_whole(screen: Screen[Any]) -> None:
    """Paint at once what Textual would with its next frame, the whole screen if it has just come to the front."""
    if works():
        screen._on_timer_update()


class Opaque(Widget):
    """A widget whose lines of content fill it in colours of their own: Textual need not add anything to them."""

    def content_line(self, y: int, width: int) -> Strip:
        """Give one line of the content, which is so wide; to be implemented."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        """Give the same to Textual."""
        return self.content_line(y, self.size.width)


class _Piece(NamedTuple):
    """Cells of a row, and the widget that is in front there."""

    left: int
    right: int
    widget: Widget
    region: Region
    """Where the widget is, seen or not."""
    content: Region
    """Where its content is, if that is opaque."""


_Dirty = tuple[int, int, int, _Piece]
"""A row, from which column to which, and what is in front there."""


class Exact(Compositor):
    """Asks for the lines that changed, of the widgets that are in front there, and of no others."""

    def __init__(self) -> None:
        super().__init__()
        self._placed: object = None
        self._fronts: dict[int, list[_Piece]] = {}
        """Row to what is in front in it, for the widgets as they were placed when it was asked for."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """Give what is to be written for what is dirty."""
        if not works():
            return super().render_partial_update()
        screen = self.size.region
        dirty = [seen for region in self._dirty_regions if (seen := region.intersection(screen))]
        self._dirty_regions.clear()
        pieces = [
            (y, max(left, piece.left), min(right, piece.right), piece)
            for y, left, right in self._regions_to_spans(dirty)
            for piece in self._front(y)
            if left < piece.right and piece.left < right
        ]
        return Cells(list(self._cut(pieces))) if pieces else None

    def _front(self, y: int) -> list[_Piece]:
        visible = self.visible_widgets
        if self._placed is not visible:
            self._placed, self._fronts = visible, {}
        found = self._fronts.get(y)
        if found is None:
            found = self._fronts[y] = []
            free = [(0, self.size.width)]
            for widget, (region, clip) in visible.items():
                seen = region.intersection(clip)
                if free and seen.y <= y < seen.bottom:
                    content = region.shrink(widget.styles.gutter) if isinstance(widget, Opaque) else Region()
                    taken = [(max(a, seen.x), min(b, seen.right)) for a, b in free]
                    found += [_Piece(a, b, widget, region, content) for a, b in taken if a < b]
                    ends = [each for a, b in free for each in ((a, min(b, seen.x)), (max(a, seen.right), b))]
                    free = [(a, b) for a, b in ends if a < b]
        return found

    def _cut(self, pieces: Sequence[_Dirty]) -> Iterator[tuple[int, int, Strip]]:
        """Row, column and cells of each piece."""
        plain = self.root is None or not all(isinstance(f, ANSIToTruecolor) for f in self.root.app.get_line_filters())
        rest: list[_Dirty] = []
        for y, left, right, piece in pieces:
            content = piece.content
            inside = content.y <= y < content.bottom and content.x <= left and right <= content.right
            if inside and isinstance(piece.widget, Opaque) and not plain:
                line = piece.widget.content_line(y - content.y, content.width)
                yield y, left, line.crop(left - content.x, right - content.x)
            else:
                rest.append((y, left, right, piece))
        yield from _styled(rest)


def _styled(pieces: Sequence[_Dirty]) -> Iterator[tuple[int, int, Strip]]:
    """The same with what Textual adds: borders, filters; a widget is asked once for all of its lines."""
    rows: dict[Widget, tuple[int, int]] = {}
    for y, _, _, piece in pieces:
        first, _ = rows.get(piece.widget, (y, y))
        rows[piece.widget] = first, y
    lines: dict[Widget, Sequence[Strip]] = {}
    for y, left, right, piece in pieces:
        widget, region = piece.widget, piece.region
        first, last = rows[widget]
        if widget not in lines:
            lines[widget] = widget.render_lines(Region(0, first - region.y, region.width, last - first + 1))
        yield y, left, lines[widget][y - first].crop(left - region.x, right - region.x)


class Cells(ChopsUpdate):
    """Pieces of lines, each with its row and column."""

    def __init__(self, pieces: Sequence[tuple[int, int, Strip]]) -> None:
        super().__init__([], [], [])
        self._pieces = pieces

    def render_segments(self, console: Console) -> str:
        """Give the escapes that write them."""
        return "".join([f"\x1b[{y + 1};{x + 1}H{strip.render(console)}" for y, x, strip in self._pieces])


# --- Lines of tokens -----------------------------------------------------------------------------------------


class FastStrip(Strip):
    """A line of a widget as tokens."""

    __slots__ = ("_made", "tokens")

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self._made: list[Segment] | None = None
        super().__init__((), len(tokens))

    @property
    def _segments(self) -> list[Segment]:  # a slot there, made on demand here
        if self._made is None:
            self._made = segments(self.tokens)
        return self._made

    @_segments.setter
    def _segments(self, _: Iterable[Segment]) -> None:
        self._made = None

    def crop(self, start: int, end: int | None = None) -> Strip:
        """Cut; half of a wide character becomes a space."""
        start, end = max(start, 0), len(self.tokens) if end is None else end
        if start == 0 and end >= len(self.tokens):
            return self
        left = list(self.tokens[start:end])
        if left and not left[0][0]:
            left[0] = (" ", left[0][1])
        if left and end < len(self.tokens) and not self.tokens[end][0]:
            left[-1] = (" ", left[-1][1])
        return FastStrip(left)

    def render(self, console: Console) -> str:
        """Give the escapes that write it."""
        system = _SYSTEMS.get(console.color_system or "truecolor", ColorSystem.TRUECOLOR)
        parts: list[str] = []
        before: Style | None = None
        for character, style in self.tokens:
            if style is not before:
                parts.append(_change(before, style, system))
                before = style
            parts.append(character)
        parts.append("\x1b[0m")
        return "".join(parts)


def _change(before: Style | None, after: Style, system: ColorSystem) -> str:
    key = (id(before), id(after), system)
    known = _changes.get(key)
    if known is None:
        if len(_changes) > 1 << 16:
            _changes.clear()
        known = _changes[key] = (_escapes(before, after, system), before, after)
    return known[0]


def _escapes(before: Style | None, after: Style, system: ColorSystem) -> str:
    whole = Strip.render_ansi(after, system)
    plain = before is None or before.bold != after.bold or before.underline != after.underline
    if plain or before is None:
        return f"\x1b[0;{whole}m" if whole else "\x1b[0m"
    codes: list[str] = []
    if before.color != after.color and after.color is not None:
        codes += after.color.downgrade(system).get_ansi_codes()
    if before.bgcolor != after.bgcolor and after.bgcolor is not None:
        codes += after.bgcolor.downgrade(system).get_ansi_codes(foreground=False)
    return f"\x1b[{';'.join(codes)}m" if codes else ""


def terminal_is_behind(app: App[object]) -> bool:
    """Whether the terminal has yet to take what was written: frames would queue up, and keys behind them."""
    queue = getattr(getattr(app._driver, "_writer_thread", None), "_queue", None)
    return queue is not None and bool(queue.qsize())
