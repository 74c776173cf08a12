"""At most two of six processes are inside at a time; others wait, one tries and goes away."""

import multiprocessing
import sys
import time


def visit(places, inside, most):
    with places:
        with inside.get_lock():
            inside.value += 1
            most.value = max(most.value, inside.value)
        time.sleep(0.02)
        with inside.get_lock():
            inside.value -= 1


def peep(places):
    if places.acquire(timeout=0.01):
        places.release()
    if places.acquire(block=False):
        places.release()


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    places, inside, most = context.BoundedSemaphore(2), context.Value("i", 0), context.Value("i", 0, lock=False)
    visitors = [context.Process(target=visit, args=(places, inside, most)) for _ in range(6)]
    visitors.append(context.Process(target=peep, args=(places,)))
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    print(inside.value, most.value <= 2)
