"""apply_async with callbacks, results with a timeout, an orderly close and join."""

import multiprocessing
import sys
import time

collected = []


def calculate(n):
    if n == 3:
        raise ValueError("three is not taken")
    time.sleep(0.001)
    return n + 1


def refused(error):
    collected.append(-1)


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    pool = multiprocessing.Pool(2, maxtasksperchild=5)
    results = [pool.apply_async(calculate, (n,), callback=collected.append, error_callback=refused) for n in range(10)]
    print(results[0].get(timeout=5), pool.apply(calculate, (41,)))
    try:
        pool.apply_async(time.sleep, (0.2,)).get(timeout=0.01)
    except multiprocessing.TimeoutError:
        print("lacked patience")
    pool.close()
    pool.join()
    print(sorted(collected))
