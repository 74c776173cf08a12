"""lost_wakeup and deadlock: one of two that wait is notified."""

import multiprocessing as mp
import sys


def wait(changed, waiting):
    with changed:
        waiting.release()
        changed.wait()


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    changed, waiting = mp.Condition(), mp.Semaphore(0)
    workers = [mp.Process(target=wait, args=(changed, waiting), name=name) for name in "AB"]
    for worker in workers:
        worker.start()
    for _ in workers:
        waiting.acquire()
    with changed:
        changed.notify()
    for worker in workers:
        worker.join()
