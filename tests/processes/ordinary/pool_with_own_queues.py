"""A pool whose queues are of a class of the program's own, with methods made by each queue, as joblib has them."""

import multiprocessing
import sys
from multiprocessing.pool import Pool


class PipeQueue:
    """A pipe with two locks; ``get`` and ``put`` belong to the object, not to its class."""

    def __init__(self, context):
        self._reader, self._writer = context.Pipe(duplex=False)
        self._rlock, self._wlock = context.Lock(), context.Lock()
        self._make_methods()

    def __getstate__(self):
        return self._reader, self._writer, self._rlock, self._wlock

    def __setstate__(self, state):
        self._reader, self._writer, self._rlock, self._wlock = state
        self._make_methods()

    def empty(self):
        return not self._reader.poll()

    def _make_methods(self):
        def get():
            with self._rlock:
                return self._reader.recv()

        def put(message):
            with self._wlock:
                self._writer.send(message)

        self.get, self.put = get, put


class OwnPool(Pool):
    """A pool with such queues."""

    def _setup_queues(self):
        self._inqueue, self._outqueue = PipeQueue(self._ctx), PipeQueue(self._ctx)
        self._quick_put, self._quick_get = self._inqueue._writer.send, self._outqueue._reader.recv


def square(number):
    return number * number


if __name__ == "__main__":
    with OwnPool(2, context=multiprocessing.get_context(sys.argv[1])) as pool:
        total = sum(pool.map(square, range(50)))
    print("total", total, file=sys.stderr)
