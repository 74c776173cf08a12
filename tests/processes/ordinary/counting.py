"""A shared counter under its own lock, read without it at the end."""

import multiprocessing
import sys


def count(counter, times):
    for _ in range(times):
        with counter.get_lock():
            counter.value += 1


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    counter = context.Value("i", 0)
    workers = [context.Process(target=count, args=(counter, 300)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(counter.value)
