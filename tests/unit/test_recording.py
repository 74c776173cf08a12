"""What is written is read back, safe to show; a full disk ends a recording, not the run."""

import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import astuple, replace

from playground.history import (
    Batch,
    Definition,
    ProcessDefinition,
    ResourceDefinition,
    RunInfo,
    SiteDefinition,
    TextDefinition,
    ThreadDefinition,
)
from playground.recording import RecordingError, Writer, open_recording
from playground.text import clean, clean_lines
from tests.unit.hostile import TEXTS, is_dangerous, texts
from tests.unit.recordings import HEADER, PROCESS, flat, rows_of, write, write_lines
from tests.unit.rows import INFO, MS, Run

INTEGERS = st.integers(-(1 << 63), (1 << 63) - 1)
NUMBERS = st.integers(0, (1 << 31) - 1)
NAMES = texts(20).map(clean)


# --- There and back ---------------------------------------------------------------------------------


def _definitions(processes: int) -> st.SearchStrategy[list[Definition]]:
    index = st.integers(0, processes - 1)
    role, method = st.sampled_from(["main", "child", "worker"]), st.sampled_from(["", "fork", "spawn"])
    process = st.builds(ProcessDefinition, index, INTEGERS, INTEGERS, INTEGERS, NAMES, method, st.booleans(), role)
    thread = st.builds(ThreadDefinition, index, INTEGERS, NAMES, INTEGERS)
    kind, code = st.sampled_from(["lock", "queue"]), st.sampled_from(["", "i", "d", "c"])
    thing = st.builds(ResourceDefinition, INTEGERS, kind, NAMES, INTEGERS, INTEGERS, INTEGERS, code)
    site = st.builds(SiteDefinition, INTEGERS, NAMES, INTEGERS, NAMES)
    text = st.builds(TextDefinition, INTEGERS, texts(40).map(clean_lines))
    return st.lists(st.one_of(process, thread, thing, site, text), max_size=6)


@st.composite
def batches(draw: st.DrawFn) -> list[Batch]:
    """Batches of any definitions and rows, the processes first and the times in order."""
    processes = draw(st.integers(1, 3))
    first: list[Definition] = [
        ProcessDefinition(i, 100 + i, 7, 99, f"p{i}", "fork", False, "child") for i in range(processes)
    ]
    made, t = [Batch([*first])], 0
    for _ in range(draw(st.integers(0, 3))):
        batch = Batch(draw(_definitions(processes)))
        for gap, process, rest in draw(
            st.lists(
                st.tuples(st.integers(0, 1 << 40), st.integers(0, processes - 1), st.tuples(*[NUMBERS] * 4, INTEGERS)),
                max_size=5,
            )
        ):
            t += gap
            batch.add((t, process, *rest))
        batch.until = t
        made.append(batch)
    return made


@given(
    batches(),
    st.builds(
        replace,
        st.just(INFO),
        scenario=NAMES,
        title=NAMES,
        argv=st.lists(NAMES, max_size=3).map(tuple),
        parameters=st.dictionaries(NAMES, st.integers(-9, 9) | st.booleans() | NAMES, max_size=3),
        source=texts(40).map(clean_lines),
        expected=st.dictionaries(NAMES, st.floats(-1e9, 1e9), max_size=2),
        limits=st.dictionaries(NAMES, st.integers(0, 99), max_size=2),
        allow_spawn=st.booleans(),
    ),
    st.none() | st.dictionaries(NAMES, st.integers(-9, 9) | NAMES | st.none(), max_size=3),
)
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, made: list[Batch], info: RunInfo, summary: dict[str, Any] | None
) -> None:
    path = tmp_path_factory.getbasetemp() / "there-and-back.mpr.jsonl"
    assert write(path, made, summary, info).failed is None
    opened = open_recording(path)
    assert (opened.info, opened.summary, opened.notices) == (info, summary, [])
    assert flat([opened.batch]) == flat(made)
    written = [batch for batch in made if batch.definitions or len(batch)]
    assert opened.batch.until == written[-1].until


def test_a_recording_may_go_on_after_its_last_row(tmp_path: Path) -> None:
    run = Run()
    run.process("A")
    batch = run.batch()
    batch.until = 70 * MS
    write(tmp_path / "a.mpr.jsonl", [batch, Batch()])
    assert open_recording(tmp_path / "a.mpr.jsonl").batch.until == 70 * MS


# --- Other versions, other files ----------------------------------------------------------------------


@pytest.mark.parametrize("version", [[2, 0], [0, 9], [10**30, 1]])
def test_another_major_version_is_refused_in_one_line(version: list[int], tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.mpr.jsonl", [{**HEADER, "mpr": version, "more": []}], [["Z"]])
    with pytest.raises(RecordingError) as caught:
        open_recording(path)
    assert str(caught.value) == f"{path} has format version {version[0]}; this playground reads 1: update it"
    assert caught.value.exit_code == 2


def test_what_a_newer_minor_version_adds_is_ignored_or_kept(tmp_path: Path) -> None:
    header = {"mpr": [1, 9], "info": {**HEADER["info"], "mood": "good"}, "more": 1}
    rows = [[5, 0, 1, 250, 0, 0, 7], [6, 0, 1, 99, 3, 4, -1]]
    path = write_lines(tmp_path / "a.mpr.jsonl", [header], [PROCESS, ["X", 1, {"a": []}], {"extra": 1}, *rows])
    opened = open_recording(path)
    assert (opened.info, opened.notices) == (INFO, [])
    assert rows_of(opened.batch) == [tuple(row) for row in rows]


@pytest.mark.parametrize("content", [b"", b"\n", b"hello\n", b"{}\n", b"\x00" * 99, b'{"mpr":[1,0],"info":{}}\n'])
def test_other_files_are_refused_in_one_line(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(content)
    for path, said in (
        (tmp_path / "a.txt", f"{tmp_path}/a.txt is not a recording; see `mp-playground recordings`"),
        (tmp_path, f"{tmp_path} is a directory; name a recording in it"),
        (tmp_path / "b", f"cannot read {tmp_path}/b: No such file or directory; see `mp-playground recordings`"),
    ):
        with pytest.raises(RecordingError) as caught:
            open_recording(path)
        assert str(caught.value) == said


# --- Hostile content ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TEXTS.values(), ids=TEXTS)
def test_names_come_out_clean(name: str, tmp_path: Path) -> None:
    lines = [
        ["P", 0, 100, 7, 99, name, name, False, name],
        ["T", 0, 1, name, 5],
        ["R", 1, name, name, 0, 0, 1, name],
        ["S", 1, name, 3, name],
        ["N", 1, name],
    ]
    opened = open_recording(write_lines(tmp_path / "a.mpr.jsonl", [HEADER], lines))
    shown = [text for each in opened.batch.definitions for text in astuple(each) if isinstance(text, str)]
    broken = name == TEXTS["surrogates"]  # JSON that is no text: the file is damaged from there on
    assert (len(shown), bool(opened.notices)) == ((0, True) if broken else (10, False))
    assert not any(is_dangerous(c) for text in shown[:-1] for c in text)
    assert not any(is_dangerous(c) for text in shown[-1:] for c in text if c not in "\n\t")
    assert max(map(len, shown), default=0) <= 20_000


def test_times_never_go_backwards(tmp_path: Path) -> None:
    rows = [[t, 0, 1, 106, 0, 0, 0] for t in (-5, 10, 4, 20, 19)]
    opened = open_recording(write_lines(tmp_path / "a.mpr.jsonl", [HEADER], [PROCESS, *rows]))
    assert (list(opened.batch.time), opened.batch.until) == ([0, 10, 10, 20, 20], 20)


# --- The file -----------------------------------------------------------------------------------------


def test_files_are_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "recordings" / "a.mpr.jsonl"
    before = os.umask(0)
    try:
        write(path, [])
    finally:
        os.umask(before)
    assert [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent)] == [0o600, 0o700]


@contextmanager
def disk_of(size: int) -> Iterator[None]:
    """Let no file grow beyond a size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_ends_the_recording_at_its_last_checkpoint(tmp_path: Path) -> None:
    run = Run()
    a = run.process("A")
    for t in range(12):
        run.row(t, a, 106, value=run.text(f"line {t}"))
    pieces, path = run.cut(range(3, 14, 3)), tmp_path / "a.mpr.jsonl"
    write(path, [])
    header = path.stat().st_size
    write(path, pieces, {})
    whole = path.stat().st_size
    shown = set()
    for size in range(header, whole, 5):
        path.unlink()
        with disk_of(size):
            writer = write(path, pieces, {})
        why = f"recording ended: File too large; {path} holds what came before; make room, or choose another place"
        assert writer.failed == f"{why} by --record"
        opened = open_recording(path)
        assert path.stat().st_size == size
        assert rows_of(opened.batch) == run.rows[: len(opened.batch)]
        shown.add(len(opened.batch))
    assert shown == {0, 3, 6, 9, 12, 13}


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
def test_a_disk_that_is_full_from_the_start() -> None:
    writer = write(Path("/dev/full"), [Run().batch()], {})
    assert not writer.begun
    assert writer.failed is not None
    assert writer.failed.startswith("cannot write /dev/full: No space left on device; make room, or")
    assert Path("/dev/full").exists()


def test_a_recording_of_which_nothing_could_be_written_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "a.mpr.jsonl"
    with disk_of(100):
        writer = write(path, [Run().batch()], {})
    assert (writer.begun, path.exists()) == (False, False)


def test_a_recording_that_is_deleted_while_it_is_written_hinders_nobody(tmp_path: Path) -> None:
    path = tmp_path / "a.mpr.jsonl"
    writer = Writer(path, INFO)
    path.unlink()
    writer.append(Run().batch())
    writer.finish({})
    assert writer.failed is None
    assert not path.exists()


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path, tmp_path / "file" / "a.mpr.jsonl"):
        writer = write(path, [Run().batch()], {})
        assert writer.failed is not None
        assert writer.failed.startswith(f"cannot write {path}: ")
