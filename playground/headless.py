"""A run without a screen: the program's output passes through, the playground speaks on stderr."""

import json
import os
import select
import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import Any

from playground.observed import INTERRUPTED_EXIT, Observed


def run_headless(run: Observed, *, as_json: bool) -> int:
    """Follow a run to its end; returns the exit code of the command.

    ctrl+c goes to the program, a second one ends the run; SIGTERM and SIGHUP end it at once. The summary is
    told in every case.
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

    if run.output is not None:
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
    if run.summary is not None:
        print_summary(run.summary, as_json=as_json)
    return 128 + ended_by if ended_by else INTERRUPTED_EXIT if interrupts else run.exitcode


def verdict_code(run: Observed, code: int, fail_on: str) -> int:
    """0 when nothing as grave as ``fail_on`` was found and the program ended well, 1 when not, 130 interrupted."""
    if code == INTERRUPTED_EXIT:
        return code
    grave = {"error"} if fail_on == "error" else {"error", "warning"}
    found = any(finding.severity in grave for finding in run.findings.all)
    return 1 if found or run.outcome != "finished" else 0


def _pass_on(run: Observed, *, as_json: bool) -> None:
    """Write what the program wrote, byte for byte; with JSON its stdout goes to stderr."""
    for stream, data in run.output.take() if run.output is not None else ():
        fd = 1 if stream == "stdout" and not as_json else 2
        while data:
            try:
                data = data[os.write(fd, data) :]
            except BrokenPipeError:
                break


def print_summary(summary: dict[str, Any], *, as_json: bool) -> None:
    """One JSON object on stdout, or the verdict, the findings and the processes on stderr."""
    if as_json:
        print(json.dumps(summary), flush=True)
        return
    said = any(finding["text"] == summary["verdict"] for finding in summary["findings"])
    say = [f"{summary['outcome'] or 'not ended'} after {summary['duration_s']:.2f} s"]
    say += [] if said else [f"  {summary['verdict']}"]
    for finding in summary["findings"]:
        mark = {"error": "✗", "warning": "!", "info": "i"}[finding["severity"]]
        kind = "" if finding["kind"].replace("_", " ") in finding["text"] else f"{finding['kind']}: "
        say += [f"  {mark} {kind}{finding['text']}", f"      {finding['advice']}"]
    for process in summary["processes"]:
        code = process["exitcode"]
        end = process["state"] if code is None else f"exit {code}" if code >= 0 else f"signal {-code}"
        seconds = ", ".join(f"{name} {value:.2f} s" for name, value in process["seconds"].items() if value >= 0.005)
        say.append(f"  {process['name']:16} {process['pid']:>7}  {end:10} {seconds}")
    if summary["recording"]:
        say.append(f"  recorded in {summary['recording']}")
    print("\n".join(say), file=sys.stderr)
