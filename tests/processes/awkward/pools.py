"""Pools: errors with the worker's traceback, initializers, callbacks, tasks per child, and a pool that is just dropped."""

import multiprocessing
import sys
import traceback


def begin(word):
    global told
    told = word


def use(n):
    return told, n


def fail(n):
    if n == 3:
        raise ArithmeticError(n)
    return n


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with context.Pool(2, begin, ("told",), maxtasksperchild=2) as pool:
        print(pool.map(use, range(5), chunksize=1))
        try:
            pool.map(fail, range(6))
        except ArithmeticError:
            traceback.print_exc()
        seen, bad = [], []
        results = [pool.apply_async(fail, (n,), callback=seen.append, error_callback=bad.append) for n in range(5)]
        for result in results:
            result.wait()
        print([result.successful() for result in results], sorted(seen), bad)
        print(list(pool.imap(abs, [-1, -2])), sorted(pool.imap_unordered(abs, [-3, -4])))
        print(pool.starmap(pow, [(2, 3), (3, 2)]))
        iterator = pool.imap(fail, [3, 4])
        try:
            next(iterator)
        except ArithmeticError as error:
            print("iterated", error, next(iterator))
        try:
            pool.apply_async(multiprocessing.Event).get(5)
        except Exception as error:
            print(type(error).__name__)
    try:
        pool.map(abs, [1])
    except ValueError as error:
        print(error)
    processes = [process.name.partition("-")[0] for process in multiprocessing.active_children()]
    print(processes)
