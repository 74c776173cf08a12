"""How many descriptors are open in parent and children, after each kind of thing; then all are closed and reused."""

import multiprocessing
import os
import sys
import tempfile


def opened():
    return len(os.listdir("/proc/self/fd"))


def work(things, results):
    with things[0]:
        results.put(("child", opened()))
    os.closerange(3, 256)
    with tempfile.TemporaryFile() as file:
        os.write(2, f"child {file.fileno()}\n".encode())
        for _ in range(5000):
            with things[0]:
                pass
        file.write(b"mine")
        file.seek(0)
        os.write(2, file.read() + b"\n")
    os._exit(0)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    print(opened())
    makers = (context.Lock, context.Condition, context.Barrier, context.Queue, context.SimpleQueue, context.Pipe)
    things = []
    for make in makers:
        things.append(make(2) if make == context.Barrier else make())
        print(opened())
    results = context.SimpleQueue()
    process = context.Process(target=work, args=(things[:1], results))
    process.start()
    print(results.get(), opened())
    process.join()
    print(process.exitcode, opened())
    process.close()
    print(opened())
    os.closerange(3, 256)
    files = [os.open("/dev/null", os.O_RDONLY) for _ in range(3)]
    for _ in range(9000):
        with things[0]:
            pass
    print(files, os.read(files[0], 1), opened())
    sys.stdout.flush()
    os._exit(6)
