"""abandoned_lock: the holder is killed."""

import multiprocessing as mp
import os
import signal
import sys


def hold(gate):
    gate.acquire()
    os.kill(os.getpid(), signal.SIGKILL)


def wait(gate):
    with gate:
        pass


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    gate = mp.Lock()
    holder = mp.Process(target=hold, args=(gate,), name="holder")
    holder.start()
    holder.join()
    waiter = mp.Process(target=wait, args=(gate,), name="waiter")
    waiter.start()
    waiter.join()
