"""deadlock: a lock is taken twice by one process."""

import multiprocessing as mp
import sys


def work(gate):
    with gate, gate:
        pass


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    gate = mp.Lock()
    a = mp.Process(target=work, args=(gate,), name="A")
    a.start()
    a.join()
