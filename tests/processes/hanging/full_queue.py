"""deadlock: a bounded queue is full and nobody takes from it."""

import multiprocessing as mp
import sys


def fill(items):
    for number in range(5):
        items.put(number)


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    items = mp.Queue(3)
    a = mp.Process(target=fill, args=(items,), name="A")
    a.start()
    a.join()
