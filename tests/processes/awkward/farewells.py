"""Exit handlers, finalizers and flushing of parent and children, in their order."""

import atexit
import multiprocessing
import multiprocessing.util
import sys
import threading
import weakref


class Thing:
    pass


def say(*words):
    print(*words)


def work(name):
    atexit.register(say, "atexit of", name)  # a forked or spawned child runs none
    multiprocessing.util.Finalize(None, say, args=("finalizer of", name), exitpriority=1)
    weakref.finalize(thing, say, "weak finalizer of", name)
    threading.Thread(target=say, args=("thread of", name)).start()


thing = Thing()
atexit.register(say, "first registered")
weakref.finalize(thing, say, "weak finalizer")
if __name__ == "__main__":
    multiprocessing.util.Finalize(None, say, args=("finalizer of main",), exitpriority=1)
    atexit.register(say, "last registered")
    process = multiprocessing.get_context(sys.argv[1]).Process(target=work, args=("child",))
    process.start()
    process.join()
    daemon = multiprocessing.get_context(sys.argv[1]).Process(target=threading.Event().wait, daemon=True)
    daemon.start()
    print("end of main", multiprocessing.active_children() == [daemon])
