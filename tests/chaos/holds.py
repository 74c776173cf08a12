"""Many acquires by processes that contend: the rows tell of the holds in the order in which they were."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from playground.history import Batch, History
from playground.probe import layout
from tests.chaos.part import Part, Trial
from tests.chaos.probed import INFO, ProbedProgram

WORKERS = 4
PERMITS = 2
AT_MOST = 80_000
"""Acquires of one worker; its records fit into the segments that it may be ahead of the collector."""
METHODS = ("fork", "spawn", "forkserver")

PROGRAM = """
import mmap, multiprocessing as mp, random, sys

def work(path, seed, times, locks, permits, told):
    dice = random.Random(seed)
    with open(path, "r+b") as file:
        held = memoryview(mmap.mmap(file.fileno(), 0)).cast("q")
    def hold(which):
        held[which] += 1  # the lock alone makes that right
        told[which].value = held[which]
    for _ in range(times):
        which = dice.randrange(len(locks) + 1)
        if which == len(locks):
            with permits:
                pass
            continue
        lock = locks[which]
        if dice.random() < 0.1:
            if lock.acquire(dice.random() < 0.5, 0.001):
                hold(which)
                lock.release()
            continue
        with lock:
            hold(which)
            if which == 1 and lock.acquire():
                lock.release()

if __name__ == "__main__":
    method, path, workers, times, count, seed = *sys.argv[1:3], *map(int, sys.argv[3:])
    context = mp.get_context(method)
    locks = [context.Lock(), context.RLock(), context.BoundedSemaphore(1), context.Lock()]
    permits = context.Semaphore(count)
    told = [context.Value("q", 0) for _ in locks]
    args = (times, locks, permits, told)
    crew = [context.Process(target=work, args=(path, seed + i, *args)) for i in range(workers)]
    for each in crew: each.start()
    for each in crew: each.join()
"""
_LIMITS = {"lock": 1, "rlock": 1, "bounded_semaphore": 1, "semaphore": PERMITS}
_HOLDABLE = frozenset(_LIMITS)


class Holds:
    """Follows who holds what, row by row."""

    def __init__(self) -> None:
        self.history = History(INFO)
        self.problems: list[str] = []
        self.acquires = 0
        self._holders: dict[int, Counter[int]] = {}
        self.numbers: dict[int, int] = {}
        """Of each value: the number of the latest hold, as the holder wrote it."""

    def take(self, batch: Batch) -> None:
        """Take in a batch."""
        self.history.append(batch)
        for kind, process, resource, value in zip(batch.kind, batch.process, batch.resource, batch.value, strict=True):
            if kind == layout.WROTE:
                if value != self.numbers.get(resource, 0) + 1:
                    self.problems.append(f"hold {value} of {resource} after hold {self.numbers.get(resource, 0)}")
                self.numbers[resource] = value
            elif (
                kind in (layout.ACQUIRED, layout.RELEASING)
                and self.history.resources[resource].definition.kind in _HOLDABLE
            ):
                self._turn(kind, process, resource)

    def _turn(self, kind: int, process: int, resource: int) -> None:
        holders = self._holders.setdefault(resource, Counter())
        thing = self.history.resources[resource].definition
        if kind == layout.ACQUIRED:
            self.acquires += 1
            holders[process] += 1
            count = len(holders) if thing.kind == "rlock" else holders.total()
            if count > _LIMITS[thing.kind]:
                self.problems.append(f"{thing.kind} {thing.name} held by {dict(holders)}")
        elif not holders[process]:
            self.problems.append(f"{thing.kind} {thing.name} released by {process}, held by {dict(holders)}")
        else:
            holders[process] -= 1
        holders += Counter()  # forgets who holds nothing
        self._holders[resource] = holders

    def check(self, held: list[int]) -> None:
        """Compare with how often the program says that each lock was held, and with the history's own count."""
        if sorted(held) != sorted(self.numbers.values()):
            self.problems.append(f"holds {sorted(held)}, in rows {sorted(self.numbers.values())}")
        left = {r: dict(holders) for r, holders in self._holders.items() if holders}
        told = [r for r in self._holders if self.history.resources[r].holders()]
        if left or told:
            self.problems.append(f"still held at the end: {left}, {told}")


def hold(method: str, times: int, seed: int, directory: Path) -> Holds:
    """Let workers take locks so often each, and follow the rows."""
    holds, counted = Holds(), directory / "held"
    counted.write_bytes(bytes(8 * 4))
    arguments = (method, str(counted), str(WORKERS), str(times), str(PERMITS), str(seed))
    program = ProbedProgram(directory, PROGRAM, *arguments, take=holds.take)
    try:
        program.drain_until(program.ended)
    finally:
        program.end()
    program.drain(final=True)
    holds.check(list(memoryview(counted.read_bytes()).cast("q")))
    if program.missing or program.process.returncode:
        holds.problems.append(f"{program.missing} dropped, exit code {program.process.returncode}")
    return holds


def trials(count: int, seed: int) -> Iterator[Trial]:
    """Programs under every start method in turn, until there were so many acquires."""
    number = acquires = 0
    while acquires < count:
        times = min(AT_MOST, (count - acquires) // WORKERS + 1)
        with tempfile.TemporaryDirectory(prefix="holds-") as directory:
            holds = hold(METHODS[number % 3], times, seed + WORKERS * number, Path(directory))
        number, acquires = number + 1, acquires + holds.acquires
        yield Trial(f"{METHODS[(number - 1) % 3]}, {holds.acquires:,} acquires", "; ".join(holds.problems[:3]))


PART = Part("no order of holds contradicts what held", 1_000_000, trials)
