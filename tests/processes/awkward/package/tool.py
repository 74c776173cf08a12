"""Run as ``-m package.tool``: relative imports, and children that import the module again."""

import multiprocessing
import sys

from .inner import sibling
from .inner.sibling import work


def own(results):
    results.put((__name__, __package__, getattr(__spec__, "name", None)))


if __name__ == "__main__":
    print(__name__, __package__, __spec__.name, sys.argv[1:], sibling.__name__, sys.path[0] == sys.argv[0])
    context = multiprocessing.get_context(sys.argv[1])
    results = context.SimpleQueue()
    for target in (work, own):
        process = context.Process(target=target, args=(results,))
        process.start()
        print(results.get())
        process.join()
        print(process.exitcode)
