"""Lines that write only what changed: the one place that knows how Textual composes.

Textual 8 writes a changed part of a line from the line's left end, in full colours for each piece of it. A
``FastStrip`` writes a part from the first cell that changed, and only those colours that differ from cell to
cell. It relies on this: the compositor asks a widget for its strips at each paint, cuts a strip that is dirty in
part with ``crop(0, end)``, and calls ``render`` on what is to be written and on nothing else. Where that is no
longer so ``works`` is False, or the line is written from its left end as any other.
"""

from collections.abc import Iterable, Sequence

from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate
from textual.app import App
from textual.strip import Strip

from playground.tui.render.tokens import Token, segments

Dirty = dict[int, tuple[int, int]]
"""Row to the first cell that has yet to be written and the one after the last."""

_SYSTEMS = {"standard": ColorSystem.STANDARD, "256": ColorSystem.EIGHT_BIT, "truecolor": ColorSystem.TRUECOLOR}
_changes: dict[tuple[int, int, ColorSystem], tuple[str, Style | None, Style]] = {}
"""Escapes from one style to the next, by identity; the styles are kept so that the identities stay theirs."""


def works() -> bool:
    """Whether Textual is as this module expects it."""
    return "_segments" in Strip.__slots__ and hasattr(ChopsUpdate, "render_segments") and hasattr(Strip, "crop")


class FastStrip(Strip):
    """A whole line of a widget as tokens; ``dirty`` is shared with the widget and cleared by writing."""

    __slots__ = ("_made", "dirty", "row", "start", "tokens")

    def __init__(self, tokens: Sequence[Token], row: int, dirty: Dirty, start: int = 0) -> None:
        self.tokens, self.row, self.dirty, self.start = tokens, row, dirty, start
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
        """Cut; what ends where the dirty part does begins where that does, when it is written."""
        first, last = self.dirty.get(self.row, (0, 0))
        if start == 0 and end is not None and 0 < first < last == end < len(self.tokens):
            return FastStrip(self.tokens[:end], self.row, self.dirty, first)
        return super().crop(start, end)

    def render(self, console: Console) -> str:
        """Give the escapes that write it from ``start`` on; it counts as written then."""
        self.dirty.pop(self.row, None)
        system = _SYSTEMS.get(console.color_system or "truecolor", ColorSystem.TRUECOLOR)
        parts = [f"\x1b[{self.start}C"] if self.start else []
        before: Style | None = None
        for character, style in self.tokens[self.start :]:
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
