"""deadlock: a ring of three."""

import multiprocessing as mp
import sys


def work(locks, number, ready):
    with locks[number]:
        ready.wait()
        with locks[(number + 1) % 3]:
            pass


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    locks, ready = [mp.RLock() for _ in range(3)], mp.Barrier(3)
    workers = [mp.Process(target=work, args=(locks, n, ready)) for n in range(3)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
