"""deadlock: more is taken than was put."""

import multiprocessing as mp
import sys


def work(items):
    for _ in range(3):
        items.get()


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    items = mp.Queue()
    a = mp.Process(target=work, args=(items,), name="A")
    a.start()
    items.put(1)
    items.put(2)
    a.join()
