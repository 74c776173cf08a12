"""What the waits, the tables and the details draw of made-up runs."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from textual.strip import Strip

from playground.findings import Finding
from playground.inspection.backtrace import Backtrace
from playground.probe import layout
from playground.tui.arrange import tree_signs
from playground.tui.graph import graph_of
from playground.tui.moment import Moment
from playground.tui.render import details, processes, resource, resources, table, waits
from playground.tui.render.links import Target, link_at, links
from playground.tui.render.palette import Palette
from tests.unit.moments import moment, text
from tests.unit.random_runs import runs
from tests.unit.rows import MS, Run

PALETTE = Palette()
WIDE = 100


def waiting(count: int) -> Run:
    """A holds ``gate``; ``count`` others want it, and main joins the first of them."""
    run = Run()
    main, gate = run.process("main", role="main"), run.resource("gate")
    site = run.site("/x/pool.py", 14, "work")
    holder = run.process("A")
    run.row(1, main, layout.STARTED, value=100 + holder, site=site)
    run.row(10, holder, layout.ACQUIRED, gate, site=site)
    others = [run.process(f"w{i}", began=11) for i in range(count)]
    for other in others:
        run.waits(20, other, gate, layout.OP_ACQUIRE, site=site)
    run.row(30, main, layout.JOINING, value=100 + others[0], site=site)
    run.row(1030, holder, layout.SAMPLE_CPU, value=5000)
    return run


def drawn(draw: Callable[..., list[Strip]], shown: Moment, width: int = WIDE, height: int = 30) -> str:
    return text(draw(shown, width, height, PALETTE))


def deadlock() -> Finding:
    return Finding("deadlock", "error", (0, 1), (1, 2), 0, "", "", edges=((0, 2), (1, 1)))


def in_a_circle() -> Run:
    run = Run()
    one, other = run.process("A"), run.process("B")
    first, second = run.resource("first"), run.resource("second")
    run.row(1, one, layout.ACQUIRED, first)
    run.row(2, other, layout.ACQUIRED, second)
    run.waits(3, one, second, layout.OP_ACQUIRE)
    run.waits(3, other, first, layout.OP_ACQUIRE)
    run.process("late", began=1003)
    return run


# --- Waits --------------------------------------------------------------------------------------------


def test_many_who_wait_for_one_lock_are_one_line_below_who_holds_it() -> None:
    lines = drawn(waits.draw, moment(waiting(5).history())).splitlines()
    assert lines == [
        " A  runs, pool.py:14",
        " ├─ w0 ─ gate  1.0 s  pool.py:14",
        " │  ╰─ main ─ join  1.0 s  pool.py:14",
        " ╰─ 4 wait for gate  held for 1.0 s  pool.py:14",
        "    w1, w2, w3, w4",
    ]


def test_who_waits_alone_is_one_line_with_line_of_source_and_duration() -> None:
    run = Run()
    one, items = run.process("one"), run.resource("items", "queue")
    run.waits(10, one, items, layout.OP_GET, site=run.site("/x/work.py", 9, "f"))
    run.process("late", began=60)
    assert drawn(waits.draw, moment(run.history())) == " one ─ get items  50 ms  work.py:9"


def test_a_circle_is_red_only_when_a_finding_says_that_it_stays() -> None:
    history = in_a_circle().history()
    for shown, found in ((moment(history), False), (moment(history, deadlock()), True)):
        assert [ring.found for ring in graph_of(shown).rings] == [found]
        strips = waits.draw(shown, WIDE, 30, PALETTE)
        assert " ╭─▶ A ─ second ─▶ B ─ first ─╮" in text(strips)
        assert "A ─ second ─▶ B  1.0 s" in text(strips)
        colour = PALETTE.bad if found else PALETTE.warning
        assert {segment.style.color.name for segment in strips[1] if segment.text.strip()} == {colour.lower()}  # type: ignore[union-attr]


def test_a_chain_longer_than_the_panel_is_wide_loses_nobody() -> None:
    run = Run()
    for i in range(60):
        run.process(f"p{i}")
    for i in range(59):
        run.row(10, i, layout.JOINING, value=100 + i + 1)
    names = {word for word in drawn(waits.draw, moment(run.history()), width=40, height=99).split() if word[0] == "p"}
    assert names == {f"p{i}" for i in range(60)}


def test_names_of_the_drawing_lead_to_what_they_name() -> None:
    strips = waits.draw(moment(waiting(5).history()), WIDE, 30, PALETTE)
    assert link_at(strips[0], 1) == Target("process", 1)
    assert [link.target for link in links(strips[1])] == [Target("process", 2), Target("resource", 1)]
    assert link_at(strips[0], 10) is None


# --- Tables -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [30, 44, 60, 90, 160, 200])
def test_the_more_room_the_more_columns(width: int) -> None:
    shown = moment(waiting(5).history())
    titles = drawn(processes.draw, shown, width).splitlines()[0].split()
    known = ["NAME", "STATE", "FOR", "PID", "CPU", "RSS", "THR"]
    assert titles[:-2] == known[: len(titles) - 2]
    assert len(titles) == {30: 4, 44: 5, 60: 8, 90: 9, 160: 9, 200: 9}[width]


def test_a_name_has_what_the_waits_leave_over() -> None:
    run = Run()
    worker, jobs = run.process("ForkPoolWorker-1"), run.resource("jobs", "queue")
    run.waits(5, worker, jobs, layout.OP_GET)
    titles, first = drawn(processes.draw, moment(run.history()), 60).splitlines()[:2]
    assert titles.split()[-5:] == ["STATE", "FOR", "PID", "WAITS", "FOR"]
    assert first.startswith("▌ForkPoolWorker-1 waiting")


def test_a_child_that_is_joined_at_once_moves_no_column_of_a_narrow_table() -> None:
    run = Run()
    main, child = run.process("main"), run.process("child")
    before = drawn(processes.draw, moment(run.history()), 60).splitlines()[0]
    run.row(5, child, layout.EXITING)
    run.row(6, child, layout.ZOMBIE)
    run.ended(30, child, 0)
    run.row(40, main, layout.SLEEPING)
    assert drawn(processes.draw, moment(run.history()), 60).splitlines()[0] == before


def test_the_tree_has_lines_and_a_sign_at_its_column() -> None:
    lines = drawn(processes.draw, moment(waiting(1).history(), order="tree")).splitlines()
    assert lines[0].startswith(" TREE▾")
    assert lines[2].startswith(" ╰─ A ")
    assert tree_signs([0, 1, 2, 1, 2, 0]) == ["", "├─ ", "│  ╰─ ", "╰─ ", "   ╰─ ", ""]


def test_who_is_stuck_has_a_sign() -> None:
    history = in_a_circle().history()
    lines = drawn(processes.draw, moment(history, deadlock())).splitlines()
    assert lines[1].split()[1:3] == ["✗", "waiting"]
    assert "✗" not in drawn(processes.draw, moment(history))


def test_what_the_stuck_wait_for_is_told_in_full_rather_than_figures() -> None:
    run = Run()
    one, two = run.process("philosopher-1"), run.process("philosopher-2")
    forks = run.resource("forks[0]"), run.resource("forks[1]")
    for t, process, mine in ((5, one, forks[0]), (6, two, forks[1])):
        run.row(t, process, layout.ACQUIRED, mine)
    for t, process, wanted in ((10, one, forks[1]), (11, two, forks[0])):
        run.waits(t, process, wanted, layout.OP_ACQUIRE)
    history = run.history()
    titles, first = drawn(processes.draw, moment(history, deadlock()), 60).splitlines()[:2]
    assert titles.split() == ["NAME", "STATE", "FOR", "WAITS", "FOR"]
    assert first.endswith("  forks[1] ◂ philosopher-2")
    assert "PID" in drawn(processes.draw, moment(history), 60)


def test_an_exit_that_tells_of_a_failure_stands_out() -> None:
    run = Run()
    for process, code in ((run.process("well"), 0), (run.process("ill"), 3)):
        run.ended(9 + code, process, code)
    well, ill = processes.draw(moment(run.history()), WIDE, 9, PALETTE)[1:]
    for strip, colour in ((well, PALETTE.muted), (ill, PALETTE.bad)):
        [told] = [segment for segment in strip if segment.text.startswith("exit ")]
        assert told.style is not None
        assert told.style.color is not None
        assert told.style.color.name == colour.lower()


def test_zombies_and_orphans_are_told_in_words() -> None:
    run = Run()
    parent, child = run.process("parent"), run.process("child")
    run.row(1, parent, layout.STARTED, value=100 + child)
    run.row(5, parent, layout.ZOMBIE, value=-9)
    lines = drawn(processes.draw, moment(run.history())).splitlines()
    assert lines[1].startswith("▌parent zombie SIGKILL")
    assert lines[2].startswith(" child  orphan running")
    run.ended(9, child, 0)
    assert not processes.orphans(moment(run.history()))
    assert len({drawn(processes.draw, moment(run.history())).splitlines()[0], lines[0]}) == 1, "no column has moved"


def test_nice_and_cores_have_columns_when_they_tell_something() -> None:
    run = waiting(1)
    assert "NI" not in drawn(processes.draw, moment(run.history())).splitlines()[0].split()
    run.row(1040, 1, layout.SAMPLE_NICE, value=5)
    run.row(1040, 1, layout.SAMPLE_AFFINITY, value=0b101110)
    lines = drawn(processes.draw, moment(run.history()), 120).splitlines()
    assert lines[0].split()[7:9] == ["NI", "CORES"]
    assert lines[2].split()[-2:] == ["5", "1-3,5"]


def test_the_rows_on_screen_move_only_as_far_as_they_must() -> None:
    assert table.showing(0, 5, 20, 10) == 0
    assert table.showing(0, 10, 20, 10) == 1
    assert table.showing(8, 3, 20, 10) == 3
    assert table.visible(15, 20, 10) == 10
    assert table.visible(3, 4, 10) == 0


def test_resources_tell_who_has_them_and_how_much_they_are_fought_for() -> None:
    run = waiting(3)
    run.resource("idle", "event")
    lines = drawn(resources.draw, moment(run.history())).splitlines()
    assert lines[0].split()[:7] == ["NAME", "HELD", "BY", "WAIT▾", "KIND", "CONT", "TAKEN"]
    assert lines[1].split() == ["gate", "A", "3", "lock", "100%", "1", "1.0", "s", "1.0", "s"]
    by_name = drawn(resources.draw, moment(run.history(), resource_order="name")).splitlines()
    assert by_name[2].startswith(" idle")


def test_longest_holds_and_waits_stay_known_when_they_are_over() -> None:
    run = waiting(1)
    gate = 1
    run.row(2000, 1, layout.RELEASING, gate)
    run.row(2001, 2, layout.ACQUIRED, gate)
    run.row(2002, 2, layout.RELEASING, gate)
    known = run.history().resources[gate]
    assert (known.longest_hold, known.longest_wait) == (1990 * MS, 1981 * MS)


# --- Details ------------------------------------------------------------------------------------------


def details_of(run: Run, selected: int) -> str:
    return text(details.draw(moment(run.history(), selected=selected), WIDE, PALETTE))


def test_a_stack_stands_first_and_each_call_on_one_line() -> None:
    run = Run()
    main = run.process("main")
    run.row(5, main, layout.SLEEPING)
    calls = ("work  somewhere/far/away/from/here.py:29", "poll_schedule_timeout")
    taken = details.Taken(5 * MS, Backtrace("Python", (("main thread", calls),)))
    lines = text(details.draw(moment(run.history()), 40, PALETTE, taken)).splitlines()
    told = [line.strip() for line in lines]
    assert told[1:5] == ["stack     at 00:00.005, told by Python", "main thread", "work  here.py:29", calls[1]]
    assert any(line.startswith("is ") for line in told[5:])


def test_the_program_s_own_calls_stand_out_in_a_stack() -> None:
    run = Run()
    run.row(5, run.process("main"), layout.SLEEPING, site=run.site("/x/work.py", 29, "work"))
    calls = ("work  x/work.py:29", "start  multiprocessing/process.py:121")
    taken = details.Taken(5 * MS, Backtrace("Python", (("main thread", calls),)))
    strips = details.draw(moment(run.history()), WIDE, PALETTE, taken)
    colours = {segment.text.strip(): segment.style for strip in strips for segment in strip if segment.style}
    for call, colour in (("work", PALETTE.text), ("start", PALETTE.muted)):
        told = colours[call].color
        assert told is not None
        assert told.name == colour.lower()


def test_who_can_end_the_wait_for_what_was_put_and_threads_of_the_kernel_s_telling_have_no_number() -> None:
    run = Run()
    child, jobs = run.process("child"), run.resource("jobs", "queue")
    run.waits(5, child, jobs, layout.OP_FLUSH)
    run.row(6, child, layout.BLOCKED, jobs, value=layout.OP_SEND, thread=layout.THREAD_MASK + 1)
    said = details_of(run, child)
    assert " to end by whoever takes out what it has put" in said
    assert " threads   a thread  waits for  send  jobs" in said


def test_a_lock_whose_holder_is_dead_says_so_in_its_line_and_in_its_details() -> None:
    run = Run()
    gate = run.resource("gate")
    run.row(5, run.process("auditor"), layout.ACQUIRED, gate)
    run.ended(9, 0, -9)
    shown = moment(run.history(), resource=gate)
    assert "✗ auditor" in drawn(resources.draw, shown)
    assert "auditor  which is dead (SIGKILL)" in text(resource.draw(shown, WIDE, PALETTE))
    assert "✗" not in drawn(resources.draw, moment(waiting(1).history()))


def test_details_tell_who_started_it_what_it_holds_and_who_wants_that() -> None:
    said = details_of(waiting(3), 1)
    assert " started   by  main  pool.py:14  at 00:00.000" in said
    assert " holds     gate  for 1.0 s  taken at pool.py:14  3 wait for it" in said
    assert "50% CPU" in said


def test_details_follow_the_chain_to_who_could_end_the_wait() -> None:
    said = details_of(waiting(3), 0)
    assert " waits for w0  to end  for 1.0 s  pool.py:14" in said
    assert " to end by w0  waits for  gate" in said
    assert "           A  has it since 00:00.010, pool.py:14" in said


def test_details_say_that_nobody_can_end_a_circle() -> None:
    assert "which is a circle: nobody can" in details_of(in_a_circle(), 0)


def test_details_say_how_it_ended_and_who_did_it() -> None:
    run = waiting(1)
    run.row(1100, 1, layout.ACTION, value=run.text("kill A"))
    run.ended(1200, 1, -9)
    said = details_of(run, 1)
    assert " ended     SIGKILL  at 00:01.200  by you" in said
    assert "holds" not in said


def test_details_tell_the_longest_waits_first() -> None:
    run = Run()
    one, lock, other = run.process("one"), run.resource("gate"), run.resource("door")
    for at, length, what in ((10, 5, lock), (20, 500, other)):
        run.waits(at, one, what, layout.OP_ACQUIRE)
        run.row(at + length, one, layout.ACQUIRED, what)
    said = details_of(run, one)
    assert said.index("500 ms  door") < said.index("5 ms  gate")
    assert "runs 3% 15 ms" in said


def test_details_of_a_resource_have_a_lane_for_whoever_held_it() -> None:
    run = waiting(3)
    said = text(resource.draw(moment(run.history(), resource=1), WIDE, PALETTE))
    assert " gate  lock" in said
    assert " held by   A  for 1.0 s  taken at pool.py:14" in said
    assert " waited by w0  for 1.0 s  acquire pool.py:14" in said
    lanes = {line.split()[0]: line for line in said.splitlines() if "██" in line or "━━" in line}
    assert lanes.keys() == {"A", "w0", "w1", "w2"}


def test_details_of_a_value_tell_who_changed_it() -> None:
    run = Run()
    one, other, total = run.process("one"), run.process("other"), run.resource("total", "value")
    run.row(1, one, layout.CREATED, total, value=5)
    run.row(20, other, layout.WROTE, total, value=7)
    run.row(30, one, layout.WROTE, total, value=8)
    said = text(resource.draw(moment(run.history(), resource=total), WIDE, PALETTE))
    assert " value     8  since 00:00.030, by  one" in said
    assert " used by   one  other" in said
    before = text(resource.draw(moment(run.history(), resource=total, at=25 * MS), WIDE, PALETTE))
    assert " value     7  since 00:00.020, by  other" in before


# --- Whatever happens -----------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(runs())
def test_no_run_makes_a_drawing_fail_and_widths_are_exact(run: Run) -> None:
    history = run.history()
    for width in (12, 44, 150):
        for at in (history.until // 2, history.until):
            for order in ("start", "tree"):
                shown = moment(history, at=at, order=order, selected=len(history.processes) - 1)
                strips = waits.draw(shown, width, 9, PALETTE) + processes.draw(shown, width, 9, PALETTE)
                strips += details.draw(shown, width, PALETTE) + resources.draw(shown, width, 9, PALETTE)
                for number in history.resources:
                    strips += resource.draw(moment(history, at=at, resource=number), width, PALETTE)
                assert {strip.cell_length for strip in strips} == {width}
