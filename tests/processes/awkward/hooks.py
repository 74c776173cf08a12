"""The program's own hooks for exceptions in main, threads and children, faulthandler, tracing and profiling."""

import faulthandler
import multiprocessing
import sys
import threading
import traceback


def hook(kind, error, trace):
    print("hook:", kind.__name__, error, len(traceback.extract_tb(trace)))
    sys.stdout.flush()


def work():
    thread = threading.Thread(target=lambda: 1 / 0, name="dividing")
    thread.start()
    thread.join()
    raise OSError(5, "broken")


def odd(arguments):
    print("thread hook:", arguments.exc_type.__name__, arguments.thread.name)


sys.excepthook = hook
threading.excepthook = odd
if __name__ == "__main__":
    faulthandler.enable()
    process = multiprocessing.get_context(sys.argv[1]).Process(target=work, name="child")
    process.start()
    process.join()
    thread = threading.Thread(target=work, name="second")
    thread.start()
    thread.join()
    calls = []
    sys.setprofile(lambda frame, event, _arg: calls.append(frame.f_code.co_name) if event == "call" else None)
    hook.__class__
    sys.setprofile(None)
    print(calls, process.exitcode)
    print(sys.excepthook is hook, sys.stdout.fileno(), file=sys.__stdout__)
    raise RuntimeError("main")
