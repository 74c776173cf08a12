"""Measures every subject on both sides in turn, and judges the ratios."""

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.probe_cost import sides, subjects

SLICE_NS = 10_000_000
"""So long does one measurement take without the probe: short enough to find the machine undisturbed."""
SHM = Path("/dev/shm")


@dataclass(frozen=True, slots=True)
class Budget:
    """What a subject may cost under the probe, as a multiple of its cost without."""

    subject: str
    title: str
    most: float


BUDGETS = (
    Budget("lock", "with lock: (hot)", 3.5),
    Budget("rlock", "with rlock: (hot)", 3.5),
    Budget("section", "10 us critical section", 1.10),
    Budget("simple_queue", "SimpleQueue put + get", 1.25),
    Budget("value", "Value += 1", 3.5),
    Budget("event", "one event : monotonic_ns()", 5.0),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """What one repetition costs, in nanoseconds and without the loop around it."""

    budget: Budget
    bare_ns: float
    probed_ns: float
    typical: float
    """Median of the ratios of neighbouring measurements."""
    records: float
    """Records that the probe wrote."""

    @property
    def ratio(self) -> float:
        """Of the best measurements: what disturbs the machine only ever adds."""
        return self.probed_ns / self.bare_ns

    @property
    def kept(self) -> bool:
        """Whether the budget is kept."""
        return self.ratio <= self.budget.most


def figures(python: str, rounds: int) -> Iterator[Figure]:
    """Measure one subject after the other; each in so many rounds of bare, probed, bare, probed."""
    with ExitStack() as stack:
        where = str(SHM) if SHM.is_dir() else None
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mpp-bench-", dir=where)))
        steps = subjects.steps_of_a_section()
        bare = stack.enter_context(sides.bare(python, steps))
        probed = stack.enter_context(sides.probed(python, steps, directory))
        drain = sides.Drain(directory)
        drain.records()
        loop_ns = min(side.nanoseconds("nothing", 100_000) for side in (bare, probed) for _ in range(rounds)) / 100_000
        for budget in BUDGETS:
            yield _figure(budget, bare, probed, drain, loop_ns, rounds)


def _figure(
    budget: Budget, bare: sides.Side, probed: sides.Side, drain: sides.Drain, loop_ns: float, rounds: int
) -> Figure:
    n = _repetitions(bare, budget.subject)
    pairs, records = [], 0
    for _ in range(rounds):
        pair = [side.nanoseconds(budget.subject, n) / n - loop_ns for side in (bare, probed)]
        records += drain.records()
        pairs.append(pair)
    return Figure(
        budget,
        bare_ns=min(one for one, _ in pairs),
        probed_ns=min(other for _, other in pairs),
        typical=statistics.median(other / one for one, other in pairs),
        records=records / rounds / n,
    )


def _repetitions(bare: sides.Side, subject: str) -> int:
    n = 1000
    best = min(bare.nanoseconds(subject, n) for _ in range(10))
    return max(n * SLICE_NS // best, 100)
