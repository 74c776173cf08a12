"""# What about the GIL?

Every interpreter has **its own** lock, and every process is an interpreter of its own: processes do not wait for each
other's lock. Within each of them it is as ever: its threads take turns with running Python code.

The lock is for Python code only. Waiting for a network, a disk or a timer gives it away, and so does much that is
written in C: hashing, compressing, NumPy. There threads run at the same time.

**Often told wrong:** that multiprocessing has no GIL, or that with it only one thread ever runs. Builds of Python
without it exist since 3.13; they are not the usual ones.
"""

from playground.scenario import card, run

main = card(covers=["S39"], proves="models/tug_of_war")

if __name__ == "__main__":
    run(main)
