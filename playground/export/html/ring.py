"""The cycle of a deadlock as one SVG: who waits for what, and who has it. Pure."""

from playground.export.html.markup import Html, join, tag, void
from playground.findings import Finding
from playground.history import History

_BOX, _GAP, _HIGH, _TOP, _BACK = 132, 104, 40, 16, 34
_LONGEST = 15
"""Characters of a name in a box."""
MOST = 5
"""Processes of a cycle that is still drawn."""


def ring(history: History, finding: Finding) -> Html | None:
    """The drawing; None for what is no cycle, or a long one, or one of which the holders are not known."""
    edges = finding.edges
    if not 1 <= len(edges) <= MOST or not _is_closed(history, finding):
        return None
    places = {wait.process: history.place(wait.site) for wait in history.waits_at(finding.at)}
    parts: list[Html] = []
    for number, (process, resource) in enumerate(edges):
        x = number * 2 * (_BOX + _GAP)
        parts.append(_box(x, history.name(process), "who"))
        parts.append(_arrow(x + _BOX, "waits for", places.get(process, ""), "bad"))
        parts.append(_box(x + _BOX + _GAP, history.resource_name(resource), "thing"))
        if number < len(edges) - 1:
            parts.append(_arrow(x + 2 * _BOX + _GAP, "held by", "", "keep"))
    width = len(edges) * 2 * (_BOX + _GAP) - _GAP
    parts.append(_way_back(width))
    height = _TOP + _HIGH + _BACK + 8
    return tag(
        "svg",
        *parts,
        viewBox=f"-2 0 {width + 4} {height}",
        width=width + 4,
        height=height,
        class_="ring",
        role="img",
        aria_label="The cycle of waits",
    )


def _is_closed(history: History, finding: Finding) -> bool:
    """Whether each waits for what the next one holds, and the last for what the first does."""
    following = [process for process, _ in (*finding.edges[1:], finding.edges[0])]
    return all(
        resource in history.resources
        and any(process == holder for process, *_ in history.resources[resource].holders_at(finding.at))
        for (_, resource), holder in zip(finding.edges, following, strict=True)
    )


def _box(x: float, name: str, kind: str) -> Html:
    shown = name if len(name) <= _LONGEST else f"{name[:8]}…{name[-6:]}"
    return tag(
        "g",
        tag("title", name),
        void("rect", x=x, y=_TOP, width=_BOX, height=_HIGH, rx=20 if kind == "who" else 5, class_=kind),
        tag("text", shown, x=x + _BOX / 2, y=_TOP + 25, text_anchor="middle", class_="name"),
    )


def _arrow(x: float, word: str, place: str, tone: str) -> Html:
    y, end = _TOP + _HIGH / 2, x + _GAP
    return tag(
        "g",
        tag("title", f"{word}{f' at {place}' if place else ''}"),
        void("path", d=f"M{x + 5} {y}H{end - 6}", class_=f"way {tone}"),
        void("path", d=f"M{end - 4} {y}l-9 -5v10z", class_=f"tip {tone}"),
        tag("text", word, x=x + _GAP / 2, y=y - 7, text_anchor="middle", class_=f"word {tone}"),
    )


def _way_back(width: float) -> Html:
    low, bottom = _TOP + _HIGH, _TOP + _HIGH + _BACK - 8
    right, left = width - _BOX / 2, _BOX / 2
    way = f"M{right} {low + 4}V{bottom - 8}q0 8 -8 8H{left + 8}q-8 0 -8 -8V{low + 9}"
    return join(
        void("path", d=way, class_="way keep"),
        void("path", d=f"M{left} {low + 3}l-5 9h10z", class_="tip keep"),
        tag("text", "held by", x=width / 2, y=bottom - 6, text_anchor="middle", class_="word keep"),
    )
