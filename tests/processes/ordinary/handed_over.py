"""A lock that one process takes and another one gives back, and a main thread that stays until it is interrupted."""

import multiprocessing
import os
import signal
import sys
import threading
import time


def give_back(lock, main):
    time.sleep(1)
    lock.release()
    time.sleep(1)
    os.kill(main, signal.SIGINT)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    lock = context.Lock()
    lock.acquire()
    child = context.Process(target=give_back, args=(lock, os.getpid()))
    child.start()
    lock.acquire()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
    child.join()
