"""Python source in the colours of a palette."""

from functools import lru_cache
from typing import Any

_LARGEST = 100_000
"""Characters; a longer text is shown without colours, which would take seconds."""
Piece = tuple[str, str]
"""Text and the name of its colour in the palette."""


@lru_cache(64)
def coloured(source: str) -> list[list[Piece]]:
    """Lines of Python source as pieces of one colour each."""
    if len(source) > _LARGEST:
        return [[(line.expandtabs(4), "text")] for line in source.splitlines()]
    from pygments.lexers.python import PythonLexer  # late: it takes long to import, and not every picture has code

    lines: list[list[Piece]] = [[]]
    for kind, text in PythonLexer(stripnl=False, tabsize=4).get_tokens(source):
        colour = _colour(kind)
        for i, part in enumerate(text.split("\n")):
            if i:
                lines.append([])
            if part:
                lines[-1].append((part, colour))
    return lines[:-1] if not lines[-1] else lines


def _colour(kind: object) -> str:
    return next((colour for family, colour in _colours() if kind in family), "text")


@lru_cache(1)
def _colours() -> tuple[tuple[Any, str], ...]:
    from pygments.token import Comment, Keyword, Name, Number, Operator, String

    return (
        (Comment, "muted"),
        (String, "good"),
        (Number, "warning"),
        (Operator.Word, "accent"),
        (Keyword, "accent"),
        (Name.Builtin, "accent"),
        (Name.Decorator, "warning"),
    )
