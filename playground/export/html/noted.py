"""What whoever makes the report has noted on the run."""

from playground.export.html.markup import Html, join, tag
from playground.export.html.reported import MOST_ROWS, ReportedRun
from playground.export.html.wording import more, sentence
from playground.history import Nanoseconds, doing

_MOST_STATES = 8
"""Processes that a note tells of."""


def noted(run: ReportedRun) -> Html | None:
    """Each bookmark, with what everybody was doing then; nothing where there are none."""
    if not run.bookmarks:
        return None
    shown = [_note(run, number, at, note) for number, (at, note) in enumerate(run.bookmarks[:MOST_ROWS], 1)]
    hint = "Instants that whoever made this report has marked; ◆ in the timeline."
    return join(
        tag("h2", "What was noted"),
        tag("p", hint, class_="hint"),
        tag("ul", *shown, class_="noted panel"),
        more(len(run.bookmarks) - MOST_ROWS, "notes"),
    )


def _note(run: ReportedRun, number: int, at: Nanoseconds, note: str) -> Html:
    history = run.history
    known = history.since <= at <= history.until
    states = [state for state in history.at(at) if not state.state.final] if known else []
    did = [f"{history.name(each.index)} {doing(history, each, at)}" for each in states[:_MOST_STATES]]
    others = [f"{len(states) - _MOST_STATES} more"] if len(states) > _MOST_STATES else []
    head = join(tag("b", f"◆ {number}"), tag("span", f"at {at / 1e9:.3f} s", class_="at"), " ", sentence(note))
    return tag("li", tag("p", head), tag("p", sentence(" · ".join([*did, *others])), class_="quiet"))
