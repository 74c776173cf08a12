"""# The same counter on a cluster

The largest model: tasks are sent to workers that may be on other machines. Here it is **Dask** with two workers on this
one. Nothing is shared but what goes over the network: the counter is a `Variable` of the scheduler, its lock a `Lock`
of the scheduler, and each access is a message.

**Watch** the workers start, which takes longest. They run tasks in threads of their own, which the lanes do not show;
the verdict says how many workers took part. The bars tell how long it took to start the cluster, to do a task that does
nothing, and to do the counting.

**Often told wrong:** that a cluster has no races, since nothing is shared. What is read, changed and written back is
shared; **broken** loses updates like all the other models. And that the GIL does not concern it: a worker is a Python
process, and its threads take turns.

**The fix** is a lock of the cluster. It needs the extra: `pip install "mp-playground[cluster]"`.
"""

import importlib
import os
import tempfile
import time
from contextlib import nullcontext
from typing import Annotated, Any, Literal

from playground.scenario import Range, measured, not_run, report, run, scenario

GAP_S = 0.02


def update(rounds: int, locked: bool) -> int:
    """What a task does on a worker: read, pause, write; tells which process it was."""
    dask: Any = importlib.import_module("distributed")
    counter = dask.Variable("counter")
    lock = dask.Lock("counter") if locked else nullcontext()
    for _ in range(rounds):
        with lock:
            value = counter.get()
            time.sleep(GAP_S)
            counter.set(value + 1)
    return os.getpid()


def timed(what: str, since: float) -> None:
    """Measure how long something took."""
    measured(what, 1000 * (time.monotonic() - since), "ms")


@scenario(covers=["S38"], says={"broken": "^lost [1-9]|not installed", "fixed": "^lost 0 of|not installed"})
def main(
    variant: Annotated[Literal["broken", "fixed"], "without or with the cluster's lock"] = "broken",
    tasks: Annotated[int, Range(2, 16), "how many add to the counter"] = 4,
    rounds: Annotated[int, Range(1, 200), "how often each does"] = 10,
) -> None:
    """Start a cluster of two workers on this machine, and have them count."""
    try:
        dask: Any = importlib.import_module("distributed")
    except ImportError:
        not_run('Dask is not installed, so there is no cluster: pip install "mp-playground[cluster]"')
        return
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as directory,
        importlib.import_module("dask.config").set(temporary_directory=directory),
        dask.LocalCluster(n_workers=2, threads_per_worker=2, host="127.0.0.1", dashboard_address=None) as cluster,
        dask.Client(cluster) as client,
    ):
        timed("start", began)
        began = time.monotonic()
        client.submit(os.getpid).result()
        timed("one empty task", began)
        counter = dask.Variable("counter")
        counter.set(0)
        began = time.monotonic()
        workers = client.gather([client.submit(update, rounds, variant == "fixed", pure=False) for _ in range(tasks)])
        timed("counting", began)
        lost = tasks * rounds - counter.get()
    report(f"lost {lost} of {tasks * rounds} updates on {len(set(workers))} workers")


if __name__ == "__main__":
    run(main)
