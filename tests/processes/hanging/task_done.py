"""deadlock: task_done is called too rarely."""

import multiprocessing as mp
import sys


def work(items):
    items.get()
    items.get()
    items.task_done()


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    items = mp.JoinableQueue()
    a = mp.Process(target=work, args=(items,), name="A")
    a.start()
    items.put(1)
    items.put(2)
    items.join()
