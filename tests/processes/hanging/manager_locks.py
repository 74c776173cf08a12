"""deadlock: two locks of a manager are taken in opposite orders."""

import multiprocessing as mp
import sys


def work(mine, other, ready):
    mine.acquire()
    ready.wait()
    other.acquire()


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    manager = mp.Manager()
    first, second, ready = manager.Lock(), manager.Lock(), mp.Barrier(2)
    a = mp.Process(target=work, args=(first, second, ready), name="A")
    b = mp.Process(target=work, args=(second, first, ready), name="B")
    a.start(), b.start()
    a.join(), b.join()
