"""Subclasses of Process, Queue, Event and managers, and shared things that travel by pickling."""

import multiprocessing
import multiprocessing.managers
import multiprocessing.queues
import multiprocessing.synchronize
import pickle
import sys


class Counting(multiprocessing.queues.Queue):
    """Counts what is put; has state of its own that is pickled."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.count = 0

    def put(self, obj, block=True, timeout=None):
        self.count += 1
        super().put(obj, block, timeout)

    def __getstate__(self):
        return (super().__getstate__(), self.count)

    def __setstate__(self, state):
        base, self.count = state
        super().__setstate__(base)


class Gate(multiprocessing.synchronize.Event):
    """An event that remembers who opened it."""

    opened_by = ""

    def set(self):
        self.opened_by = multiprocessing.current_process().name
        super().set()


class Quiet(multiprocessing.synchronize.Lock):
    """A lock that speaks when it is acquired; SemLock's own acquire is an attribute of the instance."""

    def __enter__(self):
        print("entered")
        return super().__enter__()


class Box:
    """Holds shared things."""

    def __init__(self, **things):
        self.__dict__.update(things)


class Server(multiprocessing.managers.BaseManager):
    """A manager of our own."""


class Worker(multiprocessing.Process):
    """Has its own start, run and join."""

    def __init__(self, box):
        super().__init__(name="own worker")
        self.box = box
        self.started = 0

    def start(self):
        self.started += 1
        super().start()

    def run(self):
        box = self.box
        with box.lock, box.turn:
            box.value.value += 5
            box.array[1] = 2.5
        box.queue.put((self.name, box.queue.count))
        box.gate.set()
        box.barrier.wait()
        box.pipe.send(box.semaphore.acquire(timeout=0.01))

    def join(self, timeout=None):
        super().join(timeout)
        return "joined"


Server.register("Box", Box)

if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    multiprocessing.set_start_method(sys.argv[1])
    near, far = context.Pipe()
    box = Box(
        lock=Quiet(ctx=context),
        turn=context.Condition(context.RLock()),
        value=context.Value("i", 1),
        array=context.Array("d", 3),
        queue=Counting(ctx=context),
        gate=Gate(ctx=context),
        barrier=context.Barrier(2),
        semaphore=context.BoundedSemaphore(1),
        pipe=far,
    )
    worker = Worker(box)
    worker.start()
    box.gate.wait()
    box.barrier.wait()
    print(box.queue.get(), near.recv(), worker.join(), worker.started, worker.exitcode)
    print(box.value.value, list(box.array), box.queue.count, repr(box.gate.opened_by), box.semaphore.get_value())
    print(
        [type(each).__name__ for each in vars(box).values()], isinstance(box.lock, multiprocessing.synchronize.SemLock)
    )
    for thing in (box.lock, box.queue, box.value):
        try:
            pickle.dumps(thing)
        except RuntimeError as error:
            print(error)
    with Server(ctx=context) as server:
        proxy = server.Box(a=1)
        print(type(proxy).__name__, str(type(proxy)))
