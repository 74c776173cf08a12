"""Results that do not fit into a pipe at once: got before the children are joined."""

import multiprocessing
import sys


def make(results, n):
    results.put(bytes([n]) * 300_000)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    results = context.Queue()
    workers = [context.Process(target=make, args=(results, n)) for n in range(3)]
    for worker in workers:
        worker.start()
    print(sorted(len(results.get()) for _ in workers))
    for worker in workers:
        worker.join()
