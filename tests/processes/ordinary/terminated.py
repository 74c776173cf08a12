"""A worker without an end is terminated and joined; another one is killed."""

import multiprocessing
import sys
import time


def work(ready):
    ready.put(True)
    while True:
        time.sleep(0.01)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    ready = context.SimpleQueue()
    workers = [context.Process(target=work, args=(ready,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for _ in workers:
        ready.get()
    workers[0].terminate()
    workers[1].kill()
    for worker in workers:
        worker.join()
    print([worker.exitcode for worker in workers])
