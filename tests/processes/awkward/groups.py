"""Process groups: the main process makes itself the leader of one, and ends a whole group of children."""

import multiprocessing
import os
import signal
import sys
import threading


def work(ready):
    os.setpgrp()
    ready.put(os.getpgrp() == os.getpid())
    threading.Event().wait()


if __name__ == "__main__":
    os.setpgrp()
    print(os.getpgrp() == os.getpid(), os.getsid(0) == os.getpid())
    context = multiprocessing.get_context(sys.argv[1])
    ready = context.SimpleQueue()
    process = context.Process(target=work, args=(ready,))
    process.start()
    print(ready.get())
    os.killpg(process.pid, signal.SIGUSR2)
    process.join()
    print(process.exitcode)
    pid = os.fork()
    if pid == 0:
        os.setsid()
        os._exit(11)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    sys.stdout.flush()
    signal.signal(signal.SIGUSR1, lambda *_: os.write(1, b"the whole group was told\n"))
    if sys.argv[1] == "fork":  # multiprocessing's helpers would die of it
        os.killpg(0, signal.SIGUSR1)
