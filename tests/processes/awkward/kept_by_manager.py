"""What managers may keep: numbers too long to be written, in a program whose sockets have a timeout."""

import multiprocessing as mp
import socket

LONG = 10**6000


def change(numbers, key, meeting) -> None:
    seen = numbers[key]
    meeting.wait()
    numbers[key] = seen + LONG


if __name__ == "__main__":
    mp.set_start_method("fork")
    socket.setdefaulttimeout(30)
    with mp.Manager() as manager:
        for key in ("x", LONG):
            numbers, meeting = manager.dict({key: 1}), mp.Barrier(2)
            team = [mp.Process(target=change, args=(numbers, key, meeting)) for _ in range(2)]
            [each.start() for each in team]
            [each.join() for each in team]
            print([each.exitcode for each in team], numbers[key] == 1 + LONG)
