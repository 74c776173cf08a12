"""The main file, with what is said of its lines."""

from collections.abc import Iterable

from playground.excerpt import places
from playground.export.html.code import line, pieces_of
from playground.export.html.markup import Html, join, tag
from playground.export.html.reported import MOST_FINDINGS, ReportedRun
from playground.history import State

_MOST_LINES, _AROUND = 1200, 12
"""A longer file is shown where it is marked, with so many lines before and after."""


def source(run: ReportedRun) -> Html | None:
    """The main file, or of a long one what is marked; nothing where the recording does not hold it."""
    info = run.info
    lines = pieces_of(run.sources, info.source_file) if info.source else []
    if not lines:
        return None
    remarks = _remarks(run)
    shown = _shown_lines(len(lines), remarks)
    rows: list[Html] = []
    before = 0
    for number in shown:
        if number != before + 1:
            rows.append(tag("tr", tag("td", "⋯", colspan=3), class_="gap"))
        rows.append(line(number, lines[number - 1], remarks.get(number, ()), marked=number in remarks))
        before = number
    hint = "Marked lines are those that findings speak of, and where processes stood when the recording ends."
    return join(
        tag("h2", "Source"),
        tag("p", tag("code", info.source_file.rpartition("/")[2]), f". {hint}", class_="hint"),
        tag("div", tag("table", tag("tbody", *rows)), class_="panel source wide"),
    )


def _remarks(run: ReportedRun) -> dict[int, list[tuple[str, str]]]:
    """Line to what is said of it, each with its tone."""
    file = run.info.source_file
    made: dict[int, list[tuple[str, str]]] = {}
    for finding in run.findings[:MOST_FINDINGS]:
        tone = "bad" if finding.severity == "error" else ""
        for place in places(run.history, finding):
            if place.file == file:
                said = [*place.remarks] or [finding.kind.replace("_", " ")]
                made.setdefault(place.line, []).extend((tone, each) for each in said)
    for state in run.moment.states:
        site = run.history.sites.get(state.site)
        if site is not None and site.file == file and not state.state.final and state.state != State.RUNNING:
            made.setdefault(site.line, []).append(("", f"{run.history.name(state.index)} stands here"))
    return {line: list(dict.fromkeys(said))[:8] for line, said in made.items()}


def _shown_lines(count: int, remarks: Iterable[int]) -> list[int]:
    """All lines of a file, or of a long one those around the ones that are marked."""
    if count <= _MOST_LINES:
        return list(range(1, count + 1))
    wanted = {line for mark in remarks for line in range(mark - _AROUND, mark + _AROUND + 1)}
    return sorted(line for line in wanted | set(range(1, 41)) if 1 <= line <= count)[:_MOST_LINES]
