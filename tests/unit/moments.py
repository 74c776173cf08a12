"""A moment of a made-up run, as the stage would hand it down, and what drawings make of it."""

from dataclasses import dataclass
from typing import Any

from textual.strip import Strip

from playground.debugger import Debugger
from playground.findings import Finding
from playground.history import History, RunInfo
from playground.tui.moment import Moment, moment_of
from playground.tui.view import View
from tests.unit.rows import INFO, Run


@dataclass
class _Found:
    all: list[Finding]


class Shown:
    """A face that stands at the end of what is known, or where it is told."""

    ends_with_us = stirs = reads_files = False
    exitcode = 0
    debugger: Debugger | None = None

    def __init__(self, history: History, findings: list[Finding], at: int | None = None, *, live: bool = True) -> None:
        self.info: RunInfo = INFO
        self.history, self.live = history, live
        self.findings: Any = _Found(findings)
        self.playhead = history.until if at is None else at

    def tick(self) -> bool:
        return False

    def close(self) -> None:
        pass


def moment(history: History, *findings: Finding, at: int | None = None, live: bool = True, **view: Any) -> Moment:
    return moment_of(Shown(history, list(findings), at, live=live), View(**view))


def moment_at_the_end(run: Run) -> Moment:
    """A run that has ended, with what is found in it."""
    return moment(run.history(), *run.findings(), live=False)


def text(strips: list[Strip]) -> str:
    """What is drawn, without the blanks at the ends of lines."""
    return "\n".join(strip.text.rstrip() for strip in strips)
