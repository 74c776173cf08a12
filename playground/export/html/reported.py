"""What a report is made of: a run that was read to its end."""

from typing import Any

from msgspec import Struct

from playground.excerpt import Sources
from playground.export.links import Flow
from playground.findings import Finding
from playground.history import History, Nanoseconds, RunInfo
from playground.replay import Replay
from playground.tui.moment import Moment, moment_of
from playground.tui.render.findings import SIGNS
from playground.tui.view import View

MOST_ROWS = 300
"""Of a table or list; how many more there are is said."""
MOST_FINDINGS = 60


class ReportedRun(Struct, frozen=True):
    """One run, as the parts of its report want it."""

    info: RunInfo
    history: History
    moment: Moment
    """The end of the recording."""
    summary: dict[str, Any]
    findings: list[Finding]
    """The worst first, then by time."""
    flows: list[Flow]
    bookmarks: list[tuple[Nanoseconds, str]]
    """Instants that were marked, with the note on each."""
    sources: Sources
    notices: list[str]


def reported_run(replay: Replay, flows: list[Flow]) -> ReportedRun:
    """What is to be told of a replay that is at its end."""
    severities = [*SIGNS]
    return ReportedRun(
        replay.info,
        replay.history,
        moment_of(replay, View()),
        replay.summary,
        sorted(replay.findings.all, key=lambda each: (severities.index(each.severity), each.at)),
        flows,
        list(replay.bookmarks.all),
        Sources(replay.history, reads_files=False),
        replay.notices,
    )
