"""# A debugger in a child process

`breakpoint()` starts `pdb`, which reads its commands from the standard input. In a child process that is
**`/dev/null`**: multiprocessing puts it there, since two processes that read from one terminal would take each
other's lines. So `pdb` prints its prompt, reads the end of the file, takes that for *quit*, and ends the child with
`bdb.BdbQuit`. What came after the breakpoint is never done, on a real terminal too.

**Watch** the worker's lane end in the moment in which it comes to its breakpoint, and `done` stay 0. Then run it again
with the debugger: `D` on the stage (or `debugger: on` in the form, or `--debug` on the command line). The worker waits
for you; `g` goes to its `pdb`, `p total` shows the sum so far, `n` does one line, `c` lets it go on.

**Often told wrong:** that the program "will pause, waiting for your input" at `set_trace()` in a child.

**The fix** without a debugger: do not ask, tell. Here `sys.breakpointhook` prints where the program stands and what
its variables are, and goes on.
"""

import multiprocessing as mp
import sys
import time
from multiprocessing.sharedctypes import Synchronized
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def tell() -> None:
    """What breakpoint() does in the fixed variant: print the caller's place and variables."""
    frame = sys._getframe(1)
    known = {name: value for name, value in frame.f_locals.items() if isinstance(value, int)}
    print(f"{frame.f_code.co_name}, line {frame.f_lineno}: {known}", flush=True)


def work(done: "Synchronized[int]", upto: int, talks: bool) -> None:
    """Add up, look at the sum halfway, finish."""
    if talks:
        sys.breakpointhook = tell
    total = 0
    for number in range(1, upto + 1):
        total += number
        if number == upto // 2:
            breakpoint()
        time.sleep(0.02)
    print(f"worker: the sum is {total}", flush=True)
    done.value = 1


@scenario(
    covers=["S32"],
    finds={"broken": ("unhandled_exception",)},
    says={"broken": "exit code 1, its work was not done$", "fixed": "exit code 0, its work was done$"},
    expect=lambda _: {"done": 1},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "ask at the breakpoint, or tell"] = "broken",
    upto: Annotated[int, Range(2, 200), "numbers to add up"] = 20,
) -> None:
    """Start a worker with a breakpoint in it, and see whether it does its work."""
    done = mp.Value("i", 0)
    worker = mp.Process(target=work, args=(done, upto, variant == "fixed"), name="worker")
    worker.start()
    worker.join()
    report(f"the worker ended with exit code {worker.exitcode}, its work was {'' if done.value else 'not '}done")


if __name__ == "__main__":
    run(main)
