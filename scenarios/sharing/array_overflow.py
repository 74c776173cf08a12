"""# A number that does not fit

The cells of an `Array`, and a `Value`, are numbers of C: `'i'` has 32 bits, and what does not fit is **cut off**
without a word. 70000 * 70000 is 4900000000; in 32 bits that is 605032704. An ordinary Python number would have grown.

**Watch** the cells of `squares`: 46340 * 46340 just fits; the square of the next number is negative.

**Often told wrong:** that "Python has no overflow". Its own numbers have none; those in shared memory do.

**The fix:** a wider type, `'q'` (64 bits) for whole numbers or `'d'` for floats. An index that is out of range, on the
other hand, raises `IndexError`, as in a list.
"""

import multiprocessing as mp
import time
from typing import Annotated, Any, Literal

from playground.scenario import Range, report, run, scenario


def square(squares: Any, index: int, number: int, work_ms: int) -> None:
    """Write the square of a number into a cell."""
    time.sleep(work_ms / 1000)
    squares[index] = number * number


@scenario(
    covers=["S17"],
    says={"broken": r"^2 of 4 squares are right: 10000, 2147395600, -2147479015, 605032704", "fixed": r"^4 of 4"},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "cells of 32 bits, or of 64"] = "broken",
    number: Annotated[int, Range(0, 3_000_000_000), "the last number"] = 70_000,
    work_ms: Annotated[int, Range(0, 10_000), "time for each square"] = 600,
) -> None:
    """Let four workers write squares into an array, one after the other."""
    numbers = (100, 46_340, 46_341, number)
    squares = mp.Array("i" if variant == "broken" else "q", len(numbers))
    for index, each in enumerate(numbers):
        worker = mp.Process(target=square, args=(squares, index, each, work_ms), name=f"worker-{index}")
        worker.start()
        worker.join()
    right = sum(got == each * each for got, each in zip(squares[:], numbers, strict=True))
    report(f"{right} of {len(numbers)} squares are right: {', '.join(map(str, squares[:]))}")


if __name__ == "__main__":
    run(main)
