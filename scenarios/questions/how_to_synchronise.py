"""# How do I synchronise processes?

First see whether you have to: `join`, and results from a queue or a pool, already put things in order.

- one at a time: `Lock`, and `RLock` where who has it may take it again; a few at a time: `Semaphore`
- all wait for all: `Barrier`; wait until something has happened: `Event`; until something is true: `Condition`

Use them with `with`, and hand them over as arguments: a child that is not forked makes a *new* lock from a global
variable, which holds back nobody.

**Often told wrong:** that there are only locks and semaphores. Most of what is hard to get right with them is one of
the other three.
"""

from playground.scenario import card, run

main = card(covers=["S42"], proves="synchronisation/barrier_event_condition")

if __name__ == "__main__":
    run(main)
