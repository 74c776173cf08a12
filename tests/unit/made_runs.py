"""Made-up runs of which more than one file tells."""

from playground.probe import layout
from tests.unit.rows import Run


def busy_run() -> Run:
    """Two processes and a thread, a lock that changes hands, a queue, a semaphore that two threads overlap in."""
    run = Run()
    a, b = run.process("A", role="main"), run.process("B", began=None)
    lock, queue, gate = run.resource("lock"), run.resource("jobs", "queue"), run.resource("gate", "semaphore", limit=2)
    ratio, line = run.resource("ratio", "value", typecode="d"), run.site("/x/work.py", 12, "work")
    run.thread(a, 2, "feeder")
    run.row(1, a, layout.CREATED, gate, value=2)
    run.row(2, a, layout.STARTING, value=run.text("B"))
    run.row(4, b, layout.BEGAN, value=100)
    run.row(5, a, layout.STARTED, value=101)
    run.row(6, a, layout.ACQUIRED, lock, site=line)
    run.waits(7, b, lock, layout.OP_ACQUIRE, site=line, timed=True)
    run.row(9, a, layout.RELEASING, lock)
    run.row(10, b, layout.ACQUIRED, lock, site=line)
    run.row(11, a, layout.PUTTING, queue, thread=2)
    run.row(12, b, layout.GOT, queue)
    run.row(13, a, layout.ACQUIRED, gate)
    run.row(14, a, layout.ACQUIRED, gate, thread=2)
    run.row(15, a, layout.RELEASING, gate)
    run.row(16, a, layout.RELEASING, gate, thread=2)
    run.row(17, a, layout.WROTE, ratio, value=0x7FF0 << 48)  # infinity
    run.row(18, a, layout.WROTE, ratio, value=0x3FE0 << 48)  # 0.5
    run.row(19, b, layout.ACTION, value=run.text("kill B"))
    run.row(20, b, layout.ZOMBIE, value=-9)
    run.ended(25, b, -9)
    run.row(30, a, layout.RUN_ENDED, value=0)
    return run


def replayed_run() -> Run:
    """Events at 0, 100, 200, 300, 500, 1000 and 4000 ms; a report at 200, a death at 300, a lost lock from 500 on."""
    run = Run()
    a, b, lock = run.process("A"), run.process("B"), run.resource("gate", "rlock")
    run.row(100, a, layout.ACQUIRED, lock)
    run.row(200, a, layout.STDOUT, value=run.text("half"))
    run.row(200, a, layout.REPORT, value=run.text("half way"))
    run.ended(300, a, -9)
    run.waits(500, b, lock, layout.OP_ACQUIRE)
    run.look(1_000, b)
    run.row(4_000, b, layout.RUN_ENDED, value=1 << 32 | 124)
    return run


def deadlock(file: str = "/home/a/program.py", name: str = "A") -> Run:
    """A and B each hold a lock, from line 2 of a file on, and wait in line 3 for the other's until the run is ended."""
    run = Run()
    a, b = run.process(name), run.process("B")
    first, second = run.resource("first"), run.resource("second")
    outer, inner = run.site(file, 2, "f"), run.site(file, 3, "f")
    run.row(1, a, layout.ACQUIRED, first, site=outer)
    run.row(2, b, layout.ACQUIRED, second, site=outer)
    run.waits(3, a, second, layout.OP_ACQUIRE, site=inner)
    run.waits(4, b, first, layout.OP_ACQUIRE, site=inner)
    run.look(100, a, b)
    run.row(101, a, layout.RUN_ENDED, value=1 << 32 | 124)
    return run
