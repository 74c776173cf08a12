"""# One counter in every model

Four members add to one counter: read it, pause, write it back. They are coroutines, then threads, then processes. What
a model costs, and what can go wrong in it, stands beside the others. The fourth model is in `models/cluster`.

**Watch** the bars: how long it takes to start and finish a member that does nothing, and the updates that were lost.

**Often told wrong:** that only threads need locks. Whatever can be interrupted between reading and writing loses
updates, a coroutine at its `await` too. And that processes are the strongest model and so the best: they cost most.

**The fix** is the lock of the model: `asyncio.Lock`, `threading.Lock`, `multiprocessing.Lock`.
"""

import asyncio
import multiprocessing as mp
import threading
import time
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Annotated, Any, Literal

from playground.scenario import Range, measured, report, run, scenario

GAP_S = 0.03


def update(start: Any, counter: Any, lock: Any, rounds: int) -> None:
    """What a member does: begin with the others; read, pause, write."""
    start.wait()
    for _ in range(rounds):
        with lock:
            value = counter.value
            time.sleep(GAP_S)
            counter.value = value + 1


def coroutines(members: int, rounds: int, lock: Any) -> int:
    """A coroutine for each member."""
    counter = SimpleNamespace(value=0)

    async def member() -> None:
        for _ in range(rounds):
            async with lock:
                value = counter.value
                await asyncio.sleep(GAP_S)
                counter.value = value + 1

    async def together() -> None:
        await asyncio.gather(*(member() for _ in range(members)))

    asyncio.run(together())
    return int(counter.value)


def threads(members: int, rounds: int, lock: Any) -> int:
    """A thread for each member."""
    return team(threading.Thread, members, (threading.Barrier(members), SimpleNamespace(value=0), lock, rounds))


def processes(members: int, rounds: int, lock: Any) -> int:
    """A process for each member."""
    counter = mp.Value("i", 0)
    return team(mp.Process, members, (mp.Barrier(members), counter, lock, rounds))


def team(kind: Any, members: int, arguments: tuple[Any, ...]) -> int:
    """Let threads or processes do their part; returns what the counter comes to."""
    name = "member" if arguments[-1] else "idler"
    team = [kind(target=update, args=arguments, name=f"{name}-{i + 1}") for i in range(members)]
    for member in team:
        member.start()
    for member in team:
        member.join()
    return int(arguments[1].value)


@scenario(
    covers=["S38"],
    finds={"broken": ("lost_update",)},
    says={"fixed": r"^lost of \d+ updates: coroutines 0, threads 0, processes 0$"},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "without or with the model's lock"] = "broken",
    members: Annotated[int, Range(2, 16), "how many add to the counter"] = 4,
    rounds: Annotated[int, Range(1, 200), "how often each does"] = 20,
) -> None:
    """Measure in each model what a member costs, and what is lost."""
    lost = {}
    locks = asyncio.Lock(), threading.Lock(), mp.Lock()
    for model, lock in zip((coroutines, threads, processes), locks, strict=True):
        began = time.monotonic()
        model(1, 0, nullcontext())
        measured(model.__name__, 1000 * (time.monotonic() - began), "ms")
        lost[model.__name__] = members * rounds - model(members, rounds, lock if variant == "fixed" else nullcontext())
        measured(model.__name__, lost[model.__name__], "lost")
    report(f"lost of {members * rounds} updates: {', '.join(f'{name} {count}' for name, count in lost.items())}")


if __name__ == "__main__":
    run(main)
