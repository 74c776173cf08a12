"""An RLock that is taken again by the function that holds it."""

import multiprocessing
import sys


def descend(lock, value, depth):
    with lock:
        value.value += 1
        if depth:
            descend(lock, value, depth - 1)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    lock, value = context.RLock(), context.Value("i", 0, lock=False)
    workers = [context.Process(target=descend, args=(lock, value, 20)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(value.value)
