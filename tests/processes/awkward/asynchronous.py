"""asyncio with a process pool as its executor, a child program and a signal handler of the loop."""

import asyncio
import concurrent.futures
import multiprocessing
import os
import signal
import sys


def square(n):
    return n * n


async def main():
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    loop.add_signal_handler(signal.SIGUSR1, told.set)
    context = multiprocessing.get_context(sys.argv[1])
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        print(await asyncio.gather(*(loop.run_in_executor(pool, square, n) for n in range(5))))
    os.kill(os.getpid(), signal.SIGUSR1)
    await told.wait()
    child = await asyncio.create_subprocess_exec("cat", stdin=-1, stdout=-1)
    print(await child.communicate(b"to and fro"), child.returncode)
    reader, writer = multiprocessing.Pipe(duplex=False)
    ready = asyncio.Event()
    loop.add_reader(reader.fileno(), ready.set)
    writer.send("readable")
    await ready.wait()
    print(reader.recv())
    loop.remove_reader(reader.fileno())


if __name__ == "__main__":
    asyncio.run(main())
