"""ProcessPoolExecutor: map, submit, as_completed, exceptions from workers, and a worker that leaves abruptly."""

import concurrent.futures
import multiprocessing
import os
import sys
import traceback


def square(n):
    return n * n


def fail(n):
    raise LookupError(f"no {n}")


def leave(code):
    os._exit(code)


def ready(n):
    print("ready", n, flush=True)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as executor:
        print(list(executor.map(square, range(10), chunksize=3)))
        futures = {executor.submit(square, n): n for n in range(4)}
        print(sorted(f.result() + futures[f] for f in concurrent.futures.as_completed(futures)))
        failing = executor.submit(fail, 7)
        concurrent.futures.wait([failing])  # the traceback tells whether result() had to wait
        try:
            failing.result()
        except LookupError as error:
            print(type(error), error, type(error.__cause__).__name__)
            traceback.print_exc()
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context, initializer=ready, initargs=(1,)) as executor:
        future = executor.submit(leave, 3)
        print(type(future.exception()).__name__)
    sys.exit(4)
