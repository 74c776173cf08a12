"""stdin read to its end by the main process; a child of multiprocessing has an empty one."""

import multiprocessing
import sys


def work():
    print("child:", repr(sys.stdin.read()))


if __name__ == "__main__":
    process = multiprocessing.get_context(sys.argv[1]).Process(target=work)
    process.start()
    process.join()
    print("main:", repr(sys.stdin.buffer.read()), sys.stdin.isatty(), sys.stdin.encoding, sys.stdout.encoding)
    print(input() if len(sys.argv) > 2 else "end")
