"""# TITLE

Say here, in a few lines, what there is to learn. This text is the lesson in the gallery; it is Markdown.

**Watch** what is to be seen on the stage.

**The fix** is what the variant `fixed` does.
"""

import multiprocessing as mp
import time
from multiprocessing.sharedctypes import Synchronized
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def add(counter: "Synchronized[int]", times: int, gap_ms: float, variant: str) -> None:
    """What each worker does: ordinary multiprocessing code. Names of variables and processes are shown."""
    for _ in range(times):
        if variant == "fixed":
            with counter.get_lock():
                counter.value += 1
        else:
            seen = counter.value
            time.sleep(gap_ms / 1000)  # a gap in which the others do the same, so that it fails every time
            counter.value = seen + 1


# main is what makes the file a scenario. Its parameters are the knobs: each needs a type (int, float, bool, or a
# Literal of texts), a default, and may have a Range and a line of help. A parameter "variant" can be compared (b).
@scenario(expect=lambda values: {"counter": values["workers"] * values["times"]})  # drawn beside the true value
def main(
    variant: Annotated[Literal["broken", "fixed"], "without or with the lock"] = "broken",
    workers: Annotated[int, Range(1, 16), "how many count"] = 3,
    times: Annotated[int, Range(1, 1000), "how often each of them counts"] = 20,
    gap_ms: Annotated[float, Range(0, 1000), "between reading and writing"] = 100,
) -> None:
    """Count with several workers."""
    counter = mp.Value("i", 0)
    crew = [mp.Process(target=add, args=(counter, times, gap_ms, variant), name=f"w{i}") for i in range(workers)]
    for process in crew:
        process.start()
    for process in crew:
        process.join()
    # One sentence with the number that was measured: it becomes the verdict of the run.
    report(f"counted {counter.value} of {workers * times}")


if __name__ == "__main__":  # children that are started by spawn import this file, and must not start it again
    run(main)
