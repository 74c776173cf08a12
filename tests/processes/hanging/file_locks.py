"""deadlock: two locked files are taken in opposite orders."""

import fcntl
import multiprocessing as mp
import sys
import tempfile


def work(mine, other, ready):
    with open(mine, "w") as one, open(other, "w") as two:
        fcntl.flock(one, fcntl.LOCK_EX)
        ready.wait()
        fcntl.flock(two, fcntl.LOCK_EX)


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    with tempfile.TemporaryDirectory() as place:
        first, second, ready = f"{place}/first", f"{place}/second", mp.Barrier(2)
        a = mp.Process(target=work, args=(first, second, ready), name="A")
        b = mp.Process(target=work, args=(second, first, ready), name="B")
        a.start(), b.start()
        a.join(), b.join()
