"""Children that have children, and hand their results up."""

import multiprocessing
import sys


def leaf(results, n):
    results.put(n)


def branch(method, results, n):
    context = multiprocessing.get_context(method)
    leaves = [context.Process(target=leaf, args=(results, n * 10 + i)) for i in range(2)]
    for each in leaves:
        each.start()
    for each in leaves:
        each.join()


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    results = context.SimpleQueue()
    branches = [context.Process(target=branch, args=(sys.argv[1], results, n)) for n in range(2)]
    for each in branches:
        each.start()
    for each in branches:
        each.join()
    print(sorted(results.get() for _ in range(4)))
