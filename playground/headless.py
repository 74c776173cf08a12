"""A run without a screen: the program's output passes through, the playground speaks on stderr."""

import json
import os
import select
import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import Any

from playground.face import Face
from playground.live import INTERRUPTED_EXIT, LiveRun


def run_headless(run: LiveRun, *, as_json: bool, fail_on: str = "") -> int:
    """Follow a run to its end; returns the exit code of the command.

    That is the program's own; with ``fail_on`` it is the verdict: see ``verdict_code``. ctrl+c goes to the program,
    a second one ends the run; SIGTERM and SIGHUP end it at once. The summary is told in every case.
    """
    interrupts, ended_by = 0, 0

    def interrupt(_signum: int, _frame: FrameType | None) -> None:
        nonlocal interrupts
        interrupts += 1
        if interrupts == 1:
            run.interrupt()
            os.write(2, b"mp-playground: ctrl+c was passed on; once more ends the run\n")

    def end(signum: int, _frame: FrameType | None) -> None:
        nonlocal ended_by
        ended_by = signum

    run.output.passing_on = True
    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGHUP, end)
    try:
        while not run.ended:
            run.tick()
            _pass_on(run, as_json=as_json)
            if interrupts > 1 or ended_by:
                run.close()
            with suppress(OSError):
                select.select([], [], [], 0.01)
    finally:
        run.close()
    _pass_on(run, as_json=as_json)
    if run.notice:
        print(f"mp-playground: {run.notice}", file=sys.stderr)
    code = 128 + ended_by if ended_by else INTERRUPTED_EXIT if interrupts else run.exitcode
    if fail_on:
        code = verdict_code(run, code, fail_on)
    if run.summary is not None:
        tell(run, run.summary, as_json=as_json, fail_on=fail_on or "error", reads_files=True)
    return code


def verdict_code(run: LiveRun, code: int, fail_on: str) -> int:
    """0 when the run went well, 1 when not, 130 when a person interrupted it."""
    return code if code == INTERRUPTED_EXIT else 0 if went_well(run, run.history.outcome, fail_on) else 1


def went_well(face: Face, outcome: str, fail_on: str) -> bool:
    """Whether the program ended well and nothing as grave as ``fail_on`` was found."""
    grave = {"error"} if fail_on == "error" else {"error", "warning"}
    return outcome == "finished" and all(finding.severity not in grave for finding in face.findings.all)


def _pass_on(run: LiveRun, *, as_json: bool) -> None:
    """Write what the program wrote, byte for byte; with JSON its stdout goes to stderr."""
    for stream, data in run.output.take():
        fd = 1 if stream == "stdout" and not as_json else 2
        while data:
            try:
                data = data[os.write(fd, data) :]
            except BrokenPipeError:
                break


def tell(
    face: Face, summary: dict[str, Any], *, as_json: bool, fail_on: str = "error", reads_files: bool = False
) -> None:
    """One JSON object on stdout, or the report on stderr."""
    if as_json:
        print(json.dumps(summary), flush=True)
        return
    from playground.report import print_report

    well = went_well(face, summary["outcome"], fail_on)
    print_report(face, summary, well=well, reads_files=reads_files)
