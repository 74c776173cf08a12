"""The program replaces time.sleep, multiprocessing.Process and methods of its classes by itself, as test suites do."""

import multiprocessing
import sys
import time
from unittest import mock


class Recorded(multiprocessing.Process):
    def start(self):
        print("starting", self.name)
        super().start()


def work():
    time.sleep(0)
    print("slept in the child")


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    real = time.sleep
    time.sleep = lambda seconds: print("no sleep of", seconds)
    time.sleep(100)
    time.sleep = real
    multiprocessing.Process = Recorded
    process = multiprocessing.Process(target=work, name="mine")
    process.start()
    process.join()
    with mock.patch("time.sleep", autospec=True) as sleep:
        time.sleep(3)
        print(sleep.call_args)
    with mock.patch.object(Recorded, "join", autospec=True) as join:
        process.join(5)
        print(join.call_args.args[1:])
    print(process.exitcode, time.sleep is real, time.sleep(0.001))
