"""Lines of source in the report, coloured, with what is said of them."""

from collections.abc import Sequence

from playground.excerpt import Sources
from playground.export.html.markup import Html, tag
from playground.export.html.wording import sentence
from playground.tui.render.code import Piece, coloured

_TONES = {"accent": "k", "good": "s", "warning": "n", "muted": "c", "text": None}
"""Colour of a piece of source to its class."""


def pieces_of(sources: Sources, file: str) -> list[list[Piece]]:
    """A file of the recording, line by line; nothing for one that it does not hold."""
    return coloured("\n".join(sources.lines(file)))


def line(number: int, pieces: list[Piece], remarks: Sequence[tuple[str, str]] = (), *, marked: bool) -> Html:
    """A row of a table of lines; a remark has its words and its tone."""
    code = [part if _TONES.get(tone) is None else tag("span", part, class_=_TONES[tone]) for part, tone in pieces]
    said = [tag("span", sentence(words), class_=f"remark {tone}".rstrip()) for tone, words in remarks]
    bad = any(tone for tone, _ in remarks)
    return tag(
        "tr",
        tag("td", number, class_="no"),
        tag("td", *code, *said, class_="mono"),
        class_="marked error" if bad else "marked" if marked else None,
    )
