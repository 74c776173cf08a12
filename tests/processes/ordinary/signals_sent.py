"""A parent that ends its children by os.kill, killpg, Popen.terminate and by asyncio's terminate."""

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys


def sleep_long(ready: int) -> None:
    os.setpgid(0, 0)
    os.write(ready, b"r")
    signal.pause()


async def stop_program() -> int:
    program = await asyncio.create_subprocess_exec("sleep", "60")
    program.terminate()
    return await program.wait()


def main() -> None:
    readable, writable = os.pipe()
    first, second = os.fork(), 0
    if first == 0:
        sleep_long(writable)
    second = os.fork()
    if second == 0:
        sleep_long(writable)
    assert os.read(readable, 1) + os.read(readable, 1) == b"rr"
    os.kill(first, signal.SIGTERM)
    os.killpg(second, signal.SIGKILL)
    assert [os.waitpid(pid, 0)[1] for pid in (first, second)] == [signal.SIGTERM, signal.SIGKILL]
    with subprocess.Popen(["sleep", "60"]) as program:
        program.terminate()
    assert asyncio.run(stop_program()) == -signal.SIGTERM
    assert multiprocessing.active_children() == []


if __name__ == "__main__":
    main()
    print("ended", *sys.argv[1:], file=sys.stderr)
