"""deadlock: a pipe is full and its reader waits for the writer to end."""

import multiprocessing as mp
import sys


def write(writer):
    writer.send_bytes(bytes(1 << 20))


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    reader, writer = mp.Pipe(duplex=False)
    a = mp.Process(target=write, args=(writer,), name="A")
    a.start()
    a.join()
    reader.recv_bytes()
