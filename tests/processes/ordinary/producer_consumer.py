"""A bounded buffer under a condition: producers wait while it is full, consumers while it is empty."""

import multiprocessing
import sys

ROOM, EACH = 3, 15


def produce(turn, level, made):
    for _ in range(EACH):
        with turn:
            turn.wait_for(lambda: level.value < ROOM)
            level.value += 1
            made.value += 1
            turn.notify_all()


def consume(turn, level, used):
    for _ in range(EACH):
        with turn:
            turn.wait_for(lambda: level.value > 0)
            level.value -= 1
            used.value += 1
            turn.notify_all()


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    turn = context.Condition()
    level, made, used = (context.Value("i", 0, lock=False) for _ in range(3))
    processes = [context.Process(target=produce, args=(turn, level, made)) for _ in range(2)]
    processes += [context.Process(target=consume, args=(turn, level, used)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print(level.value, made.value, used.value)
