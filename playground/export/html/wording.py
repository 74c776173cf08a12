"""Sentences of the report."""

from playground.export.html.markup import Html, join, tag, text


def sentence(words: str) -> Html:
    """A sentence; what stands between backticks is a name of the program."""
    parts = words.split("`")
    if len(parts) % 2 == 0:
        return text(words)
    return join(*(tag("code", part) if place % 2 else part for place, part in enumerate(parts)))


def more(count: int, of_what: str) -> Html | None:
    """How many were left out; nothing when none."""
    return tag("p", f"… and {count:,} more {of_what}", class_="hint") if count > 0 else None
