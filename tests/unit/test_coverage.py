"""Rows of forks, other programs, log records, sampled memory and what could not be observed."""

import struct
from pathlib import Path

import pytest

from playground.findings import Findings
from playground.probe import layout
from playground.summary import summarise, verdict
from playground.tui.render import counters as counter_panel
from playground.tui.render import log as log_panel
from playground.tui.render.palette import palette_of
from playground.warden import rundir
from tests.unit.moments import moment_at_the_end, text
from tests.unit.rows import MS, Run, counter_of

ONE = struct.unpack("=q", struct.pack("=d", 1.0))[0]


# --- Memory -----------------------------------------------------------------------------------------


def sampled_run() -> Run:
    run = Run()
    main, child = run.process("main", role="main"), run.process("child")
    count = run.resource("count", "raw_value")
    cells = run.resource("cells", "raw_array", limit=3, typecode="d")
    long = run.resource("long", "raw_array", limit=17)
    run.row(10, main, layout.CREATED, count, value=4)
    run.row(10, main, layout.CREATED, cells, value=3)
    for t, value in ((20, 4), (30, 9), (40, 9)):
        run.row(t, child, layout.SAMPLED, count, value=value)
    run.row(50, child, layout.ITEM_SAMPLED, cells, value=ONE, site=2)
    run.row(50, child, layout.ITEM_SAMPLED, long, value=5, site=2)
    return run


def test_a_sampled_value_steps_where_it_changed() -> None:
    history = sampled_run().history()
    count = counter_of(history, "count")
    assert (list(count.times), list(count.values)) == ([10 * MS, 30 * MS], [4, 9])
    assert (count.sampled, count.writes, count.unit) == (True, 0, "value")
    assert [(each.name, each.last, each.sampled) for each in history.counters[1:]] == [("cells[2]", 1, True)]


def test_what_is_sampled_has_no_known_number_of_writes_or_losses() -> None:
    run = sampled_run()
    history = run.history()
    told = {each["name"]: each for each in summarise(history, Findings(history))["counters"]}
    assert told.keys() == {"count", "cells", "long"}
    assert {(each["writes"], each["lost_updates"]) for each in told.values()} == {(None, None)}
    assert (told["count"]["first"], told["count"]["last"]) == (4, 9)


def test_a_sampled_value_is_said_to_be_sampled() -> None:
    drawing = counter_panel.Drawing(palette_of({}, dark=True, plain=False))
    shown = text(drawing.strips(moment_at_the_end(sampled_run()), 80, 12))
    assert "9 sampled" in shown


def test_a_block_of_memory_is_a_counter_only_when_a_list_in_it_is_used() -> None:
    run = Run()
    main = run.process("main", role="main")
    block, cells = run.resource("block", "shared_memory"), run.resource("cells", "shared_memory", limit=3)
    run.row(10, main, layout.CREATED, block, value=4096)
    run.row(10, main, layout.CREATED, cells, value=64)
    run.row(20, main, layout.ITEM_READ, cells, value=1, site=2)
    run.row(21, main, layout.ITEM_WROTE, cells, value=2, site=2)
    history = run.history()
    (told,) = summarise(history, Findings(history))["counters"]
    assert (told["name"], told["last"], told["writes"], told["lost_updates"]) == ("cells", 2, 1, 0)


@pytest.mark.parametrize(("typecode", "value"), [("i", 1), ("d", ONE)])
def test_a_flag_that_is_set_twice_is_possibly_no_loss(typecode: str, value: int) -> None:
    run = Run()
    a, b = run.process("A"), run.process("B")
    cells = run.resource("cells", "shared_memory", limit=1, typecode=typecode)
    for t, who, kind in ((1, a, "READ"), (2, b, "READ"), (3, a, "WROTE"), (4, b, "WROTE")):
        run.row(t, who, getattr(layout, f"ITEM_{kind}"), cells, value=value if kind == "WROTE" else 0, site=0)
    assert [(each.severity, each.text.partition(" of")[0]) for each in run.findings()] == [
        ("warning", "possibly lost 1")
    ]


def test_the_names_that_a_program_gave_are_removed_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory, directory = tmp_path / "shm", tmp_path / "run"
    memory.mkdir()
    directory.mkdir()
    monkeypatch.setattr(rundir, "SHM", str(memory))
    for name in ("left", "given back", "taken again", "another's", "\udcff"):
        (memory / name).touch()
    (tmp_path / "outside").touch()
    lines = "+gone\n+\udcff\n+left\n+given back\n-given back\n"
    lines += "+taken again\n-taken again\n+taken again\n+../outside\n+..\n+\n"
    (directory / "names").write_text(lines, errors="surrogateescape")
    rundir.remove("0123abcd", str(directory))
    assert {path.name for path in memory.iterdir()} == {"given back", "another's"}
    assert (tmp_path / "outside").exists()


# --- Processes --------------------------------------------------------------------------------------


def test_a_program_begins_when_it_is_started_and_ends_when_its_parent_says() -> None:
    run = Run()
    main = run.process("main", role="main")
    program = run.process("sleep", role="program", began=None)
    run.row(10, main, layout.PROGRAM_STARTED, value=100 + program)
    run.row(11, main, layout.PROGRAM_STARTED, value=999)
    run.row(12, main, layout.JOINING, value=100 + program)
    run.row(50, main, layout.CHILD_ENDED, value=(100 + program) << 32 | 3)
    history = run.history()
    known = history.processes[program]
    assert (known.began, known.ended, known.exitcode) == (10 * MS, 50 * MS, 3)
    assert history.started_by[100 + program] == main
    assert [wait.on_process for wait in history.waits_at(20 * MS)] == [program]


def test_waiting_for_a_program_is_no_deadlock() -> None:
    run = Run()
    main = run.process("main", role="main")
    program = run.process("sleep", role="program", began=None)
    run.row(10, main, layout.PROGRAM_STARTED, value=100 + program)
    run.row(12, main, layout.JOINING, value=100 + program)
    run.look(200, main, program)
    assert run.findings() == []


@pytest.mark.parametrize("kind", [layout.JOINING, layout.WAITING])
def test_a_thread_that_waits_for_a_process_may_give_back_what_it_holds(kind: int) -> None:
    run = Run()
    main, child = run.process("main", role="main"), run.process("child")
    lock, queue = run.resource("lock", "rlock"), run.resource("queue", "queue")
    run.row(10, main, layout.ACQUIRED, lock, thread=run.thread(main, 2, "holder"))
    run.row(11, main, kind, value=100 + child if kind == layout.JOINING else layout.OP_CHILD, thread=2)
    run.waits(12, main, lock, layout.OP_ACQUIRE)
    run.row(13, main, layout.WAITING, queue, value=layout.OP_GET, thread=run.thread(main, 3, "other"))
    run.look(200, main)
    assert run.findings() == []


def test_nothing_is_concluded_from_a_wait_for_any_child() -> None:
    run = Run()
    main, child, lock = run.process("main", role="main"), run.process("main>fork-1"), run.resource("lock", "rlock")
    run.row(10, main, layout.ACQUIRED, lock)
    run.row(11, main, layout.WAITING, value=layout.OP_CHILD)
    run.waits(12, child, lock, layout.OP_ACQUIRE)
    run.look(200, main, child)
    assert run.findings() == [], "one that nobody has met yet may end"


# --- Words ------------------------------------------------------------------------------------------

TRACEBACK = 'Traceback (most recent call last):\n  File "/x/a.py", line 3, in f\n    boom()\nValueError: no\n'


def test_a_thread_is_not_its_process() -> None:
    run = Run()
    a = run.process("A")
    run.row(10, a, layout.RAISED, value=run.text(TRACEBACK), thread=run.thread(a, 2, "helper"))
    run.row(20, a, layout.RAISED, value=run.text(TRACEBACK))
    first, second = run.findings()
    assert (first.severity, first.text) == ("warning", "thread helper of A ended by ValueError: no (a.py:3)")
    assert (second.severity, second.text) == ("error", "A ended by ValueError: no (a.py:3)")


def test_what_is_not_observed_is_said_once() -> None:
    run = Run()
    a, b = run.process("A"), run.process("B")
    for t, who in ((10, a), (20, b)):
        run.row(t, who, layout.PATCH_FAILED, value=run.text("logging (AttributeError: no)"))
    said = "not observed: logging (AttributeError: no)"
    (finding,) = run.findings()
    assert (finding.severity, finding.kind, finding.text) == ("info", "not_observed", said)
    history = run.history()
    assert verdict(history, Findings(history)) == f"2 processes, nothing wrong found; {said}"
    assert [(line.stream, line.text) for line in history.lines] == [("notice", said)] * 2


@pytest.mark.parametrize(
    ("level", "tone"), [("DEBUG", "muted"), ("WARNING", "warning"), ("ERROR", "bad"), ("X", "text")]
)
def test_a_log_record_is_shown_in_the_tone_of_its_level(level: str, tone: str) -> None:
    run = Run()
    run.row(10, run.process("A"), layout.LOGGED, value=run.text(f"{level} app: said"))
    palette = palette_of({}, dark=True, plain=False)
    history = run.history()
    (strip,) = log_panel.draw(history.lines[0], history, 60, palette, chosen=False, later=False, words="")
    (segment,) = (each for each in strip if "said" in each.text)
    assert f"· {level} app: said" in strip.text
    assert segment.style is not None
    assert segment.style.color == palette.style(getattr(palette, tone)).color
