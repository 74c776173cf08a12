"""Which recordings there are, and which are old enough to go."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import given

from playground.recording import (
    Entry,
    Library,
    Limits,
    Notes,
    RecordingError,
    Writer,
    change_notes,
    delete,
    directory,
    new_path,
    newest,
    prune,
)
from playground.recording.entry import read_entry
from playground.recording.notes import notes_path
from tests.unit.hostile import TEXTS, is_dangerous, texts
from tests.unit.recordings import HEADER, PROCESS, write_lines
from tests.unit.rows import INFO

SUFFIX = ".mpr.jsonl"
SUMMARY = {"outcome": "finished", "duration_s": 1.25, "verdict": "lost 1 of 2"}


@pytest.fixture
def folder() -> Path:
    """The user's recordings, in this test's own place."""
    directory().mkdir(parents=True)
    return directory()


def put(folder: Path, name: str, age_s: int = 0, size: int = 0, summary: object = None) -> Path:
    """A recording that was last written so long before the others."""
    path = write_lines(folder / f"{name}{SUFFIX}", [HEADER], [{"summary": summary or SUMMARY}])
    with path.open("ab") as file:
        file.truncate(max(size, path.stat().st_size))
    os.utime(path, (1_000_000 - age_s, 1_000_000 - age_s))
    return path


def names(paths: list[Path]) -> list[str]:
    return [path.name.removesuffix(SUFFIX) for path in paths]


def listing() -> list[Entry]:
    return list(Library().entries())


def listed() -> list[str]:
    return names([entry.path for entry in listing()])


def test_without_recordings_there_is_nothing() -> None:
    assert (listing(), newest(), prune(Limits())) == ([], None, [])
    assert not directory().exists()


def test_the_newest_come_first(folder: Path) -> None:
    for name, age_s in (("b", 20), ("c", 10), ("a", 30)):
        put(folder, name, age_s)
    (folder / "notes.txt").write_text("mine")
    assert listed() == ["c", "b", "a"]
    assert newest() == folder / f"c{SUFFIX}"


def test_an_entry_says_what_the_run_was(folder: Path) -> None:
    path = put(folder, "a")
    (entry,) = listing()
    assert (entry.path, entry.size, entry.problem) == (path, path.stat().st_size, "")
    assert (entry.scenario, entry.outcome, entry.duration_s) == ("topic/name", "finished", 1.25)
    assert entry.verdict == "lost 1 of 2"


def test_a_run_that_did_not_end_is_listed_too(folder: Path) -> None:
    write_lines(folder / f"a{SUFFIX}", [HEADER])
    (entry,) = listing()
    assert (entry.scenario, entry.outcome, entry.verdict, entry.problem) == ("topic/name", "not ended", "", "")


@pytest.mark.parametrize("name", TEXTS.values(), ids=TEXTS)
def test_what_is_listed_is_safe_to_show(folder: Path, name: str) -> None:
    info = {**HEADER["info"], "scenario": name, "started_at": name}
    write_lines(folder / f"a{SUFFIX}", [{**HEADER, "info": info}], [{"summary": {"outcome": name, "verdict": name}}])
    (entry,) = listing()
    shown = entry.scenario + entry.started_at + entry.outcome + entry.verdict + entry.problem
    assert not any(map(is_dangerous, shown))
    assert len(shown) <= 500


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"\n", b"hello", bytes(range(256)), b"[]\n", b"5\n", b"null\n", b"{}\n"),
        *(b'{"info":5}\n', b'{"info":{}}\n', b'{"mpr":[1,0],"info":{"title":"a"}}\n'),
        b'{"mpr":[1,0],"info":{"scenario":"a"}}\n{"summary":5}\n',
        b'{"mpr":[1,0],"info":{"scenario":"a"}}\n{"summary":{"duration_s":"long"}}\n',
        b'{"mpr":[1,0],"info":{"scenario":"a"}}\n{"summary":{"duration_s":[1]}}\n',
        b'{"mpr":[1,0],"info":{"scenario":"\xff"}}\n',
    ],
)
def test_garbage_is_listed_as_such(folder: Path, content: bytes) -> None:
    put(folder, "good", age_s=10)
    (folder / f"bad{SUFFIX}").write_bytes(content)
    bad, good = listing()
    assert newest() == good.path
    assert (bad.path.name, bad.problem) == (f"bad{SUFFIX}", "not readable as a recording")
    assert (good.scenario, good.problem) == ("topic/name", "")


def test_directories_and_links_to_nowhere_are_no_recordings(folder: Path) -> None:
    put(folder, "good")
    (folder / f"folder{SUFFIX}").mkdir()
    (folder / f"link{SUFFIX}").symlink_to(folder / "nowhere")
    assert listed() == ["good"]
    assert prune(Limits(days=1)) == [folder / f"good{SUFFIX}"]
    assert len(list(folder.iterdir())) == 2


def put_today(folder: Path, name: str, age_days: float = 0, size: int = 0) -> Path:
    path = put(folder, name, size=size)
    at = time.time() - age_days * 86_400
    os.utime(path, (at, at))
    return path


def test_prune_deletes_what_is_too_old(folder: Path) -> None:
    for name, age_days in (("b", 3), ("c", 1), ("a", 10)):
        put_today(folder, name, age_days)
    (folder / "notes.txt").write_text("mine")
    assert prune(Limits(days=0)) == []
    assert names(prune(Limits(days=5))) == ["a"]
    assert listed() == ["c", "b"]
    assert prune(Limits(days=5)) == []
    assert (folder / "notes.txt").exists()


def test_prune_deletes_the_oldest_beyond_a_size(folder: Path) -> None:
    kib = 1 / 1024
    for name, age_days, size in (("a", 1, 4_096), ("b", 2, 4_096), ("c", 3, 4_096), ("d", 4, 1_024)):
        put_today(folder, name, age_days, size)
    assert prune(Limits(mib=13 * kib)) == []
    assert prune(Limits(mib=0)) == []
    assert names(prune(Limits(mib=9 * kib))) == ["c", "d"]
    assert names(prune(Limits(mib=0.1 * kib))) == ["b"], "the newest stays, however large"
    assert listed() == ["a"]


def test_what_is_kept_is_never_pruned_and_takes_no_room_from_others(folder: Path) -> None:
    kept, marked, noted, titled, plain = (put_today(folder, name, 10, 4_096) for name in "kmntp")
    change_notes(kept, lambda _: Notes(keep=True))
    change_notes(marked, lambda notes: notes.with_bookmark(5))
    notes_path(noted).write_text("{damaged")
    change_notes(titled, lambda notes: notes.titled("a title alone does not keep it"))
    put_today(folder, "new", 0, 4_096)
    assert prune(Limits(mib=12.5 / 1024)) == []
    assert sorted(prune(Limits(days=1))) == [plain, titled]
    assert sorted(listed()) == ["k", "m", "n", "new"]
    assert not notes_path(titled).exists()


def test_prune_leaves_alone_what_is_no_recording_of_ours_or_is_being_written(folder: Path) -> None:
    newer = write_lines(folder / f"newer{SUFFIX}", [{**HEADER, "mpr": [2, 0]}])
    foreign = folder / f"foreign{SUFFIX}"
    foreign.write_text("somebody else's")
    writer = Writer(folder / f"running{SUFFIX}", INFO)
    for path in (newer, foreign, writer.path):
        os.utime(path, (1, 1))
    assert prune(Limits(days=1)) == []
    entries = {entry.path: entry for entry in listing()}
    assert entries[newer].problem == "format version 2; this playground reads 1: update it"
    assert entries[writer.path].outcome == "running"
    with pytest.raises(RecordingError, match="is being written"):
        delete(writer.path)
    writer.close()
    assert prune(Limits(days=1)) == [writer.path]


def test_a_recording_is_deleted_with_its_notes(folder: Path) -> None:
    path = put(folder, "a")
    change_notes(path, lambda notes: notes.titled("mine"))
    delete(path)
    assert list(folder.iterdir()) == []
    delete(path)


def test_what_was_read_is_read_again_only_when_it_has_changed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = put(folder, "a"), put(folder, "b", age_s=5)
    read: list[Path] = []

    def reading(path: Path) -> Entry:
        read.append(path)
        return read_entry(path)

    monkeypatch.setattr("playground.recording.library.read_entry", reading)
    library = Library()
    for _ in range(2):
        assert [entry.path for entry in library.entries()] == [first, second]
    assert (read, library.count) == ([first, second], 2)
    change_notes(second, lambda notes: notes.titled("mine"))
    assert [entry.notes.title for entry in library.entries()] == ["", "mine"]
    assert read == [first, second, second]


def test_a_run_that_was_cut_off_lasted_up_to_its_last_checkpoint(folder: Path) -> None:
    write_lines(folder / f"a{SUFFIX}", [HEADER], ["ignored"], until=1_500_000_000)
    (entry,) = listing()
    assert (entry.outcome, entry.duration_s) == ("not ended", 1.5)


@given(texts())
def test_a_new_file_stays_in_the_directory_whatever_the_scenario_is_called(scenario: str) -> None:
    path = new_path(scenario)
    assert path.parent == directory()
    assert path.name.isascii()
    assert not any(map(is_dangerous, path.name))
    assert path.name.endswith(SUFFIX)
    assert len(path.name) <= 120


def test_new_files_have_different_names() -> None:
    assert len({new_path("topic/name") for _ in range(4)}) > 1
    assert new_path("Topic/Na me").name.split("-", 1)[1].startswith("topic-na-me-")


def test_a_header_need_not_stand_alone(folder: Path) -> None:
    """Ours does; another program may write more before the first checkpoint."""
    write_lines(folder / f"a{SUFFIX}", [HEADER, PROCESS, [5, 0, 1, 1, 0, 0, 99]], [{"summary": SUMMARY}])
    write_lines(folder / f"b{SUFFIX}", [HEADER, PROCESS])
    data = (folder / f"b{SUFFIX}").read_bytes()
    (folder / f"b{SUFFIX}").write_bytes(data.replace(b'"A"', b'"B"'))
    told = {entry.path.name: (entry.scenario, entry.outcome, entry.problem) for entry in listing()}
    assert told[f"a{SUFFIX}"] == ("topic/name", "finished", "")
    assert told[f"b{SUFFIX}"][2] == "not readable as a recording"
