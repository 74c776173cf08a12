"""A daemon that writes log records from a queue, and is ended with the main process."""

import logging
import logging.handlers
import multiprocessing
import sys


def write(records):
    while True:
        print(records.get().getMessage(), flush=True)


def work(records, me):
    logger = logging.getLogger("work")
    logger.addHandler(logging.handlers.QueueHandler(records))
    logger.setLevel(logging.INFO)
    logger.info("worker %d at work", me)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    records = context.Queue()
    context.Process(target=write, args=(records,), daemon=True).start()
    workers = [context.Process(target=work, args=(records, i)) for i in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("the work is done")
