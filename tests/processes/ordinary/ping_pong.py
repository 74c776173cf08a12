"""Two processes answer each other over a pipe; the end of the pipe ends the child."""

import multiprocessing
import sys


def pong(mine, theirs):
    theirs.close()
    try:
        while True:
            mine.send(mine.recv() + 1)
    except EOFError:
        mine.close()


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    near, far = context.Pipe()
    child = context.Process(target=pong, args=(far, near))
    child.start()
    far.close()
    ball = 0
    for _ in range(50):
        near.send(ball)
        ball = near.recv()
    near.close()
    child.join()
    print(ball, child.exitcode)
