"""Dispositions, handlers in children, signals while waiting, and the signal mask."""

import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time


def dispositions():
    special = {s: signal.getsignal(s) for s in signal.valid_signals()}
    shown = {s: getattr(h, "__name__", h) for s, h in special.items() if h not in (signal.SIG_DFL, None)}
    return sorted((int(s), str(h)) for s, h in shown.items()), signal.pthread_sigmask(signal.SIG_BLOCK, [])


def stop(_signum, _frame):
    print("told to stop", flush=True)
    sys.exit(21)


def work(ready):
    signal.signal(signal.SIGTERM, stop)
    ready.put(dispositions())
    while True:  # a signal that comes right before a wait without an end is seen after it only
        threading.Event().wait(0.01)


def raises(_signum, _frame):
    raise TimeoutError("late")


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    print(dispositions(), flush=True)
    ready = context.Queue()
    process = context.Process(target=work, args=(ready,))
    process.start()
    print(ready.get(), flush=True)
    process.terminate()
    process.join()
    print(process.exitcode, flush=True)
    signal.signal(signal.SIGALRM, raises)
    lock, queue, condition = context.Lock(), context.Queue(), context.Condition()
    lock.acquire()
    for wait in (lock.acquire, queue.get, lambda: time.sleep(60), context.Event().wait, context.Semaphore(0).acquire):
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        try:
            wait()
        except TimeoutError as error:
            print(error, flush=True)
    with condition:
        print(condition.wait(0.01), lock.acquire(timeout=0.01), lock.acquire(False))
    for wrong in ((2**40, 9), (1, 2**70), ("1", 9), (99999999, 9), (0, 0), (os.getppid(), 0)):
        try:
            print(os.kill(*wrong))
        except (OSError, OverflowError, TypeError) as error:
            print(error, flush=True)
    print(pickle.loads(pickle.dumps(os.kill)) is os.kill, os.kill, os.killpg.__name__, flush=True)
    child = os.fork()
    if child == 0:
        os.execvp("sleep", ["sleep", "60"])
    print(os.kill(child, signal.SIGUSR1), os.waitpid(child, 0)[1], flush=True)
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(60)
