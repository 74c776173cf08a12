"""The many ways in which a process ends, in children and then in the main process."""

import multiprocessing
import os
import signal
import sys


def end(how):
    print("ending by", how, flush=True)
    if how == "code":
        sys.exit(3)
    if how == "message":
        sys.exit("a message")
    if how == "none":
        sys.exit()
    if how == "big":
        sys.exit(256 + 7)
    if how == "object":
        sys.exit([1, 2])
    if how == "now":
        os._exit(5)
    if how == "raise":
        raise ValueError("no\nmore")
    if how == "group":
        raise ExceptionGroup("several", [ValueError(1), KeyError("k")])
    if how == "interrupt":
        raise KeyboardInterrupt
    if how == "signal":
        os.kill(os.getpid(), signal.SIGTERM)
    if how == "abort":
        os.abort()


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    for each in ("code", "message", "none", "big", "object", "now", "raise", "group", "interrupt", "signal", "abort"):
        process = context.Process(target=end, args=(each,), name=f"child {each}")
        process.start()
        process.join()
        print(process.exitcode, flush=True)
    end(sys.argv[2])
