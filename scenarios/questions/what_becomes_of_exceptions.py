"""# What becomes of exceptions in a child?

It depends on who runs it. In a `Process` the traceback goes to stderr, the child ends with exit code 1, and **nobody is
told**: `join()` returns as always. Look at `exitcode`, or send the error to the parent yourself.

A `Pool` and a `ProcessPoolExecutor` carry it home: `get()` and `result()` raise it in the parent.

**Often told wrong:** that exceptions never come over, or that `try` round `join()` catches them. And a child that
catches its own, prints it and returns has exit code 0: it looks like success.
"""

from playground.scenario import card, run

main = card(covers=["S44"], proves="failures/where_the_exception_goes")

if __name__ == "__main__":
    run(main)
