"""Two made-up runs that part: one that takes two locks in one order, and one that takes them in the other."""

from pathlib import Path

from msgspec.structs import replace

from playground.history import RunInfo
from playground.probe import layout
from tests.unit.recordings import write
from tests.unit.rows import INFO, MS, Run


def info(variant: str, started_at: str = "2026-03-01T12:00:00+00:00") -> RunInfo:
    return replace(INFO, scenario="topic/locks", parameters={"variant": variant}, started_at=started_at)


def made(*order: str, late: float = 0) -> Run:
    """A takes the locks in an order, first so late; B does the same in every run."""
    run = Run()
    main, a, b = (run.process(name, role=role) for name, role in (("main", "main"), ("A", "child"), ("B", "child")))
    locks = {name: run.resource(name) for name in sorted(order)}
    line = run.site("/x/locks.py", 12, "work")
    for number, name in enumerate(order):
        run.row(10 + 10 * number + late, a, layout.ACQUIRED, locks[name], site=line)
    run.row(50 + late, b, layout.REPORT, value=run.text("done"))
    run.row(100 + late, main, layout.RUN_ENDED, value=0)
    return run


BROKEN, FIXED = made("first", "second"), made("second", "first", late=20)
"""In the one A takes ``first`` after 10 ms, in the other ``second`` after 30 ms."""
PARTS_AT = (10 * MS, 30 * MS)


def put(folder: Path, name: str, run: Run, variant: str, **summary: object) -> Path:
    """A recording of a run, with a summary that says so much."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.mpr.jsonl"
    told = {"outcome": "finished", "duration_s": 0.1, "verdict": f"{name} is over", **summary}
    write(path, [run.batch()], told, info(variant))
    return path
