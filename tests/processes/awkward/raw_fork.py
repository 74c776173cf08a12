"""os.fork with pipes, waitpid, exit codes and signals; output that was not flushed before the fork comes twice."""

import os
import signal
import sys

print("not flushed")
reader, writer = os.pipe()
pids = []
for number in range(3):
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        os.write(writer, bytes([65 + number]))
        if number == 0:
            sys.exit(7)
        if number == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        os._exit(9)
    pids.append(pid)
    _, status = os.waitpid(pid, 0)
    sys.stderr.write(f"{os.waitstatus_to_exitcode(status)}\n")
os.close(writer)
print(os.read(reader, 10), os.read(reader, 10))
try:
    os.wait()
except ChildProcessError as error:
    print(error)
print(sorted(os.listdir("/proc/self/fd")))
