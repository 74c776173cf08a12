"""SIGKILL of observed processes while they write numbered records: what they had finished writing is collected."""

import mmap
import os
import random
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playground.history import Batch
from playground.probe import layout
from tests.chaos.part import Part, Trial
from tests.chaos.probed import ProbedProgram

WRITERS = 4
"""At most so many threads or forked children write at a time."""
_KILLED_IN_A_ROW = 6
_WORDS = 3
"""Of every writer, in a file that is mapped: its pid, the last number that it has finished writing, and the last one
that was collected: it does not run away from the collector, which would have to drop."""
_NUMBER = (1 << 40) - 1

PROGRAM = """
import mmap, multiprocessing as mp, os, sys, threading, time
from playground import mark

def write(path, slot, value):
    with open(path, "r+b") as file:
        told = memoryview(mmap.mmap(file.fileno(), 0)).cast("q")
    told[slot * 3], n = os.getpid(), 0
    while True:
        n += 1
        value.value = slot << 40 | n
        told[slot * 3 + 1] = n  # at once: pack_into writes zeros first
        if n % 5000 == 0:
            mark(f"{slot} {n}")
            while n - told[slot * 3 + 2] > 50_000:
                time.sleep(0.001)

def work(path, first, values, how):
    others = list(enumerate(values, first))[1:]
    if how == "threads":
        for slot, value in others:
            threading.Thread(target=write, args=(path, slot, value), daemon=True).start()
    if how == "forks":
        for slot, value in others:
            if os.fork() == 0:
                write(path, slot, value)
    write(path, first, values[0])

if __name__ == "__main__":
    method, how, path, children, writers = *sys.argv[1:4], *map(int, sys.argv[4:])
    context = mp.get_context(method)
    for child in range(children):
        values = [context.Value("q", 0) for _ in range(writers)]
        if how == "main":
            work(path, 0, values, how)
        process = context.Process(target=work, args=(path, child * writers, values, how))
        process.start()
        process.join()
"""

CASES = [
    *[(how, method) for method in ("fork", "spawn", "forkserver") for how in ("alone", "threads", "rolling")],
    ("forks", "fork"),
    ("main", "fork"),
]


class Writers:
    """What the writers say themselves of how far they have come, and what was collected of it."""

    def __init__(self, path: Path, count: int) -> None:
        path.write_bytes(bytes(count * _WORDS * 8))
        with path.open("r+b") as file:
            self._told = memoryview(mmap.mmap(file.fileno(), 0)).cast("q")
        self.collected = [0] * count
        self.problems: list[str] = []

    def finished(self, slot: int) -> tuple[int, int]:
        """Pid of a writer, and the last number it has finished writing."""
        return self._told[slot * _WORDS], self._told[slot * _WORDS + 1]

    def take(self, batch: Batch) -> None:
        """Take in what was collected: every writer's numbers come one after the other."""
        strange = set(batch.kind) - layout.NAMES.keys()
        if strange:
            self.problems.append(f"garbage: kinds {strange}")
        for kind, value, resource in zip(batch.kind, batch.value, batch.resource, strict=True):
            if kind == layout.WROTE:
                self._number(value >> 40, value & _NUMBER, resource)
        for slot, number in enumerate(self.collected):
            self._told[slot * _WORDS + 2] = number

    def _number(self, slot: int, number: int, resource: int) -> None:
        if not 0 <= slot < len(self.collected) or not resource:
            self.problems.append(f"garbage: writer {slot}, number {number}, resource {resource}")
            return
        if number != self.collected[slot] + 1:
            self.problems.append(f"writer {slot}: {number} after {self.collected[slot]}")
        self.collected[slot] = number

    def check(self) -> None:
        """Compare with what each has finished; the one after that may have been written too."""
        for slot, collected in enumerate(self.collected):
            last = self.finished(slot)[1]
            if not last <= collected <= last + 1:
                self.problems.append(f"writer {slot}: collected up to {collected}, it had finished {last}")


def kill_writers(how: str, method: str, kills: int, dice: random.Random, directory: Path) -> list[str]:
    """Kill so many processes in a row at random moments; returns what is wrong with what was collected."""
    each = WRITERS if how in {"threads", "forks"} else 1
    writers = Writers(directory / "truth", kills * each)
    arguments = (method, how, str(directory / "truth"), str(kills), str(each))
    program = ProbedProgram(directory, PROGRAM, *arguments, take=writers.take)
    try:
        for child in range(kills):
            _kill(program, writers, [child * each + i for i in range(each)], how, dice)
        program.drain_until(program.ended)
    finally:
        program.end()
    program.drain(final=True)
    writers.check()
    if program.missing:
        writers.problems.append(f"{program.missing} dropped")
    return writers.problems[:3]


def _kill(program: ProbedProgram, writers: Writers, slots: list[int], how: str, dice: random.Random) -> None:
    program.drain_until(lambda: all(writers.finished(slot)[1] for slot in slots))
    until = time.monotonic() + dice.choice([0, 0.002, 0.02, 0.1]) * dice.random()
    while time.monotonic() < until:
        program.drain()
    if how == "rolling":
        known = set(os.listdir(program.journals))
        program.drain_until(lambda: bool(set(os.listdir(program.journals)) - known), pause_s=0)
        until = time.monotonic() + 100e-6 * dice.random()
        while time.monotonic() < until:
            pass
    for pid in {writers.finished(slot)[0] for slot in slots}:
        os.kill(pid, signal.SIGKILL)


def trials(count: int, seed: int) -> Iterator[Trial]:
    """Kills under every start method, of processes with one writer and with several, and at their rolls."""
    done = number = 0
    while done < count:
        how, method = CASES[number % len(CASES)]
        kills = min(1 if how == "main" else _KILLED_IN_A_ROW, count - done)
        dice = random.Random(seed + number)
        with tempfile.TemporaryDirectory(prefix="kills-") as directory:
            found = kill_writers(how, method, kills, dice, Path(directory))
        for i in range(kills):
            yield Trial(f"{how}, {method}", "; ".join(found) if i == 0 else "")
        done, number = done + kills, number + 1


PART = Part("a killed process loses no record that it had finished, and none is torn", 300, trials)
