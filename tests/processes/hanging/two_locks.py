"""deadlock: first and second are taken in opposite orders."""

import multiprocessing as mp
import sys


def work(mine, other, ready):
    with mine:
        ready.wait()
        with other:
            pass


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    first, second, ready = mp.Lock(), mp.Lock(), mp.Barrier(2)
    a = mp.Process(target=work, args=(first, second, ready), name="A")
    b = mp.Process(target=work, args=(second, first, ready), name="B")
    a.start(), b.start()
    a.join(), b.join()
