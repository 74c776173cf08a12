"""deadlock: the event is set after the join that waits for it."""

import multiprocessing as mp
import sys


def wait(go):
    go.wait()


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    go = mp.Event()
    a = mp.Process(target=wait, args=(go,), name="A")
    a.start()
    a.join()
    go.set()
