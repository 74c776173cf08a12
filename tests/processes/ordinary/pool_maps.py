"""A pool's map, imap, imap_unordered and starmap."""

import multiprocessing
import sys
import time


def calculate(n):
    time.sleep(0.002)
    return n * n


def power(base, exponent):
    return base**exponent


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    with multiprocessing.Pool(3) as pool:
        print(pool.map(calculate, range(20)))
        print(list(pool.imap(calculate, range(10))))
        print(sorted(pool.imap_unordered(calculate, range(10), chunksize=2)))
        print(pool.starmap(power, [(2, 3), (3, 2)]))
