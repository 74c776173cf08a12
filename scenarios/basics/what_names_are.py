"""# What the imported names are

`from multiprocessing import Process, Queue, Lock` looks like three classes. One is a class. `Queue` and `Lock` are
**methods** of an object that you never see, the default context; they make the real thing for the start method that is
in use, fork, spawn or forkserver. So are most of the names of the module.

**Watch** the bars count what the names are, and the worker ask whether it was handed a queue. It asks
`isinstance(jobs, mp.Queue)`: a method is no type, so the question itself is a `TypeError`, and the worker ends.

**Often told wrong:** that `Queue` is the class of a queue. Annotations that say so are read by people only.

**The fix:** the classes are in modules of their own: `multiprocessing.queues.Queue`, `synchronize.Lock`. To choose the
start method, take another context: `multiprocessing.get_context("spawn")` has the same names.
"""

import inspect
import multiprocessing as mp
import multiprocessing.queues
import time
from collections import Counter
from typing import Annotated, Any, Literal

from playground.scenario import Range, measured, report, run, scenario


def kind(name: str) -> str:
    """What a name of the module stands for."""
    thing = getattr(mp, name)
    if inspect.isclass(thing):
        return "classes"
    if inspect.ismethod(thing):
        return "methods"
    return "functions" if inspect.isfunction(thing) else "others"


def take(jobs: Any, named_wrongly: bool) -> None:
    """Make sure that it is a queue, then take what is in it."""
    wanted: Any = mp.Queue if named_wrongly else multiprocessing.queues.Queue
    if isinstance(jobs, wanted):
        print(f"worker: a {type(jobs).__name__} from {type(jobs).__module__} with {jobs.get()} in it", flush=True)


@scenario(
    covers=["S01"],
    finds={"broken": ("unhandled_exception",)},
    says={"broken": r"TypeError", "fixed": r"^of \d+ names \d+ are methods.*exit code 0$"},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "ask for `mp.Queue`, or for the class"] = "broken",
    name_ms: Annotated[int, Range(0, 2000), "pause after each name"] = 80,
) -> None:
    """Look at the names one by one, then hand a queue to a worker."""
    kinds: Counter[str] = Counter()
    for name in mp.__all__:
        kinds[kind(name)] += 1
        measured(kind(name), kinds[kind(name)], "names")
        time.sleep(name_ms / 1000)
    jobs: mp.Queue[str] = mp.Queue()
    jobs.put("a job")
    worker = mp.Process(target=take, args=(jobs, variant == "broken"), name="worker")
    worker.start()
    worker.join()
    counted = f"of {kinds.total()} names {kinds['methods']} are methods of the default context"
    report(f"{counted}; the worker ended with exit code {worker.exitcode}")


if __name__ == "__main__":
    run(main)
