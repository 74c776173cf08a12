"""Which recordings there are, and which are old enough to go."""

import os
from pathlib import Path

import pytest
from hypothesis import given

from playground.recording import directory, listing, new_path, newest, prune
from tests.unit.hostile import TEXTS, is_dangerous, texts
from tests.unit.recordings import HEADER, write_lines

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


def listed() -> list[str]:
    return names([entry.path for entry in listing()])


def test_without_recordings_there_is_nothing() -> None:
    assert (listing(), newest(), prune()) == ([], None, [])
    assert not directory().exists()


def test_the_newest_come_first(folder: Path) -> None:
    for name, age_s in (("b", 20), ("c", 10), ("a", 30)):
        put(folder, name, age_s)
    (folder / "notes.txt").write_text("mine")
    assert listed() == ["c", "b", "a"]
    assert names([entry.path for entry in listing(2)]) == ["c", "b"]
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
    assert (bad.path.name, bad.problem) == (f"bad{SUFFIX}", "not readable as a recording")
    assert (good.scenario, good.problem) == ("topic/name", "")


def test_directories_and_links_to_nowhere_are_no_recordings(folder: Path) -> None:
    put(folder, "good")
    (folder / f"folder{SUFFIX}").mkdir()
    (folder / f"link{SUFFIX}").symlink_to(folder / "nowhere")
    assert listed() == ["good"]
    assert prune(keep=0) == [folder / f"good{SUFFIX}"]
    assert len(list(folder.iterdir())) == 2


def test_prune_deletes_the_oldest_beyond_a_number(folder: Path) -> None:
    for name, age_s in (("b", 20), ("c", 10), ("a", 30)):
        put(folder, name, age_s)
    (folder / "notes.txt").write_text("mine")
    assert names(prune(keep=2)) == ["a"]
    assert listed() == ["c", "b"]
    assert prune(keep=2) == []
    assert (folder / "notes.txt").exists()


def test_prune_deletes_the_oldest_beyond_a_size(folder: Path) -> None:
    for name, age_s, size in (("a", 10, 4_000), ("b", 20, 4_000), ("c", 30, 4_000), ("d", 40, 1_000)):
        put(folder, name, age_s, size)
    assert prune(max_bytes=13_000) == []
    assert names(prune(max_bytes=9_000)) == ["c", "d"]
    assert names(prune(max_bytes=100)) == ["b"], "the newest stays, however large"
    assert listed() == ["a"]


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
