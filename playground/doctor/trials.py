"""Real runs: whether a program starts a child with each start method, and whether both are observed."""

import multiprocessing
import time
from pathlib import Path

from msgspec import Struct

from playground.errors import PlaygroundError
from playground.live import LiveRun, RunOptions
from playground.scenario import START_METHODS
from playground.target import file_target

PROGRAM = Path(__file__).with_name("trial.py")
_PATIENCE_S = 20.0
_TICK_S = 0.005


class Trial(Struct, frozen=True):
    """What came of one start method."""

    available: bool
    works: bool
    """Whether the program started its child and ended well."""
    observed: bool
    """Whether the child's lock was seen."""
    duration_s: float
    problem: str


def try_start_methods() -> dict[str, Trial]:
    """Run the program with all of them at the same time; takes a second or so."""
    available = set(multiprocessing.get_all_start_methods())
    trials = {each: Trial(False, False, False, 0.0, "") for each in START_METHODS}
    runs: dict[str, LiveRun] = {}
    try:
        for method in filter(available.__contains__, START_METHODS):
            try:
                runs[method] = _begin(method)
            except (OSError, PlaygroundError) as error:
                trials[method] = Trial(True, False, False, 0.0, str(error))
        while not all(run.ended for run in runs.values()):
            for run in runs.values():
                run.tick()
            time.sleep(_TICK_S)
    finally:
        for run in runs.values():
            run.close()
    return trials | {method: _outcome(run) for method, run in runs.items()}


def _begin(method: str) -> LiveRun:
    how = RunOptions(timeout_s=_PATIENCE_S, keep=False, end_when_stuck=True)
    return LiveRun(file_target(str(PROGRAM), [method], None), how)


def _outcome(run: LiveRun) -> Trial:
    summary = run.summary or {}
    works = run.outcome == "finished"
    taken = any(each["kind"] == "lock" and each["acquired"] for each in summary["resources"])
    seen = any(each["name"] == "answerer" and each["exitcode"] == 0 for each in summary["processes"])
    said = [line.text for line in run.history.lines if line.stream == "stderr"]
    problem = "" if works else (said or [run.notice or summary["verdict"]])[-1]
    return Trial(True, works, taken and seen, summary["duration_s"] or 0.0, problem)
