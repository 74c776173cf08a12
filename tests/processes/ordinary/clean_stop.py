"""A worker that SIGTERM asks to stop: its handler sets a flag, it finishes its round and ends well."""

import multiprocessing
import signal
import sys
import time


def work(ready, rounds):
    going = True

    def stop(_signum, _frame):
        nonlocal going
        going = False

    signal.signal(signal.SIGTERM, stop)
    ready.set()
    while going:
        time.sleep(0.005)
        rounds.value += 1


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    ready, rounds = context.Event(), context.Value("i", 0)
    worker = context.Process(target=work, args=(ready, rounds))
    worker.start()
    ready.wait()
    time.sleep(0.05)
    worker.terminate()
    worker.join()
    print(worker.exitcode, rounds.value > 0)
