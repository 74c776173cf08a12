"""Pieces of a drawing that lead to a process or a resource when they are clicked, or chosen by key."""

from functools import lru_cache
from typing import Literal, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip


class Target(NamedTuple):
    """What a piece leads to."""

    kind: Literal["process", "resource"]
    number: int


class Link(NamedTuple):
    """A piece of a line: from the cell ``start`` up to ``end``."""

    start: int
    end: int
    target: Target


_KINDS: tuple[Literal["process", "resource"], ...] = ("process", "resource")


def to_process(style: Style, index: int) -> Style:
    """Give the style of a piece that leads to a process."""
    return _linked(style, "process", index)


def to_resource(style: Style, index: int) -> Style:
    """Give the style of a piece that leads to a resource; the style itself for no resource."""
    return _linked(style, "resource", index) if index else style


@lru_cache(4096)
def _linked(style: Style, kind: str, index: int) -> Style:
    return style + Style(meta={kind: index})


@lru_cache(4096)
def target_of(style: Style | None) -> Target | None:
    """What a piece of this style leads to, if anything."""
    meta = style.meta if style is not None else {}
    return next((Target(kind, meta[kind]) for kind in _KINDS if kind in meta), None)


def links(strip: Strip) -> list[Link]:
    """The links of a line from left to right; neighbouring pieces with the same target are one."""
    found: list[Link] = []
    x = 0
    for segment in strip:
        end = x + cell_len(segment.text)
        target = target_of(segment.style)
        if target is not None and found and found[-1].end == x and found[-1].target == target:
            found[-1] = Link(found[-1].start, end, target)
        elif target is not None:
            found.append(Link(x, end, target))
        x = end
    return found


def link_at(strip: Strip, x: int) -> Target | None:
    """What the cell of a line leads to, if anything."""
    return next((link.target for link in links(strip) if link.start <= x < link.end), None)


def marked(strip: Strip, chosen: Link, ground: str) -> Strip:
    """The line on another ground, with the chosen link in reverse."""
    under, reverse = Style(bgcolor=ground), Style(reverse=True, bold=True)
    pieces: list[Segment] = []
    x = 0
    for segment in strip:
        style = (segment.style or Style.null()) + (reverse if chosen.start <= x < chosen.end else under)
        pieces.append(Segment(segment.text, style))
        x += cell_len(segment.text)
    return Strip(pieces, strip.cell_length)
