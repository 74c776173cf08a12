"""Text in stdout's buffers when the program forks itself, and ways by which there are more or fewer of it."""

import os
import sys


def fork(leave) -> None:
    pid = os.fork()
    if pid == 0:
        leave(0)
    os.waitpid(pid, 0)


def descriptors() -> str:
    return str(len(os.listdir("/proc/self/fd")))


sys.stdout.write("more than a pipe's buffer of bytes takes " * 125 + "\n")
fork(os._exit)
sys.stdout.write("é" * 2500 + "\rover and over")
fork(sys.exit)
sys.stdout.flush()

sys.stdout = open(1, "w", buffering=1 << 22, closefd=False)
sys.stdout.write("much\r\n" * 400_000)
fork(sys.exit)

del os.memfd_create
before = descriptors()
fork(lambda code: print("as many descriptors", descriptors() == before, file=sys.stderr) or os._exit(code))
