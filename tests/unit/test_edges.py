"""Cases at the edges: rows, files and moments in which the obvious code goes wrong."""

import json
import re
import struct
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from playground.findings import Findings
from playground.history import Batch, TextDefinition
from playground.probe import layout
from playground.recording import Library, RecordingError, Writer, directory, open_recording
from playground.replay import Replay
from playground.scenario import BadParameter, Parameter
from playground.summary import summarise
from playground.text import clean
from tests.unit.clock import Clock
from tests.unit.hostile import TEXTS, is_dangerous
from tests.unit.made_runs import replayed_run
from tests.unit.recordings import HEADER, PROCESS, write, write_lines
from tests.unit.rows import INFO, MS, Run, holding_at
from tests.unit.test_lost_update import after


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ('bad\nFile "foo" is missing', "A ended by ValueError: bad (a.py:12)"),
        ("first\nsecond", "A ended by ValueError: first (a.py:12)"),
    ],
)
def test_a_message_of_several_lines_is_no_traceback(message: str, text: str) -> None:
    run = Run()
    trace = f'Traceback (most recent call last):\n  File "/x/a.py", line 12, in f\n    boom()\nValueError: {message}\n'
    run.row(10, run.process("A"), layout.RAISED, value=run.text(trace))
    assert [each.text for each in run.findings()] == [text]


def test_a_second_release_that_fails_gives_no_hold_back() -> None:
    run = Run()
    a, lock = run.process("A"), run.resource("gate")
    run.row(10, a, layout.ACQUIRED, lock)
    run.row(20, a, layout.RELEASING, lock)
    run.row(30, a, layout.RELEASING, lock)
    run.row(31, a, layout.RELEASE_FAILED, lock)
    history = run.history()
    assert history.resources[lock].holders() == []
    assert holding_at(history.lane(a), 40 * MS) == 0


def test_a_failed_release_of_anothers_lock_leaves_it_with_its_holder() -> None:
    run = Run()
    a, b, lock = run.process("A"), run.process("B"), run.resource("gate", "rlock")
    run.row(10, b, layout.ACQUIRED, lock)
    run.row(30, a, layout.RELEASING, lock)
    run.row(31, a, layout.RELEASE_FAILED, lock)
    history = run.history()
    assert [process for process, *_ in history.resources[lock].holders()] == [b]
    assert [holding_at(history.lane(p), 40 * MS) for p in (a, b)] == [0, 1]


def test_a_failed_release_puts_the_counter_back() -> None:
    run = Run()
    a, gate = run.process("A"), run.resource("gate", "semaphore", limit=2)
    run.row(10, a, layout.ACQUIRED, gate)
    run.row(20, a, layout.RELEASING, gate)
    run.row(21, a, layout.RELEASE_FAILED, gate)
    assert run.history().counters[0].last == 1


def test_a_store_between_a_read_and_its_write_makes_no_negative_loss() -> None:
    assert after("A? A=1 A? A=2 A? B=0 A=3")[0] == 0
    assert after("A? A=1 A? A=2 A? B=0 A=3 A? B? A=4 B=4")[0] == 1


def test_the_finding_says_what_the_counter_says() -> None:
    lost, (finding,) = after("A? B? C? A=1 B=1 C=1")
    assert f"lost {lost} of 3" in finding.text


@pytest.mark.parametrize("row", [[10, 0, 1, 20, 77, 0, 1], [10, 0, 1, 20, 0, 0, 13], [10, 0, 1, 20, 0, 0, 200]])
def test_a_wait_for_something_unknown_is_shown(row: list[int], tmp_path: Path) -> None:
    replay = Replay(write_lines(tmp_path / "a.mpr.jsonl", [HEADER], [PROCESS, row]), Clock())
    assert len(replay.history.waits_at(20)) == len(replay.history.at(20)) == 1


@pytest.mark.parametrize(("resource", "site"), [(77, 0), (0, 5)])
def test_updates_of_something_unknown_are_counted(resource: int, site: int, tmp_path: Path) -> None:
    rows = [[t, p, 1, kind, resource, site + p, 9] for t, (p, kind) in enumerate([(0, 50), (1, 50), (0, 51), (1, 51)])]
    other = ["P", 1, 101, 7, 99, "B", "fork", False, "child"]
    write_lines(tmp_path / "a.mpr.jsonl", [HEADER], [PROCESS, other, *rows])
    assert len(Replay(tmp_path / "a.mpr.jsonl", Clock()).findings.all) == 1


@pytest.mark.parametrize(
    "info", [{"argv": 5}, {"argv": None}, {"title": 5}, {"expected": [1]}, {"limits": "x"}, {"source": None}]
)
def test_a_header_of_other_types_is_refused(info: dict[str, Any], tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.mpr.jsonl", [{**HEADER, "info": {**HEADER["info"], **info}}])
    with pytest.raises(RecordingError):
        open_recording(path)


@pytest.mark.parametrize("kind", [kind for kind in TEXTS if kind != "surrogates"])
def test_a_header_comes_out_clean(kind: str, tmp_path: Path) -> None:
    name = TEXTS[kind]
    info = {
        **HEADER["info"],
        **dict.fromkeys(("scenario", "title", "source_file", "python", "platform", "started_at"), name),
    }
    info |= {"argv": [name], "parameters": {name: name}}
    shown = open_recording(write_lines(tmp_path / "a.mpr.jsonl", [{**HEADER, "info": info}])).info
    texts = [
        shown.scenario,
        shown.title,
        shown.source_file,
        shown.python,
        shown.platform,
        shown.started_at,
        *shown.argv,
    ]
    texts += [str(each) for pair in shown.parameters.items() for each in pair]
    assert len(texts) == 9
    assert not any(is_dangerous(c) for text in texts for c in text)


def test_what_is_no_text_can_be_written(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.mpr.jsonl", replace(INFO, scenario="caf\udce9.py", argv=("python", "caf\udce9.py")))
    writer.append(Batch([TextDefinition(1, "\ud800")]))
    writer.finish({"scenario": "caf\udce9.py"})
    assert writer.failed is None
    assert len(open_recording(tmp_path / "a.mpr.jsonl").batch.definitions) == 1


@pytest.mark.parametrize(
    "tail",
    [b"[" * 100_000, b'{"a":' * 3_000, b'{"summary":{"duration_s":1' + b"0" * 400 + b"}}"],
    ids=["list", "object", "number"],
)
@pytest.mark.parametrize("head", [b"", b'{"mpr":[1,0],"info":{"scenario":"a"}}\n'], ids=["first", "last"])
def test_no_file_breaks_the_list(head: bytes, tail: bytes) -> None:
    directory().mkdir(parents=True)
    (directory() / "a.mpr.jsonl").write_bytes(head + tail + b"\n")
    assert len(list(Library().entries())) == 1


def test_a_checkpoint_confirms_its_own_figures(tmp_path: Path) -> None:
    path = tmp_path / "a.mpr.jsonl"
    write(path, [replayed_run().batch()])
    data = path.read_bytes()
    at = data.rindex(b",4000000000,")  # the instant up to which the run is known, in the last checkpoint
    path.write_bytes(data[:at] + b",9000000000," + data[at + 12 :])
    assert open_recording(path).notices


@pytest.mark.parametrize("number", ["inf", "nan"])
def test_a_value_that_is_no_number_is_null(number: str) -> None:
    run = Run()
    a, best = run.process("A"), run.resource("best", "value", typecode="d")
    run.row(1, a, layout.CREATED, best, value=struct.unpack("=q", struct.pack("=d", float(number)))[0])
    history = run.history()
    told = summarise(history, Findings(history))
    assert json.loads(json.dumps(told, allow_nan=False)) == told


def test_one_known_by_sight_counts_until_it_speaks() -> None:
    run = Run()
    a, queue = run.process("A"), run.resource("queue", "queue")
    run.waits(10, a, queue, layout.OP_GET)
    stranger = run.process("", role="program", began=None)
    run.row(50, stranger, layout.SIGHTED)
    run.look(100, a)
    seen = len(run.rows)
    run.row(200, stranger, layout.BEGAN)
    run.row(300, stranger, layout.PUTTING, queue)
    run.row(301, a, layout.GOT, queue)
    assert run.findings([seen]) == run.findings()


def test_a_thread_that_comes_later_does_not_hide_what_was_found() -> None:
    run = Run()
    a, b, queue = run.process("A"), run.process("B"), run.resource("queue", "queue")
    run.waits(10, a, queue, layout.OP_GET)
    run.waits(11, b, queue, layout.OP_GET)
    run.look(100, a, b)
    seen = len(run.rows)
    run.row(300, run.process("C", began=200), layout.PUTTING, queue)
    run.row(301, a, layout.GOT, queue)
    run.thread(a, 2, "Thread-1")
    run.row(302, a, layout.SLEEPING, thread=2)
    assert len(run.findings([seen])) == 1
    assert run.findings([seen]) == run.findings()


def replay_of(tmp_path: Path, until: int) -> tuple[Replay, Clock]:
    batch = replayed_run().batch()
    batch.until = until * MS
    write(tmp_path / "a.mpr.jsonl", [batch])
    clock = Clock()
    return Replay(tmp_path / "a.mpr.jsonl", clock), clock


def test_a_step_never_goes_the_other_way(tmp_path: Path) -> None:
    replay, _ = replay_of(tmp_path, 6_000)
    replay.seek(5_000 * MS)
    replay.step(1)
    assert replay.playhead >= 5_000 * MS


def test_a_step_back_from_before_the_first_event_stays(tmp_path: Path) -> None:
    write_lines(tmp_path / "a.mpr.jsonl", [HEADER], [PROCESS, [500, 0, 1, 1, 0, 0, 0]])
    replay = Replay(tmp_path / "a.mpr.jsonl", Clock())
    replay.step(-1)
    assert replay.playhead == 0


def test_a_tick_without_time_does_not_stop_the_play(tmp_path: Path) -> None:
    replay, clock = replay_of(tmp_path, 4_000)
    replay.toggle()
    replay.tick()
    assert replay.playing
    clock.advance(100)
    replay.tick()
    assert replay.playhead == 100 * MS


def test_what_was_dropped_is_in_the_replay_too(tmp_path: Path) -> None:
    history = replayed_run().history()
    history.dropped = 7
    findings = Findings(history)
    findings.advance()
    path = tmp_path / "a.mpr.jsonl"
    live = summarise(history, findings, str(path))
    write(path, [replayed_run().batch()], live)
    assert Replay(path, Clock()).summary == live


@pytest.mark.parametrize(
    "code", [0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180E, 0x180F, 0x3164, 0xFFA0, 0xFFF0, 0x1BCA0, 0x1D173]
)
def test_what_cannot_be_seen_is_told(code: int) -> None:
    assert clean(chr(code)) != chr(code)


@pytest.mark.parametrize("text", ["9\n9", "\x1b[31m9", "\x9b31m", "x\u2028x"])
def test_an_error_is_one_clean_line(text: str) -> None:
    with pytest.raises(BadParameter) as caught:
        Parameter("count", "int", 3).parse(text)
    assert not any(map(is_dangerous, str(caught.value)))


def test_a_path_in_an_error_is_clean(tmp_path: Path) -> None:
    with pytest.raises(RecordingError) as caught:
        open_recording(tmp_path / "no\n\x1b[31m")
    assert not any(map(is_dangerous, str(caught.value)))


def test_a_file_that_was_there_becomes_private(tmp_path: Path) -> None:
    path = tmp_path / "a.mpr.jsonl"
    path.touch(0o644)
    path.chmod(0o644)
    write(path, [])
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_suspension_before_the_first_word_keeps_the_lane_in_order() -> None:
    run = Run()
    a = run.process("A", began=None)
    run.row(10, a, layout.SUSPENDED)
    run.row(20, a, layout.RESUMED)
    run.row(30, a, layout.BEGAN)
    starts = list(run.history().lane(a).starts)
    assert starts == sorted(starts)


def test_no_two_kinds_of_rows_have_one_number() -> None:
    source = Path(layout.__file__).read_text(encoding="utf-8")
    kinds_only = source.partition("_NOT_KINDS")[2].partition("NAMES = ")[0]
    kinds = re.findall(r"^[A-Z_]+ = (?:\(\n *)?(\d+)", kinds_only, re.MULTILINE)
    assert len(kinds) == len(set(kinds)) == len(layout.NAMES)
