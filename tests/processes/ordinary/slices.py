"""Every process writes its own slice of an Array and of a RawArray, without a lock."""

import multiprocessing
import sys


def fill(squares, raw, first, last):
    squares[first:last] = [i * i for i in range(first, last)]
    for i in range(first, last):
        raw[i] = float(i)
        squares[i] += 1


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    squares, raw = context.Array("i", 30), context.RawArray("d", 30)
    workers = [context.Process(target=fill, args=(squares, raw, i, i + 10)) for i in range(0, 30, 10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(sum(squares), sum(raw), squares[:3])
