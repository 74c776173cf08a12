"""Threads in parent and children, with a lock of theirs that every thread and process uses."""

import multiprocessing
import sys
import threading


def add(lock, value, times):
    for _ in range(times):
        with lock:
            value.value += 1


def work(lock, value):
    threads = [threading.Thread(target=add, args=(lock, value, 100), name=f"t{i}") for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(threading.active_count(), threading.main_thread().name, threading.current_thread() is threading.main_thread())


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    lock, value = context.RLock(), context.Value("i", 0)
    children = [context.Process(target=work, args=(lock, value)) for _ in range(2)]
    started = [threading.Thread(target=child.start) for child in children[:1]]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
    add(lock, value, 50)
    children[0].join()
    children[1].start()
    for child in children:
        child.join()
    print(value.value, [child.exitcode for child in children], [t.name for t in threading.enumerate()])
    threading.Thread(target=print, args=("left running",)).start()
