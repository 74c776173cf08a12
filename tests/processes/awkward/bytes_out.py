"""Bytes of every value on both streams, no line end, then a stdout that is closed in child and parent."""

import multiprocessing
import os
import sys


def work():
    sys.stdout.close()
    os.close(1)
    os.write(2, b"closed in the child\n")


sys.stdout.buffer.write(bytes(range(256)) * 300 + b"\r\n\x1b]0;title\x07")
sys.stdout.flush()
if __name__ == "__main__":
    process = multiprocessing.get_context(sys.argv[1]).Process(target=work)
    process.start()
    process.join()
    sys.stdout.write("one more without an end")
    sys.stdout.flush()
    os.close(1)
    os.write(2, f"{process.exitcode} {sorted(os.listdir('/proc/self/fd'))}\n".encode())
    print("to nowhere")
