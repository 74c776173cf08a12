"""Programs that leave things behind if they can, ended in every way: afterwards nothing is there.

Each trial is in a world of its own, see ``box.py``. A row of the table is a way to end a run, and where nobody was
left to clean up, whether the next start had to; every kind of program is tried with each. Half of the runs are ended
when the program is up, the others at a random moment of the first second, in which playground and program start.
"""

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from typing import NamedTuple

from tests.chaos.box import ROOT, WAYS
from tests.chaos.nasty import KINDS
from tests.chaos.part import Part, Trial

_UNSHARE = ["unshare", "-p", "-f", "-m", "--mount-proc", "--kill-child"]
_LIMIT_S = 120
AT_ONCE = -1.0
"""Instead of a number of seconds: as soon as the program is up."""


def why_not() -> str:
    """Why there can be no worlds of their own here; "" when there can."""
    try:
        tried = subprocess.run([*_UNSHARE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, text=True)
    except OSError as error:
        return f"no unshare: {error.strerror}"
    return tried.stderr.strip()


class Started(NamedTuple):
    """A trial that goes on."""

    kind: str
    way: str
    delay: float
    box: subprocess.Popen[str]


def start(kind: str, way: str, delay: float = AT_ONCE) -> Started:
    """End a program of that kind in that way, so many seconds after the start."""
    command = [*_UNSHARE, sys.executable, "-m", "tests.chaos.box", kind, way, str(delay)]
    box = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return Started(kind, way, delay, box)


def finish(started: Started) -> Trial:
    """What became of it."""
    kind, way, delay, box = started
    about = f"{kind} {'once it was up' if delay == AT_ONCE else f'after {delay:.3f} s'}"
    try:
        said, complaint = box.communicate(timeout=_LIMIT_S)
        found = json.loads(said)
    except subprocess.TimeoutExpired:
        box.kill()
        box.communicate()
        return Trial(way, f"{about}: the trial itself did not end")
    except ValueError:
        return Trial(way, f"{about}: the trial itself failed: {complaint}")
    case = f"{way}; next start" if found["next_start"] else way
    return Trial(case, f"{about}: {found['problem']}" if found["problem"] else "", found["seconds"])


def trials(count: int, seed: int) -> Iterator[Trial]:
    """Every way with one kind after the other, in an order that the seed gives; the moments alternate."""
    if problem := why_not():
        raise SystemExit(f"needs worlds of its own: {problem}")
    dice = random.Random(seed)
    combinations = [(kind, way, moment) for kind in KINDS for way in WAYS for moment in ("up", "random")]
    dice.shuffle(combinations)
    for number in range(count):
        kind, way, moment = combinations[number % len(combinations)]
        yield finish(start(kind, way, AT_ONCE if moment == "up" else dice.random()))


PART = Part("0 processes and 0 names left", 520, trials)
