"""What was found, each finding with its lines of source."""

from playground.excerpt import Place, Sources, places
from playground.export.html.code import line, pieces_of
from playground.export.html.explained import KINDS
from playground.export.html.markup import Html, join, tag
from playground.export.html.reported import MOST_FINDINGS, ReportedRun
from playground.export.html.ring import ring
from playground.export.html.wording import more, sentence
from playground.findings import Finding
from playground.tui.render.findings import SIGNS


def found(run: ReportedRun) -> Html | None:
    """The findings, the worst first; nothing where there are none."""
    if not run.findings:
        return None
    shown = [_finding(run, finding) for finding in run.findings[:MOST_FINDINGS]]
    return join(tag("h2", "What was found"), *shown, more(len(run.findings) - MOST_FINDINGS, "findings"))


def _finding(run: ReportedRun, finding: Finding) -> Html:
    kind = finding.kind.replace("_", " ")
    head = tag(
        "h3",
        tag("span", SIGNS[finding.severity], class_="sign", aria_hidden="true"),
        tag("span", kind, class_="kind"),
        tag("span", f"{finding.severity}, at {finding.at / 1e9:.3f} s", class_="at"),
    )
    general = [tag("p", KINDS[finding.kind], class_="general")] if finding.kind in KINDS else []
    drawn = ring(run.history, finding)
    where = [_place(run.sources, place) for place in places(run.history, finding)]
    return tag(
        "article",
        head,
        tag("p", sentence(finding.text)) if finding.text != run.summary["verdict"] else None,
        *general,
        tag("div", drawn, class_="wide") if drawn is not None else None,
        tag("div", *where, class_="places") if where else None,
        tag("p", tag("b", "What to do: "), sentence(finding.advice), class_="advice"),
        class_=f"finding {finding.severity}",
    )


def _place(sources: Sources, place: Place) -> Html:
    remarks = join(" ", sentence(", ".join(place.remarks))) if place.remarks else None
    file = place.file.rpartition("/")[2]
    head = tag("header", tag("b", f"{file}:{place.line}"), remarks)
    pieces = pieces_of(sources, place.file)
    rows = [
        line(number, pieces[number - 1], marked=number == place.line)
        for number, _ in sources.around(place)
        if number <= len(pieces)
    ]
    code = tag("div", tag("table", tag("tbody", *rows)), class_="source wide") if rows else None
    return tag("div", head, code, class_="place")
