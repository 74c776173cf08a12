"""Shared memory, managers and raw values: names, lengths, sharing, unlinking, and the tracker's complaint."""

import multiprocessing
import multiprocessing.shared_memory
import sys
from multiprocessing.managers import SharedMemoryManager


def fill(name):
    block = multiprocessing.shared_memory.SharedMemory(name)
    block.buf[:4] = b"done"
    block.close()


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    block = multiprocessing.shared_memory.SharedMemory(create=True, size=10_000)
    process = context.Process(target=fill, args=(block.name,))
    process.start()
    process.join()
    print(bytes(block.buf[:5]), block.size, process.exitcode, block.name.startswith("psm_"))
    block.close()
    block.unlink()
    with SharedMemoryManager() as manager:
        numbers = manager.ShareableList([1, "two", 3.0, None])
        print(list(numbers), type(numbers).__name__)
    with context.Manager() as manager:
        shared, names = manager.dict(a=1), manager.list([3, 1])
        names.sort()
        shared["b"] = names
        print(dict(shared)["b"][:], len(shared), str(shared["a"]), type(shared).__name__)
        lock = manager.Lock()
        with lock:
            print(lock.acquire(False))
    raw = context.RawArray("i", 3)
    raw[:] = [1, 2, 3]
    print(raw[:], type(raw).__name__)
