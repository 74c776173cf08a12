"""deadlock: each waits for the other to speak first."""

import multiprocessing as mp
import sys


def talk(connection):
    connection.send(connection.recv())


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    here, there = mp.Pipe()
    a = mp.Process(target=talk, args=(there,), name="A")
    a.start()
    there.close()
    talk(here)
