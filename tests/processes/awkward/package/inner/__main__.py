"""Run as ``-m package.inner``: relative imports; children do not import a package's ``__main__`` again."""

import multiprocessing
import sys

from . import sibling
from .sibling import work

if __name__ == "__main__":
    print(__name__, __package__, __spec__.name, sys.argv[1:], sibling.__name__, sys.path[0] == sys.argv[0])
    context = multiprocessing.get_context(sys.argv[1])
    results = context.SimpleQueue()
    for target in (work,):
        process = context.Process(target=target, args=(results,))
        process.start()
        print(results.get())
        process.join()
        print(process.exitcode)
