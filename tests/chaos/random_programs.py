"""Random small programs whose truth is known because they are simply run: they finish, or they do not.

A problem is a false alarm (a deadlock was found, and the program finished by itself) or a miss (nothing was found in
a program that never finished).
"""

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playground.live import LiveRun, RunOptions
from playground.target import file_target
from tests.chaos.part import Part, Trial

SILENCE_NS = 2_000_000_000
"""The operations of a program take milliseconds: what has been silent for so long will never go on."""
METHODS = ("fork", "spawn", "forkserver")
PATIENCE_NS = 10_000_000_000
"""On a machine that has much to do it may take as long until that is found."""
KINDS = frozenset({"deadlock", "abandoned_lock"})

HEAD = """import multiprocessing as mp, os, sys, time
def work(steps, things):
    for step, name, nap in steps:
        thing = things[name] if name else None
        if step == "take": thing.acquire()
        elif step == "give": thing.release()
        elif step == "try":
            if thing.acquire(timeout=0.05): thing.release()
        elif step == "put": thing.put(1)
        elif step == "get": thing.get()
        elif step == "leave": os._exit(0)
        time.sleep(nap)
if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one program."""

    seed: int
    method: str
    finished: bool
    found: tuple[str, ...]

    @property
    def kind(self) -> str:
        """true, clean, FALSE ALARM or MISSED."""
        if self.finished:
            return "FALSE ALARM" if self.found else "clean"
        return "true" if self.found else "MISSED"


def program(seed: int) -> str:
    """A program of two to four processes over a few locks, semaphores and queues; always the same for a seed."""
    dice = random.Random(seed)
    made = {
        "lock_a": "mp.Lock()",
        "lock_b": "mp.Lock()",
        "again": "mp.RLock()",
        "permits": f"mp.Semaphore({dice.randint(1, 2)})",
        "items": f"mp.Queue({dice.choice([0, 1, 2])})",
    }
    lines = [f"    {name} = {how}" for name, how in made.items()]
    lines.append(f"    things = {{{', '.join(f'{name!r}: {name}' for name in made)}}}")
    crew = [_steps(dice) for _ in range(dice.randint(2, 4))]
    for i, steps in enumerate(crew):
        lines.append(f"    p{i} = mp.Process(target=work, args=({steps!r}, things), name='p{i}')")
    lines += [f"    p{i}.start()" for i in range(len(crew))]
    if dice.random() < 0.2:
        lines.append("    items.get()")
    lines += [f"    p{i}.join()" for i in range(len(crew))]
    return HEAD + "\n".join(lines) + "\n"


Step = tuple[str, str, float]


def _steps(dice: random.Random) -> list[Step]:
    """What one process does: mostly balanced takes and gives, now and then something that is forgotten."""
    held: list[str] = []
    steps: list[Step] = []
    for _ in range(dice.randint(2, 6)):
        steps += _some_step(dice, held)
    steps += [_step(dice, "give", name) for name in reversed(held) if dice.random() < 0.93]
    return [*steps, _step(dice, "leave")] if dice.random() < 0.06 else steps


def _step(dice: random.Random, step: str, name: str = "") -> Step:
    return step, name, dice.choice([0, 0, 0.001, 0.01, 0.08])


def _some_step(dice: random.Random, held: list[str]) -> list[Step]:
    choice = dice.choices(["take", "give", "put", "get", "try", "nap"], [45, 15, 15, 10, 7, 8])[0]
    if choice == "take":
        name = dice.choice(["lock_a", "lock_b", "again", "permits"])
        if name in held and name != "again":
            return []
        held.append(name)
        return [_step(dice, "take", name)]
    if choice == "give":
        return [_step(dice, "give", held.pop())] if held else []
    names = {"put": ["items"], "get": ["items"], "try": ["lock_a", "permits"], "nap": [""]}
    return [_step(dice, choice, dice.choice(names[choice]))]


def judge(seed: int, method: str, directory: Path) -> Verdict:
    """Run a program to its end, or until it is clear that there is none, and compare with what was found."""
    path = directory / f"program_{seed}.py"
    path.write_text(program(seed))
    run = LiveRun(file_target(str(path), [method], sys.executable), RunOptions(timeout_s=60, keep=False))
    try:
        while not run.ended and _silence_ns(run) < (SILENCE_NS if _found(run) else PATIENCE_NS):
            run.tick()
            time.sleep(0.005)
        finished = run.ended
    finally:
        run.close()
    return Verdict(seed, method, finished, _found(run))


def _found(run: LiveRun) -> tuple[str, ...]:
    return tuple(finding.text for finding in run.findings.all if finding.kind in KINDS)


def _silence_ns(run: LiveRun) -> int:
    processes = run.history.processes
    return run.history.until - max(process.last_row for process in processes) if processes else 0


def trials(count: int, seed: int) -> Iterator[Trial]:
    """Judge programs under every start method in turn."""
    with tempfile.TemporaryDirectory(prefix="random-programs-") as directory:
        for number in range(count):
            method, which = METHODS[number % len(METHODS)], seed + number // len(METHODS)
            verdict = judge(which, method, Path(directory))
            wrong = f"{verdict.kind} of seed {which}: {' | '.join(verdict.found)}"
            yield Trial(method, wrong if verdict.kind in {"FALSE ALARM", "MISSED"} else "")


PART = Part("a deadlock is told of programs that never finish, and of no other", 900, trials)
