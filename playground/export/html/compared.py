"""The part of a report that compares its run with another one: where processes part, and what differs. Pure."""

from collections.abc import Sequence
from typing import Any

from playground.comparison.compare import Comparison, Divergence, Event, Row
from playground.export.html.markup import Html, join, tag
from playground.export.html.tables import table
from playground.export.html.wording import more, sentence
from playground.history import RunInfo
from playground.tui.render.differences import told

_MOST = 60
"""So many processes, and so many figures, are told."""
_HINT = (
    "Each row is a process that does the same in both runs up to here, and then something else. Compared is the order "
    "of each process's own events, not when they happen."
)


def compared(found: Comparison, infos: tuple[RunInfo, RunInfo], notices: Sequence[str]) -> Html:
    """Everything that tells the run of the report, the first, from the other one; ``notices`` say what is missing."""
    labels = _labels(infos)
    started = infos[1].started_at[:19].replace("T", " ")
    other = " ".join(filter(None, (infos[1].scenario, str(infos[1].parameters.get("variant", "")))))
    parts: list[Html | None] = [
        tag("h2", f"Compared with {labels[1]}"),
        tag("p", f"The other run: {other}, of {started}.", class_="hint"),
        *(tag("p", notice, class_="notice") for notice in notices),
    ]
    if found.divergences:
        rows = [_parting(each) for each in found.divergences[:_MOST]]
        titles = [("process", ""), ("events in common", "num"), *((label, "") for label in labels)]
        parts += [tag("h3", "Where they part"), tag("p", _HINT, class_="hint"), table(titles, rows)]
        parts.append(more(len(found.divergences) - _MOST, "processes"))
    else:
        parts.append(tag("p", "As far as both are known, every process does the same as its namesake."))
    only = ((found.only_one, 0), (found.only_other, 1))
    findings = [_finding(each, side) for listed, side in only for each in listed[:_MOST]]
    figures = [_figure(row) for row in found.differing[:_MOST]]
    titles = [("", ""), *((label, "") for label in labels)]
    if findings or figures:
        parts += [tag("h3", "What differs"), table(titles, [*findings, *figures])]
        parts.append(more(len(found.differing) - _MOST, "figures"))
    return join(*parts)


def _labels(infos: tuple[RunInfo, RunInfo]) -> Sequence[str]:
    """What the two are called: by their variants where these tell them apart."""
    variants = [str(info.parameters.get("variant", "")) for info in infos]
    return variants if all(variants) and variants[0] != variants[1] else ["this run", "the other run"]


def _parting(each: Divergence) -> Html:
    events = [
        tag("td", sentence(event.text), tag("div", _where(event), class_="quiet")) for event in (each.one, each.other)
    ]
    return tag("tr", tag("td", tag("b", each.process)), tag("td", f"{each.ordinal:,}", class_="num"), *events)


def _where(event: Event) -> str:
    at = "for the rest of the run" if event.at is None else f"at {event.at / 1e9:.3f} s"
    return ", ".join(filter(None, (at, event.place)))


def _finding(finding: Any, side: int) -> Html:
    who = ", ".join(finding["processes"])
    cells = [tag("td", "✗ found" if number == side else "not found") for number in range(2)]
    return tag("tr", tag("td", tag("b", f"{finding['kind'].replace('_', ' ')} {who}".rstrip())), *cells)


def _figure(row: Row) -> Html:
    name = " ".join(filter(None, (row.name, row.what)))
    return tag("tr", tag("td", name), *(tag("td", sentence(told(value, row.unit))) for value in (row.one, row.other)))
