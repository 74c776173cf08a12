"""deadlock: main keeps a lock while it waits for the end of a process that needs it."""

import multiprocessing as mp
import sys


def work(gate):
    with gate:
        pass


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    gate = mp.Lock()
    worker = mp.Process(target=work, args=(gate,), name="worker")
    with gate:
        worker.start()
        worker.join()
