"""# Threads or processes?

Ask what your program does most of the time. **Waiting**: threads, or coroutines, overlap it as well as processes do,
start far sooner, and share everything. **Computing in Python**: only processes use more than one core.

What it costs: a process has to be started, and all that goes in or comes out is pickled and copied. For work that is
over in a moment this is more than the work itself.

**Often told wrong:** by one figure for "how much faster". It depends on the cores that are free, the start method and
the size of the tasks; the run says what overlapped on your machine.
"""

from playground.scenario import card, run

main = card(covers=["S40"], proves="models/waiting_and_computing", knobs={"work": "computing"})

if __name__ == "__main__":
    run(main)
