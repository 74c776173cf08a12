"""Measures every subject on both sides in turn, and judges the ratios."""

import statistics
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.figure import Figure, times
from tests.benchmarks.probe_cost import sides

SLICE_NS = 10_000_000
"""So long does one measurement take without the probe: short enough to find the machine undisturbed."""
PAIRS = 5
"""Pairs of processes: how a process lies in memory makes it faster or slower for all its life."""
SHM = Path("/dev/shm")


@dataclass(frozen=True, slots=True)
class Budget:
    """What a subject may cost under the probe, as a multiple of its cost without."""

    subject: str
    title: str
    most: float | None
    """None: for comparison only."""
    rival: str = "bare"


BUDGETS = (
    Budget("lock", "with lock: (hot)", 3.5),
    Budget("rlock", "with rlock: (hot)", None),
    Budget("section", "10 us critical section", 1.10),
    Budget("simple_queue", "SimpleQueue put + get", 1.25),
    Budget("value", "Value += 1", 3.5),
    Budget("event", "one event", 5.0, "monotonic_ns()"),
)


class Samples:
    """Measurements of one subject, in nanoseconds for one repetition without the loop around it."""

    def __init__(self) -> None:
        self.bare: list[float] = []
        self.probed: list[float] = []
        self.records: list[float] = []

    def figure(self, budget: Budget) -> Figure:
        """What they come to."""
        title = f"{budget.title}, {statistics.mean(self.records):.3g} events"
        measured, rival = _undisturbed(self.probed), _undisturbed(self.bare)
        return Figure(title, measured, "ns", budget.most, budget.rival, rival, times(self.probed).spread)


def figures(python: str, rounds: int) -> list[Figure]:
    """Measure every subject in so many rounds of bare, probed, bare, probed, spread over several pairs of processes."""
    samples = {budget.subject: Samples() for budget in BUDGETS}
    items = sides.items_of_a_section(python)
    for _ in range(PAIRS):
        with ExitStack() as stack:
            where = str(SHM) if SHM.is_dir() else None
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mpp-bench-", dir=where)))
            bare = stack.enter_context(sides.bare(python, items))
            probed = stack.enter_context(sides.probed(python, items, directory))
            _measure(samples, bare, probed, sides.Drain(directory), -(-rounds // PAIRS))
    return [samples[budget.subject].figure(budget) for budget in BUDGETS]


def _measure(
    samples: dict[str, Samples], bare: sides.Side, probed: sides.Side, drain: sides.Drain, rounds: int
) -> None:
    drain.records()
    loop_ns = min(side.nanoseconds("nothing", 100_000) for side in (bare, probed) for _ in range(20)) / 100_000
    for subject, sample in samples.items():
        n = _repetitions(bare, subject)
        for _ in range(rounds):
            sample.bare.append(bare.nanoseconds(subject, n) / n - loop_ns)
            sample.probed.append(probed.nanoseconds(subject, n) / n - loop_ns)
            sample.records.append(drain.records() / n)


def _undisturbed(times: list[float]) -> float:
    """The lower tenth: what disturbs the machine only adds, but the very best may be a stroke of luck."""
    return statistics.quantiles(times, n=10)[0]


def _repetitions(bare: sides.Side, subject: str) -> int:
    n = 1000
    best = min(bare.nanoseconds(subject, n) for _ in range(10))
    return max(n * SLICE_NS // best, 100)
