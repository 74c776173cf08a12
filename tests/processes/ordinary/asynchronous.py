"""asyncio that hands its calculations to processes."""

import asyncio
import concurrent.futures
import multiprocessing
import sys
import time


def calculate(n):
    time.sleep(0.01)
    return n * n


async def main(pool):
    loop = asyncio.get_running_loop()
    tasks = [loop.run_in_executor(pool, calculate, n) for n in range(8)]
    await asyncio.sleep(0.02)
    print(await asyncio.gather(*tasks))


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        asyncio.run(main(pool))
