"""The documentation's workers: tasks from one queue, results into another, STOP at the end."""

import multiprocessing
import random
import sys
import time


def worker(tasks, done):
    for function, arguments in iter(tasks.get, "STOP"):
        result = function(*arguments)
        done.put(f"{multiprocessing.current_process().name[:7]} says {function.__name__}{arguments} = {result}")


def mul(a, b):
    time.sleep(0.005 * random.random())
    return a * b


def plus(a, b):
    time.sleep(0.005 * random.random())
    return a + b


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    tasks1 = [(mul, (i, 7)) for i in range(20)]
    tasks2 = [(plus, (i, 8)) for i in range(10)]
    task_queue, done_queue = multiprocessing.Queue(), multiprocessing.Queue()
    for task in tasks1:
        task_queue.put(task)
    workers = [multiprocessing.Process(target=worker, args=(task_queue, done_queue)) for _ in range(4)]
    for each in workers:
        each.start()
    print(len({done_queue.get() for _ in tasks1}))
    for task in tasks2:
        task_queue.put(task)
    print(len({done_queue.get() for _ in tasks2}))
    for _ in workers:
        task_queue.put("STOP")
    for each in workers:  # one that starts late would find no queues any more
        each.join()
