"""# Process: made, started, joined

A `Process` takes a target and its arguments, `start` makes the process, `join` waits for its end. Little can go wrong
in between, and everybody meets all of it once.

**Watch** the lanes in turn. **Broken** joins before it started and starts twice: an `AssertionError` at once. It writes
`args=("Ada")`, a text and no tuple, so that the child is called with three arguments; only its **exit code 1** tells.
And it hands over a `lambda`. That works with fork, which copies the program. With spawn and forkserver the target is
pickled, by its name, and a lambda has none.

**Often told wrong:** that an exception in a child comes to its parent. It does not; `join` returns as always.

**The fix:** `args=("Ada",)` with a comma, functions at the top level of their module, one object for one start; and
look at `exitcode`.
"""

import multiprocessing as mp
import pickle
import time
from collections.abc import Callable
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def greet(name: str) -> None:
    """Say hello, after a moment."""
    time.sleep(0.3)
    print(f"hello {name}", flush=True)


def attempt(what: str, action: Callable[[], None]) -> str:
    """Do something, and tell what came of it."""
    try:
        action()
    except (AssertionError, AttributeError, pickle.PicklingError) as error:
        print(f"{what}: {error}", flush=True)
        return f"{what} {type(error).__name__}"
    return f"{what} went well"


def careless(pause_s: float) -> list[str]:
    """Make the usual mistakes."""
    ada = mp.Process(target=greet, args=("Ada"), name="ada")
    told = [attempt("join before start", ada.join)]
    ada.start()
    told.append(attempt("second start", ada.start))
    ada.join()
    told.append(f"Ada: exit code {ada.exitcode}")
    time.sleep(pause_s)
    bob = mp.Process(target=lambda: greet("Bob"), name="bob")
    told.append(attempt("lambda", bob.start))
    if bob.pid is not None:
        bob.join()
    return told


def careful(pause_s: float) -> list[str]:
    """Start one, wait for it, start another one."""
    told = []
    for name in ("Ada", "Bob"):
        greeter = mp.Process(target=greet, args=(name,), name=name.lower())
        greeter.start()
        greeter.join()
        told.append(f"{name}: exit code {greeter.exitcode}")
        time.sleep(pause_s)
    return told


@scenario(
    covers=["S09"],
    finds={"broken": ("unhandled_exception",)},
    says={"broken": "TypeError", "fixed": r"^Ada: exit code 0, Bob: exit code 0$"},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "the usual mistakes, or none"] = "broken",
    pause_ms: Annotated[int, Range(0, 5000), "pause between the processes"] = 1000,
) -> None:
    """Start processes one after another, and tell what came of it."""
    report(", ".join((careful if variant == "fixed" else careless)(pause_ms / 1000)))


if __name__ == "__main__":
    run(main)
