"""deadlock: a future waits for itself in a pool of one thread."""

import multiprocessing as mp
import sys
from concurrent.futures import ThreadPoolExecutor


def work():
    with ThreadPoolExecutor(1) as threads:
        threads.submit(lambda: threads.submit(int).result()).result()


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    a = mp.Process(target=work, name="A")
    a.start()
    a.join()
