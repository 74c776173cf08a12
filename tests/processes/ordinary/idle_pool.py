"""A pool that has nothing to do for more than a second, and then some work."""

import multiprocessing
import sys
import time

if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    with multiprocessing.Pool(2) as pool:
        print(pool.map(abs, [-1, -2]))
        time.sleep(1.1)
        print(pool.map(abs, [-3]))
        pool.close()
        pool.join()
