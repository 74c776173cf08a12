"""Glyph sets: what stands for what on terminals that have nothing but ASCII. The one place for every panel."""

import os
import sys

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_NEEDED = "█▏━┄╭▔✗▾"
_PAIRS = (
    "█# ▓@ ▒: ░. ▉# ▊# ▋# ▌| ▍| ▎| ▏| ▐| ▁_ ▂_ ▃. ▄- ▅= ▆+ ▇# ▔^ ━= ┄. ┈. ╍! ─- ═+ ╪& ┼% ╳X ·, │| ┃| ┆: ╵| ╎: "
    "╭. ╮. ╰' ╯' ├+ ┤+ ┬+ ┴+ ┌+ ┐+ └+ ┘+ ▲^ ▼v ▾v ▴^ ▸> ◂< ▶> ◀< ►> ◄< ●o ◐+ ◆* ◉@ ▪o ■# ≠# ✗x ✓* ‖= …~ →> ←< ↑^ ↓v –- "
    "µu ╸- ╺- ┃| ⏎/ ▔^"
)
ASCII = str.maketrans({pair[0]: pair[1] for pair in _PAIRS.split()})
"""Every glyph of the stage that is not ASCII, to the one that stands for it: a cell for a cell."""


def ascii_only() -> bool:
    """Whether the terminal's encoding lacks the glyphs, or the person asked for ASCII (``MP_PLAYGROUND_ASCII=1``)."""
    if os.environ.get("MP_PLAYGROUND_ASCII"):
        return True
    try:
        _NEEDED.encode(getattr(sys.__stderr__, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return True
    return False


class PlainGlyphs(LineFilter):
    """Draws every line of the screen with plain glyphs: panels, borders, scrollbars and keys."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002  # as all filters
        """The same line, a cell for a cell."""
        return [Segment(text.translate(ASCII), style, control) for text, style, control in segments]
