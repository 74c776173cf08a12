"""# How do I debug a child?

Not by `breakpoint()` alone: a child reads from `/dev/null`, so the debugger quits at once and takes the child with it.

- Here: run it with `D`. The child waits at its breakpoint, `g` types to its `pdb`.
- It hangs: `mp-playground attach PID` says what each waits for; `faulthandler.register(signal.SIGUSR1)` prints stacks.
- Log from the start: `multiprocessing.log_to_stderr()`, or a `QueueHandler`, so that one process writes the file.
- Run the function in the main process first: most errors are not about processes.

**Often told wrong:** that `pdb.set_trace()` in a child "will pause, waiting for your input".
"""

from playground.scenario import card, run

main = card(covers=["S48"], proves="observing/debugging_a_child")

if __name__ == "__main__":
    run(main)
