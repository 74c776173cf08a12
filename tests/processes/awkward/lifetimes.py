"""Objects die as early as ever: weak references, and the end of a pipe when its last writer goes."""

import gc
import multiprocessing
import multiprocessing.pool
import os
import sys
import weakref


class Payload:
    """Something that is passed to a child."""


def work(*_things):
    pass


if __name__ == "__main__":
    gc.disable()
    context = multiprocessing.get_context(sys.argv[1])
    makers = ("Lock", "RLock", "Semaphore", "Condition", "Event", "Queue", "SimpleQueue", "JoinableQueue")
    for name in makers:
        thing = getattr(context, name)()
        dead = weakref.ref(thing)
        del thing
        print(name, dead() is None)
    for make in (lambda: context.Value("i"), lambda: context.Array("i", 2), lambda: context.Barrier(1)):
        thing = make()
        dead = weakref.ref(thing)
        del thing
        print(dead() is None)
    payload = Payload()
    dead = weakref.ref(payload)
    process = context.Process(target=work, args=(payload,))
    del payload
    process.start()
    print("argument", dead() is None)
    process.join()
    gone = weakref.ref(process)
    del process
    print("process", gone() is None)
    reader, writer = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(writer,))
    process.start()
    del writer
    try:
        print(reader.recv())
    except EOFError:
        print("end of the pipe")
    process.join()
    queue = context.Queue()
    payload = Payload()
    dead = weakref.ref(payload)
    queue.put(payload)
    del payload
    queue.get()
    print("put", dead() is None)
    near, far = context.Pipe()
    number = far.fileno()
    far.send("last")
    del far
    print(near.recv(), os.path.exists(f"/proc/self/fd/{number}"))
    try:
        near.recv()
    except EOFError:
        print("end")
    pool = context.Pool(1)
    print(pool.map(abs, [-1]))
    pool.terminate()
    pool.join()
    lock = context.Lock()
    try:
        with lock:
            value = Payload()
            dead = weakref.ref(value)
            raise ValueError(value)
    except ValueError:
        pass
    del value
    print("raised", dead() is None)
