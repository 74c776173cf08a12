"""# Barrier, Event, Condition

Three ways to wait for one another. A **Barrier** holds everybody until the last one has come. An **Event** is a flag:
who comes before it is set waits, who comes after it goes on at once. A **Condition** is a lock with a waiting room:
`notify()` wakes one, `notify_all()` all, and who wakes looks again whether it is their turn.

**Watch** the three parts one after the other. At the barrier the runners come one by one and leave together. At the
flag the last one does not wait at all. At the booth, a condition, they leave one by one, each with one ticket.

**Often told wrong:** that locks and semaphores are all there is. What these three do can be made of locks, but hardly
without a mistake.

**Next:** a party that never comes to the barrier, and a `notify` that came too early.
"""

import multiprocessing as mp
import time
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier, Condition, Event
from typing import Annotated, Any

from playground.scenario import Range, report, run, scenario


def add(counter: "Synchronized[int]", amount: int) -> None:
    """Count with the counter's lock held."""
    with counter.get_lock():
        counter.value += amount


def race(number: int, line: Barrier, flag: Event, booth: Condition, counters: Any, step_ms: int) -> None:
    """Wait at the line, for the flag and for a ticket; count what went as it should."""
    arrived, past_line, past_flag, tickets, past_booth = counters
    time.sleep(number * step_ms / 1000)
    add(arrived, 1)
    line.wait()
    add(past_line, arrived.value == line.parties)
    time.sleep(number * step_ms / 1000)
    flag.wait()
    add(past_flag, flag.is_set())
    with booth:
        while tickets.value == 0:
            booth.wait()
        tickets.value -= 1
    add(past_booth, 1)


@scenario(
    covers=["S42b"],
    says={"": r"^(\d+) went on after all had come, \1 after the flag was set, \1 with a ticket each"},
    expect=lambda values: {f"past_{what}": values["runners"] for what in ("line", "flag", "booth")},
)
def main(
    runners: Annotated[int, Range(2, 16), "how many run"] = 3,
    step_ms: Annotated[int, Range(1, 5000), "how much later each one comes than the one before"] = 500,
) -> None:
    """Lead the runners through all three, and count who went on when it was time."""
    line = mp.Barrier(runners)
    flag = mp.Event()
    booth = mp.Condition()
    arrived, past_line, past_flag = mp.Value("i", 0), mp.Value("i", 0), mp.Value("i", 0)
    tickets, past_booth = mp.Value("i", 0), mp.Value("i", 0)
    arguments = (line, flag, booth, (arrived, past_line, past_flag, tickets, past_booth), step_ms)
    team = [mp.Process(target=race, args=(i, *arguments), name=f"runner-{i}") for i in range(1, runners + 1)]
    for runner in team:
        runner.start()
    time.sleep((2 * runners - 0.5) * step_ms / 1000)
    flag.set()
    for _ in team:
        time.sleep(step_ms / 1000)
        with booth:
            tickets.value += 1
            booth.notify()
    for runner in team:
        runner.join()
    report(
        f"{past_line.value} went on after all had come, {past_flag.value} after the flag was set, "
        f"{past_booth.value} with a ticket each"
    )


if __name__ == "__main__":
    run(main)
