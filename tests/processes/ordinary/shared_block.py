"""A shared memory block by name: written by a child, closed by both, unlinked by its maker."""

import multiprocessing
import sys
from multiprocessing import shared_memory


def fill(name, done):
    block = shared_memory.SharedMemory(name=name)
    block.buf[:5] = b"hello"
    block.close()
    done.set()


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    block = shared_memory.SharedMemory(create=True, size=4096)
    done = context.Event()
    child = context.Process(target=fill, args=(block.name, done))
    child.start()
    done.wait()
    print(bytes(block.buf[:5]))
    child.join()
    block.close()
    block.unlink()
