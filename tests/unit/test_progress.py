"""What has been seen: kept, found again, and not harmed by what is in the file; and what stands after it."""

import json
import os

import pytest

from playground.catalogue import board, progress
from playground.catalogue.discovery import beginning, discover, find, ways


def test_what_was_seen_is_found_again_and_counted() -> None:
    assert progress.note("basics/hello", "", "finished", "2 of 2") == ""
    assert progress.note("basics/hello", "", "finished", "3 of 3") == ""
    seen = progress.load().of(find("hello"))[""]
    assert (seen.outcome, seen.verdict, seen.runs) == ("finished", "3 of 3", 2)
    assert os.listdir(progress.path().parent) == ["progress.json"]


def test_a_scenario_is_done_when_it_was_seen_broken_and_fixed() -> None:
    locks, hello = find("two_locks_deadlock"), find("hello")
    marks = []
    for variant in ("broken", "backoff", "fixed"):
        marks.append(board.mark(locks, progress.load()))
        progress.note(locks.name, variant, "finished", "")
    marks.append(board.mark(locks, progress.load()))
    assert marks == ["·", "◐", "◐", "✓"]
    progress.note(hello.name, "", "finished", "")
    assert progress.load().done(hello)


def test_what_could_show_nothing_is_kept_but_does_not_count_as_run() -> None:
    cluster = find("cluster")
    for variant in cluster.variants:
        progress.note(cluster.name, variant, "finished", "not run: no Dask")
    found = progress.load()
    assert (board.mark(cluster, found), found.run([cluster]), found.done(cluster)) == ("·", 0, False)
    assert board.following([cluster], found) is None, "it would be proposed for ever"
    progress.note(cluster.name, "fixed", "finished", "lost 0")
    assert board.mark(cluster, progress.load()) == "◐"


def test_next_is_the_first_that_was_never_run() -> None:
    known = discover()
    assert board.following(known, progress.load()) == known[0]
    for each in known[:3]:
        progress.note(each.name, "", "finished", "")
    assert board.following(known, progress.load()) == known[3]
    for each in known:
        progress.note(each.name, "", "finished", "")
    assert board.following(known, progress.load()) is None


def test_the_first_picture_has_what_is_next_and_where_to_go_from_there() -> None:
    known = discover()
    for number in (0, 1, len(known) // 3, len(known) - 4, len(known)):
        seen = {each.name for each in known[:number]}
        shown, names = beginning(seen)
        assert [name for own in names.values() for name in own] == [each.name for each in known]
        assert [each for each in known if each in shown] == list(shown)
        if number < len(known):
            chosen = known[number]
            assert [each for each in known if each.topic == chosen.topic and each not in shown] == []
            assert ways(chosen, shown) == ways(chosen, known)
    assert {each.topic for each in known if each.proves} == {"questions"}


DAMAGED = {
    "no JSON": "{not json",
    "a list": "[]",
    "null bytes": "\x00\x00",
    "too deep": '{"seen": ' * 5000,
    "cut off": '{"format": 1, "seen": {"basics/hello": {"": {"outc',
    "too large": " " * (1 << 20) + "{}",
    "other kinds": '{"format": "x", "seen": {"a": 3, "b": {"": 4}, "c": {"": {"outcome": 1, "runs": true}}, "d": {}}}',
}


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_file_is_none_and_the_next_run_mends_it(text: str) -> None:
    progress.path().parent.mkdir(parents=True)
    progress.path().write_text(text)
    assert progress.load().seen == {}
    assert progress.note("basics/hello", "", "finished", "2 of 2") == ""
    assert list(progress.load().seen) == ["basics/hello"]


def test_what_is_well_in_a_file_is_taken_and_made_safe_to_show() -> None:
    progress.path().parent.mkdir(parents=True)
    row = {"outcome": "finished", "verdict": "\x1b[31m2 of 2", "at": "2026", "runs": 1}
    progress.path().write_text(json.dumps({"format": 1, "seen": {"a": {"": row, "x": 7}, "b": []}}))
    assert {name: list(rows) for name, rows in progress.load().seen.items()} == {"a": [""]}
    assert progress.load().seen["a"][""].verdict == "␛[31m2 of 2"


@pytest.mark.parametrize("kind", ["newer", "pipe"])
def test_what_is_not_ours_to_write_is_left_alone(kind: str) -> None:
    progress.path().parent.mkdir(parents=True)
    if kind == "pipe":
        os.mkfifo(progress.path())
    else:
        progress.path().write_text('{"format": 2, "runs": []}')
    before = progress.path().lstat()
    assert progress.load().seen == {}
    says = "it is no ordinary file" if kind == "pipe" else "a later version"
    assert says in progress.note("basics/hello", "", "finished", "")
    assert progress.path().lstat() == before


def test_what_cannot_be_written_is_said_in_one_line() -> None:
    progress.path().parent.parent.mkdir(parents=True, exist_ok=True)
    progress.path().parent.write_text("a file where the directory should be")
    assert "what was seen is not kept" in progress.note("basics/hello", "", "finished", "")


def test_the_file_stays_small() -> None:
    rows = {
        f"yours/{i:05}": {"": {"outcome": "finished", "verdict": "v", "at": f"{i:05}", "runs": 1}} for i in range(1500)
    }
    progress.path().parent.mkdir(parents=True)
    progress.path().write_text(json.dumps({"format": 1, "seen": rows}))
    progress.note("basics/hello", "", "finished", "x" * 10_000)
    kept = progress.load().seen
    assert (len(kept), min(set(kept) - {"basics/hello"})) == (1000, "yours/00501")
    assert len(kept["basics/hello"][""].verdict) <= 300


def test_the_board_tells_every_verdict_and_what_is_missing() -> None:
    known = discover()
    progress.note("synchronisation/two_locks_deadlock", "fixed", "finished", "2 of 2 took both")
    progress.note("synchronisation/two_locks_deadlock", "broken", "stuck", "deadlock of 2")
    lines = list(board.told(known, progress.load()))
    assert lines[0] == f"1 of {len(known)} scenarios run"
    at = next(i for i, line in enumerate(lines) if "✓ Two locks, two orders" in line)
    assert lines[at].split()[-5:] == ["broken", "stuck", "deadlock", "of", "2"]
    assert lines[at + 1].split() == ["fixed", "finished", "2", "of", "2", "took", "both"]
    assert "  · Hello from several processes" in lines
    told = board.described(known, progress.load())
    assert (told["run"], told["of"]) == (1, len(known))
    assert [(each["variant"], each["outcome"]) for each in told["verdicts"]] == [
        ("broken", "stuck"),
        ("fixed", "finished"),
    ]
