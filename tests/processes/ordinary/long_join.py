"""The main process is in join for more than a second while the child calculates and sleeps."""

import multiprocessing
import sys
import time


def calculate(until_s):
    end = time.monotonic() + until_s
    while time.monotonic() < end:
        sum(range(1000))
    time.sleep(0.8)


if __name__ == "__main__":
    child = multiprocessing.get_context(sys.argv[1]).Process(target=calculate, args=(0.4,))
    child.start()
    child.join()
    print(child.exitcode)
