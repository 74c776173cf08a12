"""Daemon workers on a JoinableQueue; the main process waits for the work, not for them."""

import multiprocessing
import sys
import time


def work(jobs, count):
    while True:
        jobs.get()
        time.sleep(0.002)
        with count.get_lock():
            count.value += 1
        jobs.task_done()


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    jobs, count = multiprocessing.JoinableQueue(), multiprocessing.Value("i", 0)
    for _ in range(3):
        multiprocessing.Process(target=work, args=(jobs, count), daemon=True).start()
    for job in range(40):
        jobs.put(job)
    jobs.join()
    print(count.value)
