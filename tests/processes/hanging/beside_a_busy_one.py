"""deadlock: two are stuck while main goes on for a while."""

import multiprocessing as mp
import sys
import time


def work(mine, other, ready):
    with mine:
        ready.wait()
        with other:
            pass


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    first, second, ready = mp.RLock(), mp.RLock(), mp.Barrier(2)
    workers = [
        mp.Process(target=work, args=(first, second, ready), name="A", daemon=True),
        mp.Process(target=work, args=(second, first, ready), name="B", daemon=True),
    ]
    for each in workers:
        each.start()
    for _ in range(20):
        time.sleep(0.1)
