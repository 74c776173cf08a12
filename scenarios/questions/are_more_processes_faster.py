"""# Are more processes faster?

Up to a point, and for work that computes that point is the number of cores your program **may use**:
`len(os.sched_getaffinity(0))`, which in a container is often less than the machine has. Beyond it they take turns, and
each costs start-up time and memory. For work that waits, more of them help further; threads do it for less.

And the work has to be large enough: starting is paid once per process, pickling for each task or chunk.

**Often told wrong:** that `Pool()` knows. Before Python 3.13 it counts all cores, not those it may use.
"""

from playground.scenario import card, run

main = card(covers=["S43"], proves="models/how_many_workers")

if __name__ == "__main__":
    run(main)
