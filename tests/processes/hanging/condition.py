"""lost_wakeup and deadlock: nobody is left to notify."""

import multiprocessing as mp
import sys


def wait(changed):
    with changed:
        changed.wait()


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    changed = mp.Condition()
    with changed:
        changed.notify()
    a = mp.Process(target=wait, args=(changed,), name="A")
    a.start()
    a.join()
