"""deadlock: those that take from a bounded queue put into it more than there is room for."""

import multiprocessing as mp
import sys


def crawl(pages):
    while True:
        number = pages.get()
        for further in range(3):
            pages.put(10 * number + further)
        pages.task_done()


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    pages = mp.JoinableQueue(4)
    for name in "AB":
        mp.Process(target=crawl, args=(pages,), name=name, daemon=True).start()
    pages.put(1)
    pages.put(2)
    pages.join()
