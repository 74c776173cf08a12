"""# A program without a guard

With spawn and forkserver a child first **imports the program** to find its functions: everything at the top level of
the file runs once more, in every child. What starts processes there would start them again, in each of those again, and
so on. Python refuses that with a `RuntimeError` about the "bootstrapping phase", and the child ends with exit code 1.

**Watch** the children end one after another before they have done anything, and `done` stay 0. The log shows that each
of them went through the whole program again.

**Often told wrong:** that the guard is a matter of style, or of Windows. With fork the program runs without it, since
nothing is imported; from Python 3.14 on the default on Linux is forkserver. With a `Pool` it is worse: a worker that
dies is replaced, so that the program never ends.

**The fix:** what starts processes stands below `if __name__ == "__main__":`. In a child the name is another one.
"""

import multiprocessing as mp
import os
import time
from multiprocessing.sharedctypes import Synchronized
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def work(done: "Synchronized[int]") -> None:
    """What the children are for."""
    time.sleep(0.2)
    with done.get_lock():
        done.value += 1


@scenario(
    covers=["S06", "S34"],
    finds={"broken": ("missing_guard",)},
    says={"broken": "starts processes when it is imported", "fixed": r"^(\d+) of \1 children did their work"},
    methods=("spawn", "forkserver"),
    expect=lambda values: {"done": values["children"]},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "without or with the guard"] = "broken",
    children: Annotated[int, Range(1, 16), "how many are started"] = 4,
    pause_ms: Annotated[int, Range(0, 5000), "pause between them"] = 600,
) -> None:
    """Start children one after another, and count those that did their work."""
    if variant == "broken":
        os.environ["NO_GUARD"] = "1"  # as if the last lines of this file had no guard
    print(f"{mp.current_process().name} runs the program", flush=True)
    done = mp.Value("i", 0)
    team = [mp.Process(target=work, args=(done,), name=f"child-{i + 1}") for i in range(children)]
    for child in team:
        child.start()
        time.sleep(pause_ms / 1000)
    for child in team:
        child.join()
    codes = ", ".join(str(child.exitcode) for child in team)
    report(f"{done.value} of {children} children did their work; their exit codes: {codes}")


if __name__ == "__main__":
    run(main)
elif __name__ == "__mp_main__" and "NO_GUARD" in os.environ:  # in a child it would be so without the line above
    main()
