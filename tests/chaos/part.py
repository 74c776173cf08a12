"""What the parts have in common: trials, each of one case, and the table of them."""

import signal
from collections.abc import Callable, Iterable, Iterator
from statistics import median
from typing import NamedTuple


class Trial(NamedTuple):
    """One thing broken, and what became of it."""

    case: str
    """What was broken, and how; one row of the table."""
    problem: str = ""
    """What should not have been; "" when all was well."""
    seconds: float | None = None
    """What was measured, for instance the time until everything was clean."""


class Part(NamedTuple):
    """Trials that belong together."""

    promise: str
    """What is never to happen, in a few words."""
    long: int
    """Trials, or what is broken, in the long form."""
    trials: Callable[[int, int], Iterator[Trial]]
    """From how many there are to be and the first seed to the trials; the same seed breaks the same things."""


def hear_signals() -> None:
    """Let what is started hear signals that are ignored in the background and under nohup."""
    for signum in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        signal.signal(signum, signal.SIG_DFL)


def table(trials: Iterable[Trial]) -> list[str]:
    """Lines with cases, numbers of trials and of problems, and the median and longest time in seconds."""
    cases: dict[str, list[Trial]] = {}
    for trial in trials:
        cases.setdefault(trial.case, []).append(trial)
    width = max((len(case) for case in cases), default=4)
    lines = [f"{'case':{width}}{'trials':>8}{'problems':>10}{'median':>10}{'longest':>10}"]
    everything = [trial for group in cases.values() for trial in group]
    rows = [*cases.items(), *([("all", everything)] if len(cases) > 1 else [])]
    return [*lines, *(_row(case, group, width) for case, group in rows)]


def _row(case: str, group: list[Trial], width: int) -> str:
    problems = sum(bool(trial.problem) for trial in group)
    seconds = [trial.seconds for trial in group if trial.seconds is not None]
    times = f"{median(seconds):8.2f} s{max(seconds):8.2f} s" if seconds else ""
    return f"{case:{width}}{len(group):>8}{problems:>10}{times}"
