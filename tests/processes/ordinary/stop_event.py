"""Workers look at an event in between their rounds and poll a pipe with a timeout, until they are told to stop."""

import multiprocessing
import queue
import sys
import time


def watch(stop, jobs, seen):
    while not stop.wait(0.005):
        try:
            jobs.get(timeout=0.005)
        except queue.Empty:
            continue
        with seen.get_lock():
            seen.value += 1


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    stop, jobs, seen = context.Event(), context.Queue(), context.Value("i", 0)
    workers = [context.Process(target=watch, args=(stop, jobs, seen)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for job in range(10):
        jobs.put(job)
    while seen.value < 10:
        time.sleep(0.005)
    stop.set()
    for worker in workers:
        worker.join()
    print(seen.value)
