"""The program that is tried with each start method: one child takes a lock and answers through a queue."""

import multiprocessing
import sys
from typing import Any


def answer(lock: Any, answers: Any) -> None:
    """Say something, with the lock held."""
    with lock:
        answers.put("here")


if __name__ == "__main__":
    context: Any = multiprocessing.get_context(sys.argv[1])
    lock, answers = context.Lock(), context.SimpleQueue()
    child = context.Process(target=answer, args=(lock, answers), name="answerer")
    child.start()
    answers.get()
    child.join()
    sys.exit(child.exitcode)
