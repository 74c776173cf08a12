"""What the glyphs of the timeline mean: of those on screen as many as fit, what takes the most room there first."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from playground.tui.render.cells import HELD_MEANINGS, MEANINGS
from playground.tui.render.lanes import Kept
from playground.tui.render.palette import HOLDING, SOLID, Palette
from playground.tui.render.tokens import Token, tokens

_LINKS = {"start": "started", "join": "joined", "signal": "signalled", "item": "fed"}
_GAP = "  "
Entry = list[Token]


def legend(lanes: Sequence[Kept], signs: Iterable[Entry], width: int, palette: Palette) -> list[Token]:
    """A row of that width; ``signs`` are what somebody has asked for over the lanes: they come first."""
    counts = _counts(lanes, palette)
    entries = _paints(counts, palette)
    row = tokens(" ", palette.style())
    for entry in signs:
        row += entry if len(row) + len(entry) <= width else []
    left, chosen = width - len(row), set()
    for paint in sorted(entries, key=lambda paint: -counts[paint].bit_length()):  # small changes change nothing
        if len(entries[paint]) <= left:
            chosen.add(paint)
            left -= len(entries[paint])
    for paint, entry in entries.items():
        row += entry if paint in chosen else []
    return row + tokens(" " * (width - len(row)), palette.style())


def link_signs(kinds: Collection[str], tones: Mapping[str, str], palette: Palette) -> list[Entry]:
    """``●▼ started  ●▼ fed``: the kinds of links that are drawn."""
    return [sign("●▼", tones[kind], told, palette) for kind, told in _LINKS.items() if kind in kinds]


def sign(glyphs: str, colour: str, told: str, palette: Palette, ground: str | None = None) -> Entry:
    """Glyphs and what they mean."""
    return tokens(glyphs, palette.style(colour, ground)) + tokens(f" {told}{_GAP}", palette.style(palette.muted))


def _counts(lanes: Sequence[Kept], palette: Palette) -> dict[int, int]:
    """How much of the lanes has each paint. In colour, what is held changes the ground of a line, not its meaning."""
    counts: dict[int, int] = {}
    for paint in set().union(*(kept.paints for kept in lanes)):
        count = sum(kept.buckets.count(paint) for kept in lanes)
        if palette.plain or paint in SOLID or not paint & HOLDING:
            counts[paint] = counts.get(paint, 0) + count
        else:
            for told in (paint & ~HOLDING, HOLDING):
                counts[told] = counts.get(told, 0) + count
    return {paint: count for paint, count in counts.items() if count}


def _paints(counts: Mapping[int, int], palette: Palette) -> dict[int, Entry]:
    """The entries of the paints that are there, the most important first."""
    meanings = MEANINGS | HELD_MEANINGS if palette.plain else MEANINGS
    return {
        paint: sign(
            ("▁" if paint == HOLDING else palette.glyph(paint)) * 2,
            palette.held if paint == HOLDING else palette.paint(paint),
            told,
            palette,
            palette.under(paint),
        )
        for paint, told in meanings.items()
        if paint in counts
    }
