"""Threads in the main process, each of which asks a process of its own."""

import multiprocessing
import sys
import threading


def answer(connection):
    for question in iter(connection.recv, None):
        connection.send(question + 1)


def ask(connection, results, lock):
    for question in range(5):
        connection.send(question)
        with lock:
            results.append(connection.recv())
    connection.send(None)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    results, lock, threads, children = [], threading.Lock(), [], []
    for _ in range(3):
        near, far = context.Pipe()
        children.append(context.Process(target=answer, args=(far,)))
        children[-1].start()
        far.close()
        threads.append(threading.Thread(target=ask, args=(near, results, lock)))
    for thread in threads:
        thread.start()
    for each in (*threads, *children):
        each.join()
    print(sum(results))
