"""The order of processes on screen, and which of them are shown."""

from playground.probe import layout
from playground.tui.arrange import ORDERS, arranged, depths, in_order
from tests.unit.rows import Run


def run() -> Run:
    run = Run()
    main = run.process("main", role="main")
    for at, parent, name in ((10, main, "zoe"), (20, main, "Adam")):
        child = run.process(name, began=at)
        run.row(at, parent, layout.STARTED, value=100 + child)
    grandchild = run.process("Eve", began=30)
    run.row(30, 1, layout.STARTED, value=100 + grandchild)
    lock = run.resource("gate")
    run.waits(40, 2, lock, layout.OP_ACQUIRE)
    run.waits(50, 1, lock, layout.OP_ACQUIRE)
    run.ended(60, grandchild, 0)
    return run


def names(order: str, words: str = "") -> list[str]:
    history = run().history()
    return [history.name(state.index) for state in arranged(history, history.until, order, words)]


def test_orders() -> None:
    assert names("start") == ["main", "zoe", "Adam", "Eve"]
    assert names("tree") == ["main", "zoe", "Eve", "Adam"]
    assert names("name") == ["Adam", "Eve", "main", "zoe"]
    assert names("waiting") == ["Adam", "zoe", "main", "Eve"]
    assert names("state")[-1] == "Eve"


def test_names_with_figures_are_ordered_as_one_counts() -> None:
    counted = ["forks[2]", "forks[10]", "Worker-1", "worker-2", "worker-9:3", "worker-10", "worker-10-2", "²"]
    assert sorted([*counted[4:], *counted[:4]], key=in_order) == counted


def test_every_order_shows_everybody() -> None:
    for order in ORDERS:
        assert sorted(names(order)) == ["Adam", "Eve", "main", "zoe"]


def test_words_choose() -> None:
    assert names("start", "waiting") == ["zoe", "Adam"]
    assert names("start", "WAIT ad") == ["Adam"]
    assert names("start", "nobody") == []


def test_depths_tell_who_started_whom() -> None:
    history = run().history()
    assert depths(history, arranged(history, history.until)) == {0: 0, 1: 1, 2: 1, 3: 2}


def test_who_never_spoke_stands_where_it_was_first_seen() -> None:
    run = Run()
    main, silent = run.process("main", role="main", began=5), run.process("tracker", began=None)
    run.row(15, silent, layout.SIGHTED)
    run.row(20, main, layout.STARTED, value=102)
    child = run.process("child", began=21)
    for t, each in ((30, child), (40, main), (50, silent)):
        run.ended(t, each, 0)
    history = run.history()
    assert [history.name(state.index) for state in arranged(history, history.until)] == ["main", "tracker", "child"]


def test_workers_of_a_pool_stand_together_in_the_tree() -> None:
    run = Run()
    main = run.process("main", role="main")
    for at, (name, role) in enumerate((("w1", "worker"), ("child", "child"), ("w2", "worker")), 1):
        index = run.process(name, role=role, began=at)
        run.row(at, main, layout.STARTED, value=100 + index)
    history = run.history()
    shown = arranged(history, history.until, "tree")
    assert [history.name(state.index) for state in shown] == ["main", "child", "w1", "w2"]
