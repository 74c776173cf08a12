"""A manager's dictionary, list, Namespace and Lock, used by several processes."""

import multiprocessing
import sys


def work(numbers, names, space, lock, me):
    for _ in range(5):
        with lock:
            numbers["total"] += me
            space.rounds += 1
    names.append(me)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with context.Manager() as manager:
        numbers, names, space, lock = manager.dict(total=0), manager.list(), manager.Namespace(), manager.Lock()
        space.rounds = 0
        workers = [context.Process(target=work, args=(numbers, names, space, lock, i)) for i in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        print(numbers["total"], sorted(names), space.rounds)
