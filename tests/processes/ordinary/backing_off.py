"""Two locks in two orders, each given back when the other does not come, and tried again after a random pause."""

import multiprocessing as mp
import random
import sys
import time


def work(mine, other, done):
    for _ in range(5):
        while True:
            with mine:
                time.sleep(0.003)
                if other.acquire(timeout=0.002):
                    break
            time.sleep(random.uniform(0, 0.04))
        with done.get_lock():
            done.value += 1
        other.release()


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    first, second = mp.Lock(), mp.Lock()
    done = mp.Value("i", 0)
    pair = [mp.Process(target=work, args=order) for order in ((first, second, done), (second, first, done))]
    for process in pair:
        process.start()
    for process in pair:
        process.join()
    print(done.value)
