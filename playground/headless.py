"""A run without a screen: the program's output passes through, the playground speaks on stderr."""

import json
import os
import signal
import sys
from types import FrameType
from typing import Any

from playground.errors import PlaygroundError
from playground.face import Face
from playground.observed import INTERRUPTED_EXIT, Observed
from playground.output import Output
from playground.pace import collect_garbage_seldom
from playground.passing import Passing
from playground.text import clean

_TICK_S = 0.01


def run_headless(run: Observed, *, as_json: bool, fail_on: str = "") -> int:
    """Follow a run to its end; returns the exit code of the command.

    That is the program's own, or with ``fail_on`` that of the verdict. ctrl+c goes to the program, a second one
    ends the run, and the first one where the program goes on without us; SIGTERM and SIGHUP end it. The summary is
    told in every case.
    """
    collect_garbage_seldom()
    interrupts, passed_on, ended_by = 0, False, 0

    def interrupt(_signum: int, _frame: FrameType | None) -> None:
        nonlocal interrupts
        interrupts += 1

    def end(signum: int, _frame: FrameType | None) -> None:
        nonlocal ended_by
        ended_by = signum

    passing = Passing(run.output or Output(-1, -1), as_json=as_json)
    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGHUP, end)
    try:
        while not run.ended:
            run.tick()
            passing.on()
            if interrupts > (1 if run.ends_with_us else 0) or ended_by:
                run.close()
            elif interrupts and not passed_on:
                passed_on = True
                run.interrupt()
                os.write(2, b"mp-playground: ctrl+c was passed on; once more ends the run\n")
            passing.meanwhile(_TICK_S)
    finally:
        run.close()
    passing.rest(lambda: bool(interrupts > 1 or ended_by))
    for notice in filter(None, (run.notice, passing.problem)):
        print(f"mp-playground: {clean(notice, 2000)}", file=sys.stderr)
    code = 128 + ended_by if ended_by else INTERRUPTED_EXIT if interrupts else None
    if code is None:
        code = run.exitcode if not fail_on else 0 if went_well(run, run.outcome, fail_on) else 1
    if run.summary is not None:
        tell(run, run.summary, as_json=as_json, fail_on=fail_on or "error")
    return code


def went_well(face: Face, outcome: str, fail_on: str) -> bool:
    """Whether the program ended well and nothing as grave as ``fail_on`` was found."""
    grave = {"error"} if fail_on == "error" else {"error", "warning"}
    left_alone = outcome == "stopped" and face.history.exitcode == 0  # attached to, and it goes on
    well = outcome == "finished" or left_alone
    return well and all(finding.severity not in grave for finding in face.findings.all)


def tell(face: Face, summary: dict[str, Any], *, as_json: bool, fail_on: str = "error") -> None:
    """One JSON object on stdout, or the report on stderr."""
    try:
        if as_json:
            print(json.dumps(summary), flush=True)
            return
        from playground.report import print_report

        well = went_well(face, summary["outcome"], fail_on)
        print_report(face, summary, well=well)
    except OSError as error:
        silence(1 if as_json else 2)
        if not isinstance(error, BrokenPipeError):
            raise PlaygroundError(
                f"the summary could not be written: {error.strerror}; it is in the recording"
            ) from None


def silence(descriptor: int) -> None:
    """Let what is still written to a stream of ours go nowhere, so that the interpreter's end does not complain."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, descriptor)
    os.close(null)
