"""# A barrier with a missing party

`Barrier(3)` opens when three have come. If only two ever come, both wait **for ever**: nobody tells the barrier that
the third one fell ill.

**Watch** the hikers arrive and stand still; main waits in `join`. With `variant=timeout` the first who has waited too
long breaks the barrier: everybody who waits, and everybody who comes later, gets `BrokenBarrierError`.

**Often told wrong:** that a timeout makes only the one who waits give up. It breaks the barrier for all, until
`reset()`.

**The fix** is to make the barrier for those who really come, and to let whoever cannot come call `abort()`. Who waits
with a timeout must say what is done without the others.
"""

import multiprocessing as mp
import time
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier
from threading import BrokenBarrierError
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def hike(meeting: Barrier, broken: "Synchronized[int]", late_ms: int, patience_ms: int) -> None:
    """Come to the meeting point, wait for the others, go."""
    time.sleep(late_ms / 1000)
    try:
        meeting.wait(patience_ms / 1000 if patience_ms else None)
    except BrokenBarrierError:
        with broken.get_lock():
            broken.value += 1


@scenario(
    covers=["S42b", "C08"],
    outcomes={"broken": "stuck"},
    finds={"broken": ("deadlock",)},
    says={"timeout": r"^2 of 2 got BrokenBarrierError", "fixed": r"^0 of 2 got Broken"},
)
def main(
    variant: Annotated[
        Literal["broken", "timeout", "fixed"], "one too many, with a timeout, or the right number"
    ] = "broken",
    hikers: Annotated[int, Range(1, 16), "how many come"] = 2,
    late_ms: Annotated[int, Range(0, 10_000), "how much later each comes than the one before"] = 700,
    patience_ms: Annotated[int, Range(1, 60_000), "how long they wait when there is a timeout"] = 2000,
) -> None:
    """Let them meet at a barrier that was made for one more."""
    parties = hikers if variant == "fixed" else hikers + 1
    meeting = mp.Barrier(parties)
    broken = mp.Value("i", 0)
    patience = patience_ms if variant == "timeout" else 0
    group = [
        mp.Process(target=hike, args=(meeting, broken, i * late_ms, patience), name=f"hiker-{i + 1}")
        for i in range(hikers)
    ]
    for hiker in group:
        hiker.start()
    for hiker in group:
        hiker.join()
    report(f"{broken.value} of {hikers} got BrokenBarrierError at a barrier for {parties}")


if __name__ == "__main__":
    run(main)
