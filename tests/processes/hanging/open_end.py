"""deadlock: the reader holds the write end itself, so that it never sees the end."""

import multiprocessing as mp
import sys


def read(reader, writer):
    try:
        while True:
            reader.recv()
    except EOFError:
        pass


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    reader, writer = mp.Pipe(duplex=False)
    a = mp.Process(target=read, args=(reader, writer), name="A")
    a.start()
    reader.close()
    writer.send(1)
    writer.close()
    a.join()
