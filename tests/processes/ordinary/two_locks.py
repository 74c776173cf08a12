"""Two locks, always taken in the same order, under contention."""

import multiprocessing
import sys
import time


def transfer(first, second, amounts, rounds):
    for _ in range(rounds):
        with first, second:
            amounts[0] -= 1
            time.sleep(0.001)
            amounts[1] += 1


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    first, second, amounts = context.Lock(), context.Lock(), context.Array("i", [100, 0])
    workers = [context.Process(target=transfer, args=(first, second, amounts, 20)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(list(amounts))
