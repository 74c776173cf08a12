"""# How do I share data?

As little as possible: give each process its part, and collect results.

- `Queue` and `Pipe` pass **copies**: nothing is shared, and a change in one process is not seen in another.
- `Value`, `Array` and `SharedMemory` are one piece of memory for all. Changing takes a lock, `+=` too.
- A `Manager` keeps objects in a process of its own. Each access is a message to it; two of them are not one step.
- A global variable is not shared. At most, with fork, it is a copy from the moment of the start.

**Often told wrong:** that what was put into a queue is yours again at once. It is pickled later, as it is then.
"""

from playground.scenario import card, run

main = card(covers=["S41"], proves="channels/changed_after_put")

if __name__ == "__main__":
    run(main)
