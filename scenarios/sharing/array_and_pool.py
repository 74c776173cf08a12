"""# An array for a pool

A pool sends its tasks through a pipe, and a shared `Array` cannot go through one: "SynchronizedArray objects should
only be shared between processes through **inheritance**", says a `RuntimeError`. Inherited is what a process is given
when it starts. A pool's workers have started already when the task is sent.

**Watch** the workers wait for tasks that never come, and main end with the error. Then the fixed variant: the cells of
`array` fill.

**Often told wrong:** `pool.map(work, [(array, i) for i in range(n)])`, in many texts. A `Value`, a `Lock` and a `Queue`
are refused as well.

**The fix:** hand it to the workers as they start, with `initializer=` and `initargs=`. Or take a block of
`SharedMemory`, which has a **name** that can be sent (`variant=block`).
"""

import multiprocessing as mp
import time
from multiprocessing.shared_memory import SharedMemory
from typing import Annotated, Any, Literal

from playground.scenario import Range, report, run, scenario

cells: Any = None
"""In a worker: the array that it was given when it started."""


def remember(given: Any) -> None:
    """Keep what a worker is given at its start."""
    global cells
    cells = given


def square_in(job: tuple[Any, int, int]) -> None:
    """Write the square of a number into the array or block that comes with the task, else into our own array."""
    where, number, work_ms = job
    time.sleep(work_ms / 1000)
    if isinstance(where, str):
        block: Any = SharedMemory(where)
        block.buf[number] = number * number
        block.close()
    else:
        (where or cells)[number] = number * number


def squares_by(way: str, items: int, workers: int, work_ms: int) -> list[int]:
    """Let a pool square numbers; how it comes to the place for the results is what matters."""
    if way == "block":
        block: Any = SharedMemory(create=True, size=items)
        with mp.Pool(workers) as pool:
            pool.map(square_in, [(block.name, i, work_ms) for i in range(items)], 1)
        squares = list(block.buf[:items])
        block.close()
        block.unlink()
        return squares
    array = mp.Array("i", items)
    with mp.Pool(workers, remember, (array,)) as pool:
        time.sleep(work_ms / 1000)
        pool.map(square_in, [(array if way == "broken" else None, i, work_ms) for i in range(items)], 1)
    return array[:]


@scenario(
    covers=["S36"], says={"broken": r"^RuntimeError: ", "fixed": r"^(\d+) of \1 squares", "block": r"^(\d+) of \1"}
)
def main(
    variant: Annotated[Literal["broken", "fixed", "block"], "with each task, at the start, or by name"] = "broken",
    items: Annotated[int, Range(1, 16), "numbers to square"] = 12,
    workers: Annotated[int, Range(1, 32), "size of the pool"] = 3,
    work_ms: Annotated[int, Range(0, 10_000), "time for each, and before the first"] = 800,
) -> None:
    """Square numbers into memory that a pool shares."""
    try:
        squares = squares_by(variant, items, workers, work_ms)
    except RuntimeError as error:
        report(f"RuntimeError: {error}")
    else:
        right = sum(square == i * i for i, square in enumerate(squares))
        report(f"{right} of {items} squares are right: {', '.join(map(str, squares))}")


if __name__ == "__main__":
    run(main)
