"""deadlock: a process is joined before its queue has been emptied."""

import multiprocessing as mp
import sys


def produce(items):
    items.put("x" * (1 << 20))


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    items = mp.Queue()
    a = mp.Process(target=produce, args=(items,), name="A")
    a.start()
    a.join()
    items.get()
