"""# Ping-pong over a pipe

`Pipe()` gives two ends; each can send and receive. A ball goes to and fro: who has it sends it, who has not waits
for it in `recv`. That works as long as **one of the two begins with sending**.

**Watch** the two lanes take turns, each waits while the other plays. Broken: both begin with `recv`. Each waits for
what the other would send next; nobody has the ball, and both wait for ever.

**Often told wrong:** that `Pipe(duplex=False)` is the same thing, only faster. Its first end can only receive and its
second only send: the other call raises `OSError`.

**The fix:** agree on who speaks first.
"""

import multiprocessing as mp
import time
from multiprocessing.connection import Connection
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def serve(end: Connection, rounds: int, hit_ms: int) -> None:
    """Begin with the ball."""
    for ball in range(1, rounds + 1):
        time.sleep(hit_ms / 1000)
        end.send(ball)
        end.recv()


def receive(end: Connection, rounds: int, hit_ms: int) -> None:
    """Begin with waiting for the ball."""
    for _ in range(rounds):
        ball = end.recv()
        print(f"{mp.current_process().name}: ball {ball}", flush=True)
        time.sleep(hit_ms / 1000)
        end.send(ball)


@scenario(
    covers=["S12"],
    outcomes={"broken": "stuck"},
    finds={"broken": ("deadlock",)},
    says={"fixed": r"^\d+ of \d+ rounds played"},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "both wait for the ball, or one has it"] = "broken",
    rounds: Annotated[int, Range(1, 100_000), "how often the ball goes to and fro"] = 10,
    hit_ms: Annotated[int, Range(0, 10_000), "how long a player keeps the ball"] = 150,
) -> None:
    """Let ping and pong play."""
    left, right = mp.Pipe()
    begins = receive if variant == "broken" else serve
    ping = mp.Process(target=begins, args=(left, rounds, hit_ms), name="ping")
    pong = mp.Process(target=receive, args=(right, rounds, hit_ms), name="pong")
    for player in (ping, pong):
        player.start()
    left.close()
    right.close()
    for player in (ping, pong):
        player.join()
    report(f"{rounds} of {rounds} rounds played" if ping.exitcode == pong.exitcode == 0 else "the game broke off")


if __name__ == "__main__":
    run(main)
