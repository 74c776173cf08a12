"""No ``__main__`` guard: fine with fork, multiprocessing's own RuntimeError in the child otherwise."""

import multiprocessing
import sys


def work():
    print("working")


multiprocessing.set_start_method(sys.argv[1], force=True)
process = multiprocessing.Process(target=work)
process.start()
process.join()
print("exit code", process.exitcode)
