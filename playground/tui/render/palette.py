"""The colours and glyphs of the stage, derived from the theme and safe for colour-blind eyes."""

from collections.abc import Mapping
from enum import IntEnum
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace
from rich.style import Style
from textual.color import Color, ColorParseError


class Paint(IntEnum):
    """What a stretch of a lane is drawn as; ``HOLDING`` is added while a lock is held."""

    NONE = 0
    RUNNING = 1
    LOCK = 2
    CHANNEL = 3
    JOIN = 4
    SLEEP = 5
    SUSPENDED = 6
    STARTING = 7
    GATED = 8
    SIGNAL = 9
    ZOMBIE = 10
    PERSON = 11


HOLDING = 16

SOLID = frozenset({Paint.RUNNING, Paint.STARTING, Paint.RUNNING | HOLDING, Paint.STARTING | HOLDING})
"""Paints drawn as bars, which may end within a cell."""

GLYPHS: Mapping[int, str] = {
    Paint.NONE: " ",
    Paint.RUNNING: "█",
    Paint.LOCK: "━",
    Paint.CHANNEL: "┄",
    Paint.JOIN: "·",
    Paint.SLEEP: "─",
    Paint.SUSPENDED: "▒",
    Paint.STARTING: "█",
    Paint.GATED: "╳",
    Paint.SIGNAL: "╍",
    Paint.ZOMBIE: "~",
    Paint.PERSON: "▪",
}
PLAIN_GLYPHS: Mapping[int, str] = {
    **GLYPHS,
    Paint.STARTING: "░",
    Paint.RUNNING | HOLDING: "▓",
    Paint.LOCK | HOLDING: "╪",
    Paint.CHANNEL | HOLDING: "┼",
    Paint.SIGNAL | HOLDING: "╪",
    Paint.SLEEP | HOLDING: "═",
}
"""Without colour holding shows as another glyph."""

_DARK: dict[int, str] = {
    Paint.RUNNING: "#009E73",
    Paint.LOCK: "#F0702A",
    Paint.CHANNEL: "#56B4E9",
    Paint.JOIN: "#CC79A7",
    Paint.SLEEP: "#8A93A3",
    Paint.SUSPENDED: "#F0E442",
    Paint.STARTING: "#3A4658",
    Paint.GATED: "#8A93A3",
    Paint.SIGNAL: "#F0E442",
    Paint.ZOMBIE: "#8A93A3",
    Paint.PERSON: "#E4E8EE",
}
_LIGHT: dict[int, str] = {
    **_DARK,
    Paint.LOCK: "#C24A00",
    Paint.CHANNEL: "#0072B2",
    Paint.JOIN: "#A2477C",
    Paint.SLEEP: "#6B7280",
    Paint.SUSPENDED: "#9A8700",
    Paint.STARTING: "#B9C0CA",
    Paint.GATED: "#6B7280",
    Paint.SIGNAL: "#7D6B00",
    Paint.ZOMBIE: "#6B7280",
    Paint.PERSON: "#1F2328",
}
HOLDING_COLOUR = "#E69F00"
FUTURE = 0.35
"""Strength of the colours of what comes after the playhead."""


class Palette(Struct, frozen=True):
    """Every colour of the stage, as ``#rrggbb``."""

    dark: bool = True
    plain: bool = False
    """No colour is wanted: what differs must differ in its glyph."""
    ascii: bool = False
    """The terminal has the plainest characters only."""
    ground: str = "#0F141B"
    text: str = "#E4E8EE"
    muted: str = "#8E97A5"
    faint: str = "#3B4452"
    accent: str = "#56B4E9"
    good: str = "#2FBF8F"
    warning: str = "#E69F00"
    bad: str = "#FF6B5E"
    selected: str = "#243044"
    alarm: str = "#8E2A2B"
    """Ground of the banner of an error."""
    question: str = "#6B5200"
    """Ground of a question and of a notice."""
    verdict: str = "#1D3A33"
    """Ground of the sentence that a run ends with."""
    on_banner: str = "#FFFFFF"

    def paint(self, paint: int) -> str:
        """Give the foreground colour of a paint."""
        if paint & HOLDING and paint & ~HOLDING in (Paint.RUNNING, Paint.STARTING):
            return HOLDING_COLOUR
        return (_DARK if self.dark else _LIGHT).get(paint & ~HOLDING, self.muted)

    def under(self, paint: int) -> str:
        """Give the colour behind a paint: tinted while a lock is held."""
        return blend(self.ground, HOLDING_COLOUR, 0.22) if paint & HOLDING and not self.plain else self.ground

    def glyph(self, paint: int) -> str:
        """Give the character of a whole cell of a paint."""
        if self.plain and paint in PLAIN_GLYPHS:
            return PLAIN_GLYPHS[paint]
        return GLYPHS.get(paint & ~HOLDING, " ")

    @property
    def held(self) -> str:
        """The colour of what is held."""
        return blend(self.ground, HOLDING_COLOUR if self.dark else "#A66F00", 0.85)

    def fade(self, colour: str) -> str:
        """Give a colour as it is after the playhead."""
        return blend(self.ground, colour, FUTURE)

    def style(self, colour: str | None = None, ground: str | None = None, *, bold: bool = False) -> Style:
        """Give a style that always names both colours."""
        return _style(colour or self.text, ground or self.ground, bold)


def palette_of(variables: Mapping[str, str], *, dark: bool, plain: bool, ascii_only: bool = False) -> Palette:
    """Derive the palette from a theme's CSS variables; what cannot be read keeps its default."""
    base = Palette(dark=dark)
    ground = _colour(variables, "background", base.ground if dark else "#FAFAFA")
    text = _colour(variables, "foreground", base.text if dark else "#1F2328")
    strong = ground == "#000000"  # who wants the greatest contrast wants no grey letters
    if plain:  # what is told by colour alone is told by nothing then: let it be read at least
        base = replace(base, accent=text, good=text, warning=text, bad=text)
    return Palette(
        dark=dark,
        plain=plain,
        ascii=ascii_only,
        ground=ground,
        text=text,
        muted=blend(ground, text, 0.85 if strong else 0.62),
        faint=blend(ground, text, 0.5 if strong else 0.25),
        accent=text if plain else _colour(variables, "accent", base.accent) if dark else "#0072B2",
        good=base.good if dark or plain else "#006B4E",
        warning=base.warning if dark or plain else "#8A5A00",
        bad=base.bad if dark or plain else "#B3261E",
        selected=blend(ground, text, 0.3 if strong else 0.14),
        alarm=base.alarm if dark else "#B3261E",
        question=base.question if dark else "#7A5A00",
        verdict=base.verdict if dark else "#00563B",
    )


@lru_cache(4096)
def blend(ground: str, colour: str, share: float) -> str:
    """Mix ``share`` of a colour into a ground."""
    return Color.parse(ground).blend(Color.parse(colour), share).hex6


@lru_cache(4096)
def _style(colour: str, ground: str, bold: bool) -> Style:
    return Style(color=colour, bgcolor=ground, bold=bold)


def _colour(variables: Mapping[str, str], name: str, default: str) -> str:
    try:
        colour = Color.parse(variables[name])
    except (KeyError, ColorParseError):
        return default
    return default if colour.ansi is not None or colour.a < 1 else colour.hex6
