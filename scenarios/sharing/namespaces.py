"""# A namespace of a manager

`manager.Namespace()` looks like an object that everybody shares: `board.score = 3` here, and there `board.score` is 3.
It is a proxy. Each attribute that is read and each that is written is **a call** to the manager's process, so
`board.score += 1` is two, and two players who do it together lose points.

**Watch** the log: players raise the score to the same number, so it falls behind the goals. The server has a lane too.

**Often told wrong:** that this is shared memory. And what is in an attribute is a copy: `board.names.append("x")`
changes nothing. An attribute that begins with `_` is the proxy's own: it never leaves the process.

**The fix:** a lock over reading and writing.
"""

import multiprocessing as mp
import time
from contextlib import nullcontext
from multiprocessing.synchronize import Barrier, Lock
from typing import Annotated, Any, Literal

from playground.scenario import Range, report, run, scenario


def play(board: Any, lock: Lock, start: Barrier, goals: int, gap_ms: float, locked: bool) -> None:
    """Shoot goals, each is a point on the board."""
    start.wait()
    for _ in range(goals):
        with lock if locked else nullcontext():
            score = board.score
            time.sleep(gap_ms / 1000)
            board.score = score + 1
        print(f"{mp.current_process().name}: goal, {score + 1} to 0", flush=True)


@scenario(
    covers=["S22n"],
    finds={"broken": ("lost_update",)},
    says={"broken": r"^(\d+) goals, (?!\1 )\d+ on the board", "fixed": r"^(\d+) goals, \1 on"},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "without or with a lock"] = "broken",
    players: Annotated[int, Range(2, 32), "how many shoot"] = 3,
    goals: Annotated[int, Range(1, 10_000), "goals of each"] = 20,
    gap_ms: Annotated[float, Range(0, 1000), "pause between read and write"] = 80.0,
) -> None:
    """Let the players shoot, then look at the board."""
    with mp.Manager() as manager:
        board: Any = manager.Namespace()
        board.score = 0
        lock, start = mp.Lock(), mp.Barrier(players)
        arguments = (board, lock, start, goals, gap_ms, variant == "fixed")
        team = [mp.Process(target=play, args=arguments, name=f"player-{i}") for i in range(1, players + 1)]
        for player in team:
            player.start()
        for player in team:
            player.join()
        score = board.score
    report(f"{players * goals} goals, {score} on the board")


if __name__ == "__main__":
    run(main)
