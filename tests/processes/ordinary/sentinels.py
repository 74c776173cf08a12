"""connection.wait over sentinels and pipes: whoever is first is served first."""

import multiprocessing
import sys
import time
from multiprocessing.connection import wait


def work(out, n):
    time.sleep(0.01 * n)
    out.send(n)
    out.close()


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    readers, children = [], []
    for n in range(4):
        reader, writer = context.Pipe(duplex=False)
        children.append(context.Process(target=work, args=(writer, n)))
        children[-1].start()
        writer.close()
        readers.append(reader)
    got = []
    while readers:
        for ready in wait(readers):
            try:
                got.append(ready.recv())
            except EOFError:
                readers.remove(ready)
    sentinels = [child.sentinel for child in children]
    while sentinels:
        for gone in wait(sentinels, timeout=5):
            sentinels.remove(gone)
    print(sorted(got), [child.join() for child in children])
