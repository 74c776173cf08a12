"""Run with PYTHONWARNINGS=error and in development mode: nothing of the probe may warn."""

import gc
import multiprocessing
import sys
import time
import warnings


def work(lock, queue):
    with lock:
        queue.put(len(warnings.filters))


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    lock, queue = context.Lock(), context.Queue()
    process = context.Process(target=work, args=(lock, queue))
    process.start()
    print(queue.get(), [str(f[0]) for f in warnings.filters], sys.flags.dev_mode)
    process.join()
    process.close()
    with context.Pool(2) as pool:
        print(pool.map(abs, [-1, 2]))
        pool.close()
        pool.join()
    time.sleep(0.001)
    queue.close()
    queue.join_thread()
    del lock, queue, process, pool
    print(gc.collect() >= 0, len(gc.garbage))
