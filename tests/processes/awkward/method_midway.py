"""The start method is set, asked for, set again and forced in the middle of the program."""

import multiprocessing
import sys
from multiprocessing import get_context


def work(name, lock, results):
    with lock:
        results.put((name, multiprocessing.get_start_method(allow_none=True)))


if __name__ == "__main__":
    first = multiprocessing.Lock()
    print(multiprocessing.get_start_method(allow_none=True), type(first).__module__)
    try:
        multiprocessing.set_start_method(sys.argv[1])
    except RuntimeError as error:
        print("refused:", error)
    multiprocessing.set_start_method(sys.argv[1], force=True)
    for method in (None, "spawn", "fork"):
        context = get_context(method)
        lock, results = context.Lock(), context.SimpleQueue()
        process = context.Process(target=work, args=("x", lock, results), name=f"by {method}")
        process.start()
        print(results.get(), type(process).__name__, process.name)
        process.join()
        print(process.exitcode, repr(lock), type(results).__name__)
