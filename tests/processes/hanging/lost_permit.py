"""abandoned_lock: permits of a semaphore are never given back."""

import multiprocessing as mp
import sys


def take(permits):
    permits.acquire()


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    permits = mp.Semaphore(2)
    workers = [mp.Process(target=take, args=(permits,)) for _ in range(3)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
