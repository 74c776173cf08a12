"""# The cigarette smokers

Tobacco, paper and matches make a cigarette. Three smokers have plenty of one thing each. An agent lays the two others
on the table, and waits until somebody has smoked. One of the three could go on, if he got **both**.

**Watch** two smokers take one thing each, of what should be together; then both, the third and the agent wait.

**Often told wrong:** that a semaphore for each resource is enough. Whoever needs two things must get them in one step,
or somebody must look at the whole.

**The fix** does that with three *pushers*, one for each thing. A pusher takes its thing and looks what else has come;
who comes second knows which smoker can smoke, and wakes that one alone.
"""

import multiprocessing as mp
import time
from multiprocessing.sharedctypes import Synchronized, SynchronizedArray
from multiprocessing.synchronize import Barrier, Semaphore
from typing import Annotated, Literal, NamedTuple

from playground.scenario import Range, report, run, scenario


class Room(NamedTuple):
    """What they share: things on the table, calls for the smokers, and a barrier for the beginning."""

    table: list[Semaphore]
    calls: list[Semaphore]
    lying: "SynchronizedArray[int]"
    smoked: Semaphore
    cigarettes: "Synchronized[int]"
    seated: Barrier


def deal(room: Room, each: int) -> None:
    """Lay two things on the table, another two each time, and wait until somebody has smoked."""
    room.seated.wait()
    for missing in [0, 1, 2] * each:
        for thing in {0, 1, 2} - {missing}:
            room.table[thing].release()
        room.smoked.acquire()


def smoke(room: Room, mine: int, each: int, pace_ms: int, called: bool) -> None:
    """Wait for a call, or take what is missing, one thing after the other."""
    room.seated.wait()
    for _ in range(each):
        for wanted in (room.calls[mine],) if called else (room.table[mine - 2], room.table[mine - 1]):
            wanted.acquire()
            time.sleep(pace_ms / 1000)
        room.cigarettes.value += 1
        room.smoked.release()


def push(room: Room, mine: int, each: int) -> None:
    """Take one's thing; if another lies there already, call the smoker who has the third."""
    for _ in range(2 * each):
        room.table[mine].acquire()
        with room.lying.get_lock():
            other = next((thing for thing in range(3) if room.lying[thing]), None)
            if other is None:
                room.lying[mine] = 1
            else:
                room.lying[other] = 0
                room.calls[3 - mine - other].release()


@scenario(
    covers=["C07"],
    outcomes={"broken": "stuck"},
    finds={"broken": ("deadlock",)},
    says={"fixed": r"^(\d+) of \1 cigarettes"},
    expect=lambda values: {"cigarettes": 3 * values["each"]},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "each takes what he can, or pushers look at the whole"] = "broken",
    each: Annotated[int, Range(1, 100), "cigarettes for each smoker"] = 2,
    pace_ms: Annotated[int, Range(1, 10_000), "how long it takes to reach for a thing"] = 400,
) -> None:
    """Seat agent and smokers, and pushers between them."""
    tobacco, paper, matches = mp.Semaphore(0), mp.Semaphore(0), mp.Semaphore(0)
    calls = [mp.Semaphore(0) for _ in range(3)]
    lying, cigarettes = mp.Array("i", 3), mp.Value("i", 0)
    smoked, seated = mp.Semaphore(0), mp.Barrier(4)
    room = Room([tobacco, paper, matches], calls, lying, smoked, cigarettes, seated)
    called = variant == "fixed"
    people = [mp.Process(target=deal, args=(room, each), name="agent")]
    for mine, thing in enumerate(("tobacco", "paper", "matches")):
        people.append(mp.Process(target=smoke, args=(room, mine, each, pace_ms, called), name=f"smoker-{thing}"))
        if called:
            people.append(mp.Process(target=push, args=(room, mine, each), name=f"pusher-{thing}"))
    for one in people:
        one.start()
    for one in people:
        one.join()
    report(f"{cigarettes.value} of {3 * each} cigarettes were smoked")


if __name__ == "__main__":
    run(main)
