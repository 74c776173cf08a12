"""Values, items, depths and tasks as step functions of time."""

import struct

from playground.history import Counter
from playground.probe import layout
from tests.unit.rows import MS, Run, counter_of


def steps(of: Counter) -> list[tuple[float, float, int]]:
    return [(t / MS, value, writer) for t, value, writer in zip(of.times, of.values, of.writers, strict=True)]


def test_a_value_is_a_step_function_with_writers() -> None:
    run = Run()
    a, b = run.process("A"), run.process("B")
    value, real = run.resource("total", "value"), run.resource("share", "value", typecode="d")
    run.row(10, a, layout.CREATED, value, value=3)
    run.row(20, b, layout.WROTE, value, value=-4)
    run.row(30, a, layout.WROTE, real, value=struct.unpack("=q", struct.pack("=d", 0.25))[0])
    history = run.history()
    total = counter_of(history, "total")
    assert steps(total) == [(10, 3, a), (20, -4, b)]
    assert [total.at(t * MS) for t in (9, 10, 19, 20)] == [None, 3, 3, -4]
    assert (total.writes, total.first, total.lowest, total.highest, total.last) == (1, 3, -4, 3, -4)
    assert counter_of(history, "share").last == 0.25


def test_items_are_counted_one_by_one_in_small_arrays_only() -> None:
    run = Run()
    a = run.process("A")
    small, large = run.resource("small", "array", limit=16), run.resource("large", "array", limit=17)
    for index, array in ((2, small), (15, small), (2, small), (2, large)):
        run.row(10, a, layout.ITEM_WROTE, array, value=index * 10, site=index)
    history = run.history()
    assert [(each.name, each.last, each.writes) for each in history.counters] == [
        ("small[2]", 20, 2),
        ("small[15]", 150, 1),
    ]
    assert history.at(20 * MS)[a].site == 0, "the site column held the index"


def test_a_queue_has_a_depth_and_a_pool_its_tasks() -> None:
    run = Run()
    a = run.process("A")
    queue, pool = run.resource("jobs", "queue", limit=2), run.resource("pool", "pool")
    run.row(0, a, layout.CREATED, queue, value=2)
    for t, kind in ((10, layout.PUTTING), (20, layout.PUTTING), (30, layout.GOT), (40, layout.GOT), (50, layout.GOT)):
        run.row(t, a, kind, queue)
    run.row(60, a, layout.TASK_ENDED, pool)
    history = run.history()
    assert [value for _, value, _ in steps(counter_of(history, "jobs"))] == [0, 1, 2, 1, 0, 0]
    assert counter_of(history, "jobs").limit == 2
    assert steps(counter_of(history, "pool")) == [(60, 1, a)]


def test_a_better_name_reaches_the_counter() -> None:
    run = Run()
    a, value = run.process("A"), run.resource("value-1", "value")
    run.row(10, a, layout.WROTE, value, value=1)
    history = run.history()
    better = Run()
    better.resource("total", "value")
    history.append(better.batch())
    assert [each.name for each in history.counters] == ["total"]
