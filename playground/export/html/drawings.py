"""What everybody did, and the counters: on one axis of time."""

from playground.export.html.explained import READING
from playground.export.html.markup import Html, join, tag
from playground.export.html.plots import drawings
from playground.export.html.reported import MOST_ROWS, ReportedRun
from playground.export.html.timeline import MOST_LANES, drawing, legend, used_paints
from playground.export.html.wording import more, sentence
from playground.history import doing


def timeline(run: ReportedRun) -> Html:
    """The lanes of all processes, and where the run was ended from outside what each was doing then."""
    history = run.history
    left_out = len(history.shown) - MOST_LANES
    drawn = drawing(history, run.findings, run.flows, run.bookmarks)
    return join(
        tag("h2", "What everybody did"),
        tag("p", READING, class_="hint"),
        tag(
            "div",
            tag("div", drawn, class_="wide"),
            legend(used_paints(history)),
            class_="panel",
        ),
        more(left_out, "processes, which are in the table"),
        _standing(run),
    )


def _standing(run: ReportedRun) -> Html | None:
    """What each was doing when the run was ended from outside."""
    if run.summary["outcome"] in {"finished", "failed"}:
        return None
    rows = [
        tag("li", tag("b", name), " ", sentence(what))
        for name, what in (
            (run.history.name(state.index), doing(run.history, state, run.history.until))
            for state in run.moment.states
            if not state.state.final
        )
    ]
    if not rows:
        return None
    return join(tag("h3", "When the recording ends"), tag("ul", *rows[:MOST_ROWS], class_="standing"))


def counters(run: ReportedRun) -> Html | None:
    """A figure for each counter; nothing where there are none."""
    figures, others = drawings(run.moment)
    if not figures:
        return None
    hint = "Values, queues and semaphores on the same axis of time: what is wrong comes first."
    return join(
        tag("h2", "Counters"),
        tag("p", hint, class_="hint"),
        tag("div", *figures, class_="panel"),
        more(others, "counters"),
    )
