"""lost_task: a pool worker dies with its task."""

import multiprocessing as mp
import os
import sys


def work(number):
    if number == 2:
        os._exit(1)
    return number


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    with mp.Pool(2) as pool:
        print(pool.map(work, range(4), chunksize=1))
