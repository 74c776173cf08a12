"""Glyph sets: what stands for what on terminals that have nothing but ASCII. The one place for every panel."""

import os
import sys

from rich.segment import Segment
from textual.strip import Strip

_NEEDED = "█▏━┄╭▔✗▾"
_PAIRS = (
    "█# ▓@ ▒: ░. ▉# ▊# ▋# ▌| ▍| ▎| ▏| ▐| ▁_ ▂_ ▃. ▄- ▅= ▆+ ▇# ▔^ ━= ┄. ┈. ╍! ─- ═+ ╪& ┼% ╳X ·, │| ┃| ┆: ╵| ╎: "
    "╭. ╮. ╰' ╯' ├+ ┤+ ┬+ ┴+ ┌+ ┐+ └+ ┘+ ▲^ ▼v ▾v ▴^ ▸> ◂< ▶> ◀< ►> ◄< ●o ◉@ ▪o ■# ◆* ≠# ✗x ✓* ‖= …~ →> ←< ↑^ ↓v –- µu"
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


def in_ascii(strip: Strip) -> Strip:
    """The same line with plain glyphs."""
    return Strip([Segment(text.translate(ASCII), style) for text, style, _ in strip], strip.cell_length)
