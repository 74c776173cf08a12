"""deadlock: two threads of one process take two locks in opposite orders."""

import multiprocessing as mp
import sys
import threading


def take(mine, other, ready):
    with mine:
        ready.wait()
        with other:
            pass


def work(first, second):
    ready = threading.Barrier(2)
    threads = [
        threading.Thread(target=take, args=(first, second, ready)),
        threading.Thread(target=take, args=(second, first, ready)),
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    first, second = mp.Lock(), mp.Lock()
    a = mp.Process(target=work, args=(first, second), name="A")
    a.start()
    a.join()
