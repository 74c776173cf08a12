"""Children of the fork server whose modules take long to import: who waits for them waits for nobody yet."""

import multiprocessing
import sys
import time

if __name__ != "__main__":
    time.sleep(0.6)  # stands for heavy imports


def serve(ready):
    ready.set()


def boss():
    ready = multiprocessing.get_context("forkserver").Event()
    server = multiprocessing.get_context("forkserver").Process(target=serve, args=(ready,))
    server.start()
    ready.wait()
    server.join()


if __name__ == "__main__":
    first = multiprocessing.get_context(sys.argv[1]).Process(target=boss)
    first.start()
    first.join()
    print("served", file=sys.stderr)
