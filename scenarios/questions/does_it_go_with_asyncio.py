"""# Does it go with asyncio?

Yes: `await loop.run_in_executor(ProcessPoolExecutor(), function, argument)`. The loop goes on with everything else, the
work is done in a process, and the result comes back where you await it.

Called directly, a function that computes stops the loop: no timer, no answer, until it returns. `Process.join()`,
`Queue.get()` and `Pool.map()` stop it just the same.

**Often told wrong:** that it is enough to write `async` before the function. And make the executor before the loop has
started threads, or take spawn or forkserver: to fork with threads around may deadlock.
"""

from playground.scenario import card, run

main = card(covers=["S46"], proves="models/asyncio_and_executors")

if __name__ == "__main__":
    run(main)
