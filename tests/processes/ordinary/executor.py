"""ProcessPoolExecutor: map, submit, as_completed, wait, and exceptions that are handled."""

import concurrent.futures
import multiprocessing
import sys
import time


def slow(n):
    time.sleep(0.003)
    if n == 5:
        raise ValueError("five")
    return n * n


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with concurrent.futures.ProcessPoolExecutor(3, mp_context=context) as executor:
        print(list(executor.map(slow, range(5))))
        futures = {executor.submit(slow, n): n for n in range(10)}
        good = bad = 0
        for future in concurrent.futures.as_completed(futures):
            try:
                future.result()
                good += 1
            except ValueError:
                bad += 1
        print(good, bad)
        done, left = concurrent.futures.wait([executor.submit(slow, 1)], timeout=5)
        print(len(done), len(left))
