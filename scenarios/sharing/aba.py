"""# A, then B, then A again

Who wants a free node takes the first of a list, by **compare and swap**: read the head and who follows it, then make
that one the head, if the head is still what was read. But meanwhile somebody took two nodes and gave the first back.
The head is the same again, who follows it is not: a node that is in use is on the list once more.

**Watch** the slow one stand between reading and swapping while the quick one changes the list; then see who gets which.

**Often told wrong:** that an equal value means an unchanged one.

**The fix:** a version beside the value, one higher with each swap. Then the slow one's swap fails and it reads again.
"""

import multiprocessing as mp
import time
from multiprocessing.synchronize import Event
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario

SIZE = 1000  # the head is version * SIZE + number of the first node


class FreeList:
    """Nodes that nobody uses."""

    def __init__(self, nodes: int, versions: bool) -> None:
        self.head = mp.Value("q", 0)
        self.following = mp.Array("i", range(1, nodes + 1))
        self.step = SIZE if versions else 0

    def swap(self, old: int, first: int) -> bool:
        """Let the list begin with another node if its head is still the old one; in one step."""
        with self.head.get_lock():
            same: bool = self.head.value == old
            if same:
                self.head.value = old // SIZE * SIZE + self.step + first
        return same

    def take(self, read: Event | None = None, changed: Event | None = None) -> int:
        """Take the first node; with events, stand still between reading and swapping."""
        while True:
            old: int = self.head.value
            following = self.following[old % SIZE]
            if read is not None and changed is not None:
                read.set()
                changed.wait()
            if self.swap(old, following):
                return old % SIZE

    def give(self, node: int) -> None:
        """Give a node back."""
        old = -1
        while not self.swap(old, node):
            old = self.head.value
            self.following[node] = old % SIZE


def be_slow(free: FreeList, read: Event, changed: Event, taken: "mp.SimpleQueue[int]") -> None:
    """Take one node, slowly."""
    taken.put(free.take(read, changed))
    print("slow: I have got a node", flush=True)


def be_quick(free: FreeList, read: Event, changed: Event, taken: "mp.SimpleQueue[int]", step_ms: int) -> None:
    """Take two nodes and give the first one back, while the slow one stands."""
    read.wait()
    first, second = free.take(), free.take()
    time.sleep(step_ms / 1000)
    free.give(first)
    print(f"quick: I took {first} and {second}, and gave {first} back", flush=True)
    taken.put(second)
    changed.set()


@scenario(covers=["C28"], says={"broken": r"^node 1 was given out twice", "fixed": r"^each of \d+ nodes .* once"})
def main(
    variant: Annotated[Literal["broken", "fixed"], "compare the value, or value and version"] = "broken",
    nodes: Annotated[int, Range(2, 100), "nodes on the list"] = 4,
    step_ms: Annotated[int, Range(0, 10_000), "how long the quick one keeps a node"] = 2000,
) -> None:
    """Let a slow and a quick one take nodes, then take all that are left."""
    free = FreeList(nodes, variant == "fixed")
    read, changed = mp.Event(), mp.Event()
    taken: mp.SimpleQueue[int] = mp.SimpleQueue()
    slow = mp.Process(target=be_slow, args=(free, read, changed, taken), name="slow")
    quick = mp.Process(target=be_quick, args=(free, read, changed, taken, step_ms), name="quick")
    slow.start()
    quick.start()
    slow.join()
    quick.join()
    given = [taken.get(), taken.get()]
    while free.head.value % SIZE < nodes:
        given.append(free.take())
    twice = [node for node in given if given.count(node) > 1]
    report(f"node {twice[0]} was given out twice" if twice else f"each of {nodes} nodes was given out once")


if __name__ == "__main__":
    run(main)
