"""Runs written by hand for the pictures: each has what its panes are to show, at instants that never change."""

from playground.findings import Findings
from playground.history import History, RunInfo
from playground.probe import layout
from playground.replay import Replay
from playground.tui.moment import Moment, moment_of
from playground.tui.view import View
from tests.unit.moments import Shown
from tests.unit.rows import MS, Run

FILE = "/x/transfer.py"
SOURCE = """import multiprocessing as mp


def move(one, other, balance):
    with one:
        with other:
            balance.value += 1


if __name__ == "__main__":
    first, second = mp.Lock(), mp.Lock()
    a = mp.Process(target=move, args=(first, second))
    a.start()
    a.join()
"""
INFO = RunInfo(
    "synchronisation/transfer",
    "Transfer",
    {"variant": "broken", "hold_ms": 100},
    ("python", FILE),
    "spawn",
    SOURCE,
    FILE,
    expected={"balance": 60},
    limits={"inside": 2},
)


class Live(Shown):
    """A run that goes on, at its end or at an instant; what is wrong with it was found."""

    def __init__(self, run: Run, at: int | None = None) -> None:
        self.found = Findings(History(INFO))
        self.found.take(run.batch())
        super().__init__(self.found.history, [], at)
        self.findings = self.found


def seen(run: Run, *, at_ms: float | None = None, **view: object) -> Moment:
    """The run live; what is given is wanted of the view."""
    face = Live(run, None if at_ms is None else round(at_ms * MS))
    return moment_of(face, View(**view))  # type: ignore[arg-type]


def replay_of(run: Run, at_ms: float) -> Replay:
    """A replay of the run that stands at an instant."""
    findings = Live(run).found
    replay = Replay.of_run(findings.history, findings, None)
    replay.seek(round(at_ms * MS))
    return replay


def replayed(run: Run, at_ms: float, **view: object) -> Moment:
    """The run as a replay that stands at an instant."""
    return moment_of(replay_of(run, at_ms), View(**view))  # type: ignore[arg-type]


def transfer() -> Run:
    """Two processes take two locks in opposite orders, while main waits for the first of them."""
    run = Run()
    taking, other = run.site(FILE, 5, "move"), run.site(FILE, 6, "move")
    start, join = run.site(FILE, 13, "<module>"), run.site(FILE, 14, "<module>")
    main, a, b = run.process("main", role="main"), run.process("A", began=None), run.process("B", began=None)
    first, second = run.resource("first"), run.resource("second")
    run.row(20, main, layout.STARTED, value=101, site=start)
    run.row(30, main, layout.STARTED, value=102, site=start)
    run.row(40, a, layout.BEGAN, value=100)
    run.row(55, b, layout.BEGAN, value=100)
    run.row(60, main, layout.JOINING, value=101, site=join)
    run.row(70, a, layout.ACQUIRED, first, site=taking)
    run.row(90, b, layout.ACQUIRED, second, site=taking)
    run.row(100, a, layout.SLEEPING, value=100 * MS, site=taking)
    run.row(110, b, layout.SLEEPING, value=100 * MS, site=taking)
    run.row(130, main, layout.MARK, value=run.text("both have one"))
    run.row(200, a, layout.SLEPT)
    run.waits(201, a, second, layout.OP_ACQUIRE, site=other)
    run.row(208, b, layout.SLEPT)
    run.waits(209, b, first, layout.OP_ACQUIRE, site=other)
    run.look(320, main, a, b)
    for process in (main, a, b):
        run.row(400, process, layout.SAMPLE_CPU, value=150 * (process + 1))
        run.row(400, process, layout.SAMPLE_RSS, value=(11 + process) << 20)
        run.row(400, process, layout.SAMPLE_THREADS, value=1)
    run.row(500, main, layout.ACTION, value=run.text("suspend main"))
    run.row(501, main, layout.SUSPENDED)
    run.row(640, main, layout.RESUMED)
    run.row(700, main, layout.SAMPLE_CPU, value=0)
    return run


def family() -> Run:
    """Parents and children: one that runs, a zombie, an orphan, one killed, one failed, one suspended and nice."""
    run = Run()
    names = ("boss", "done", "shot", "failed", "helper", "grandchild-with-a-long-name", "sleeper")
    boss, done, shot, failed, helper, grandchild, sleeper = (
        run.process(name, role="main" if name == "boss" else "child", began=10.0 * place)
        for place, name in enumerate(names)
    )
    for child in (done, shot, failed, helper, sleeper):
        run.row(70 + child, boss, layout.STARTED, value=100 + child)
    run.row(80, helper, layout.STARTED, value=100 + grandchild)
    run.row(100, sleeper, layout.SLEEPING, value=900 * MS)
    run.row(150, boss, layout.KILL_SENT, value=100 + shot)
    run.ended(160, shot, -9)
    run.ended(200, failed, 3)
    run.row(250, done, layout.EXITING)
    run.row(260, done, layout.ZOMBIE)
    run.ended(300, helper, 0)
    run.row(350, sleeper, layout.SUSPENDED)
    run.row(400, sleeper, layout.SAMPLE_NICE, value=5)
    run.row(500, boss, layout.SAMPLE_CPU, value=9_840)
    run.row(500, boss, layout.SAMPLE_RSS, value=17 << 20)
    run.row(500, boss, layout.SAMPLE_THREADS, value=3)
    run.row(1300, boss, layout.SAMPLE_CPU, value=9_900)
    return run


def stock() -> Run:
    """Numbers over time, what the program says, and a queue that several wait for behind a slow one."""
    run = Run()
    main, maker, taker = run.process("main", role="main"), run.process("maker"), run.process("taker")
    balance, inside = run.resource("balance", "value"), run.resource("inside", "semaphore", limit=2)
    items, slots = run.resource("items", "queue", limit=4), run.resource("slots", "array", limit=4)
    line = run.site(FILE, 7, "move")
    run.row(1, main, layout.CREATED, balance)
    run.row(1, main, layout.CREATED, inside, value=2)
    run.row(1, main, layout.CREATED, items, value=4)
    run.row(1, main, layout.CREATED, slots, value=4)
    run.row(5, main, layout.STDOUT, value=run.text("started"))
    for step in range(1, 14):
        run.row(50 * step - 5, maker, layout.READ, balance, value=4 * step - 4, site=line)
        if step % 4 == 0:
            run.row(50 * step - 4, taker, layout.READ, balance, value=4 * step - 4, site=line)
            run.row(50 * step - 3, taker, layout.WROTE, balance, value=4 * step - 2, site=line)
        run.row(50 * step, maker, layout.WROTE, balance, value=4 * step, site=line)
        run.row(50 * step + 5, maker if step % 2 else taker, layout.ACQUIRED, inside, site=line)
        run.row(50 * step + 10, maker, layout.PUTTING, items)
        if step % 3 == 0:
            run.row(50 * step + 20, taker, layout.GOT, items)
        if step % 4 == 0:
            run.row(50 * step + 22, taker, layout.ITEM_WROTE, slots, value=step, site=step // 4 - 1)
        if step % 2 == 0:
            run.row(50 * step + 30, maker, layout.RELEASING, inside)
            run.row(50 * step + 31, taker, layout.RELEASING, inside)
    run.row(690, maker, layout.LOGGED, value=run.text("WARNING stock: the store is full"))
    run.row(700, taker, layout.RAISED, value=run.text("Traceback\nValueError: no such item"))
    run.row(705, main, layout.STDERR, value=run.text("taker gave up"))
    run.waits(710, maker, items, layout.OP_PUT, site=line)
    run.row(715, main, layout.MARK, value=run.text("the store is full"))
    run.row(720, main, layout.REPORT, value=run.text("balance is 52, 8 updates were lost"))
    run.row(900, taker, layout.SAMPLE_CPU, value=5_000)
    return run


def behind_a_lock() -> Run:
    """A chain of waits behind one holder, with names that are longer than there is room for."""
    run = Run()
    site = run.site(FILE, 5, "move")
    gate, results = run.resource("gate-of-the-long-store"), run.resource("results", "queue")
    holder = run.process("collector-of-everything-in-room-1")
    workers = [run.process(f"worker-of-the-northern-hall-{number}") for number in range(1, 5)]
    main, reader = run.process("main", role="main"), run.process("reader")
    run.row(5, holder, layout.ACQUIRED, gate, site=site)
    for worker in workers:
        run.waits(10, worker, gate, layout.OP_ACQUIRE, site=site)
    run.row(20, main, layout.JOINING, value=101, site=site)
    run.row(30, holder, layout.SLEEPING, value=MS)
    run.waits(40, reader, results, layout.OP_GET, timed=True, site=site)
    run.row(1000, reader, layout.SAMPLE_CPU)
    return run


def busy() -> Run:
    """Thirty processes that take a lock and sleep in turn, 9,000 events: far more than there are cells."""
    run = Run()
    lock = run.resource("gate")
    processes = [run.process(f"worker-{number:02}") for number in range(30)]
    for step in range(3000):
        process = processes[step * 7 % 30]
        run.row(step, process, layout.ACQUIRED, lock)
        run.row(step + 0.3, process, layout.RELEASING, lock)
        run.row(step + 0.6, process, layout.SLEEPING if step // 300 % 2 else layout.SLEPT, value=MS)
    run.ended(3000, processes[3], -9)
    return run
