"""What is left of a stretch of records comes to the same as all of them, but for when things happened."""

from random import Random

import pytest

from playground.collector.thinning import thinned
from playground.history import History
from playground.probe import layout
from tests.unit.rows import Run

THREADS = (1, 2)
LOCKS, VALUE, QUEUE = (1, 2), 3, 4
Record = tuple[int, int, int]


def stretch(chance: Random) -> list[Record]:
    """Records of one process: threads that take, wait, write, put and get, each as a real one would."""
    records: list[Record] = []
    held: dict[int, int] = {}
    waiting: dict[int, int] = {}

    def tell(kind: int, thread: int, resource: int = 0, value: int = 0) -> None:
        code = kind | thread << layout.THREAD_SHIFT | resource << layout.RESOURCE_SHIFT
        records.append((code, value, 10 + len(records)))

    for _ in range(chance.randrange(80)):
        thread, lock = chance.choice(THREADS), chance.choice(LOCKS)
        if thread in waiting:
            got = waiting.pop(thread)
            held[got] = thread
            tell(layout.ACQUIRED, thread, got)
        elif held.get(lock) == thread:
            del held[lock]
            tell(layout.RELEASING, thread, lock)
        elif lock not in held and lock not in waiting.values() and chance.random() < 0.6:
            waiting[thread] = lock
            tell(layout.WAITING, thread, lock, layout.OP_ACQUIRE)
        elif chance.random() < 0.5:
            tell(layout.WROTE, thread, VALUE, chance.randrange(-5, 5))
        else:
            tell(chance.choice((layout.PUTTING, layout.READ)), thread, QUEUE)
    return records


def history_of(records: list[Record], before: list[Record]) -> History:
    run = Run()
    process = run.process("A")
    for number in (1, 2):
        assert run.resource(f"lock-{number}") == number
    assert (run.resource("value", "value"), run.resource("queue", "queue")) == (VALUE, QUEUE)
    for code, value, time in [*before, *records]:
        kind, thread = code & layout.KIND_MASK, code >> layout.THREAD_SHIFT & layout.THREAD_MASK
        resource = code >> layout.RESOURCE_SHIFT & layout.RESOURCE_MASK
        run.row(time, process, kind, resource, value=value, thread=thread)
    return run.history()


def state(history: History) -> dict[str, object]:
    """Who holds and waits for what now, and what was counted."""
    resources = history.resources.values()
    process = history.processes[0]
    return {
        "holders": [sorted(holder[:2] for holder in each.holders()) for each in resources],
        "waits": [(wait.thread, wait.resource, wait.since) for wait in process.open_waits()],
        "counted": [(each.acquired, each.contended, each.depth) for each in resources],
        "values": sorted((each.name, each.last) for each in history.counters),
        "writes": sum(each.writes for each in history.counters) + sum(each.unseen_writes for each in resources),
        "lane": process.lane.state,
        "held": process.lane.holding_counts[-1],
        "events": history.events,
    }


@pytest.mark.parametrize("seed", range(100))
def test_the_present_and_the_counts_are_those_of_all_records(seed: int) -> None:
    chance = Random(seed)
    records = stretch(chance)
    cut = chance.randrange(len(records) + 1)
    before, after = records[:cut], records[cut:]
    thin = history_of(thinned(after), before)
    whole = history_of(after, before)
    left_out = state(thin)
    woken = sum(1 for record in thinned(after) if record[0] & layout.KIND_MASK == layout.WOKE)
    left_out["events"] = thin.events - woken
    assert left_out == state(whole)
    assert thin.dropped + len(thinned(after)) >= len(after)


def test_a_tight_loop_comes_to_hardly_anything() -> None:
    resource, thread = 1 << layout.RESOURCE_SHIFT, 1 << layout.THREAD_SHIFT
    kinds = (layout.ACQUIRED, layout.RELEASING) * 5000
    records = [(kind | resource | thread, 0, 10 + i) for i, kind in enumerate(kinds)]
    told = [
        (layout.NAMES[record[0] & layout.KIND_MASK], record[1] >> layout.DROPPED_COUNT) for record in thinned(records)
    ]
    assert told == [("DROPPED", 10_000), ("DROPPED", 5000), ("WOKE", 0)]
