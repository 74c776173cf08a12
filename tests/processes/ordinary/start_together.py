"""An event lets everybody start, a barrier keeps the phases apart."""

import multiprocessing
import sys
import time


def work(go, phase, results, me):
    go.wait()
    time.sleep(0.005 * me)
    results.put(("first", me))
    phase.wait()
    results.put(("second", me))
    phase.wait(timeout=10)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    go, phase, results = context.Event(), context.Barrier(3), context.Queue()
    workers = [context.Process(target=work, args=(go, phase, results, i)) for i in range(3)]
    for worker in workers:
        worker.start()
    time.sleep(0.05)
    go.set()
    print([results.get()[0] for _ in range(6)])
    for worker in workers:
        worker.join()
