"""deadlock: a lock of another thread is copied by fork."""

import multiprocessing as mp
import threading

gate = threading.Lock()


def work():
    with gate:
        pass


def hold(held, done):
    with gate:
        held.set()
        done.wait()


if __name__ == "__main__":
    mp.set_start_method("fork")
    held, done = threading.Event(), threading.Event()
    threading.Thread(target=hold, args=(held, done), daemon=True).start()
    held.wait()
    a = mp.Process(target=work, name="A")
    a.start()
    a.join()
