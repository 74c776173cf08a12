"""deadlock: one party of the barrier never comes."""

import multiprocessing as mp
import sys


def meet(barrier):
    barrier.wait()


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    barrier = mp.Barrier(3)
    workers = [mp.Process(target=meet, args=(barrier,)) for _ in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
