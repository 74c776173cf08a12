"""A recording is read little by little, compressed or not, and comes to the same as one that is read at once."""

import gzip
from contextlib import suppress
from pathlib import Path

import pytest

from playground.recording import Reading, RecordingError, open_recording
from playground.replay import Replay
from playground.together import Together
from tests.unit import long_run
from tests.unit.recordings import HEADER, PROCESS, flat, write, write_lines

CYCLES = 60


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some 28,000 rows."""
    path = tmp_path_factory.mktemp("long") / "a.mpr.jsonl"
    write(path, long_run.batches(CYCLES), {"outcome": "finished", "dropped": 7}, long_run.INFO)
    return path


class Slow:
    """A clock that goes on whenever it is looked at, so that a tick reads a little."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        self.now += 30_000_000
        return self.now


def test_it_is_shown_before_it_is_read_and_is_the_same_in_the_end(long: Path) -> None:
    whole, replay = Replay(long), Replay(long, Slow(), at_once=False)
    assert 0 < replay.history.rows < whole.history.rows
    assert (replay.until, replay.playhead) == (whole.history.until, 0)
    shares = [replay.share_read]
    while replay.share_read < 1:
        replay.tick()
        shares.append(replay.share_read)
    assert shares == sorted(shares)
    assert len(set(shares)) > 2
    assert (replay.summary, replay.history.happened, replay.history.dropped) == (
        whole.summary,
        whole.history.happened,
        7,
    )


def test_the_playhead_goes_where_it_was_sent_as_soon_as_that_is_read(long: Path) -> None:
    replay = Replay(long, Slow(), at_once=False)
    replay.seek(replay.until)
    first = replay.playhead
    assert first == replay.history.until < replay.until
    while replay.share_read < 1:
        replay.tick()
    assert first < replay.playhead == replay.until == replay.history.until


def test_it_begins_to_play_when_everything_is_read(long: Path) -> None:
    replay = Replay(long, Slow(), at_once=False)
    replay.begin()
    assert not replay.playing
    while replay.share_read < 1:
        replay.tick()
    assert replay.playing
    replay = Replay(long, Slow(), at_once=False)
    replay.begin()
    replay.seek(5)  # who goes somewhere does not want to be taken away
    while replay.share_read < 1:
        replay.tick()
    assert (replay.playing, replay.playhead) == (False, 5)


def test_two_that_are_read_have_one_playhead_from_the_begin_on(long: Path, tmp_path: Path) -> None:
    short = tmp_path / "short.mpr.jsonl"
    write(short, long_run.batches(CYCLES // 10), {"outcome": "finished"}, long_run.INFO)
    replays = [Replay(long, Slow(), at_once=False), Replay(short)]
    together = Together(replays, Slow())
    assert together.until == replays[0].until > replays[0].history.until
    assert together.share_read < 1
    together.begin()
    together.tick()
    assert not together.playing, "it begins when everything is read"
    wanted = together.until * 3 // 4
    together.seek(wanted)
    assert replays[0].playhead < wanted == together.playhead
    together.begin()
    while not together.whole:
        replays[0].tick()
    assert replays[0].playhead == wanted
    together.tick()
    assert together.playing
    assert (together.share_read, together.history.until) == (1, replays[0].history.until)


def test_who_leaves_before_it_is_read_leaves_no_file_open(long: Path) -> None:
    replay = Replay(long, Slow(), at_once=False)
    replay.close()
    replay.close()


# --- Compressed -----------------------------------------------------------------------------------------


def test_a_compressed_recording_is_read(long: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.mpr.jsonl.gz"
    path.write_bytes(gzip.compress(long.read_bytes()))
    plain, opened = open_recording(long), open_recording(path)
    assert (opened.info, opened.summary, opened.notices) == (plain.info, plain.summary, [])
    assert flat([opened.batch]) == flat([plain.batch])
    reading = Reading(path)
    assert reading.expected_until == 0
    reading.close()


@pytest.mark.parametrize("share", [0.3, 0.9, 0.9999])
def test_a_compressed_recording_that_is_cut_opens_up_to_there(share: float, long: Path, tmp_path: Path) -> None:
    path, data = tmp_path / "a.gz", gzip.compress(long.read_bytes())
    path.write_bytes(data[: int(len(data) * share)])
    plain, opened = open_recording(long), open_recording(path)
    assert 0 < len(opened.batch) <= len(plain.batch)
    assert opened.batch.time == plain.batch.time[: len(opened.batch)]
    assert len(opened.notices) == 1


def test_a_compressed_recording_with_a_flipped_bit_opens_up_to_there(long: Path, tmp_path: Path) -> None:
    data = bytearray(gzip.compress(long.read_bytes()))
    path, plain = tmp_path / "a.gz", open_recording(long)
    for place in range(100, len(data), len(data) // 30):
        data[place] ^= 16
        path.write_bytes(data)
        data[place] ^= 16
        with suppress(RecordingError):  # where the header is hit
            opened = open_recording(path)
            assert opened.batch.time == plain.batch.time[: len(opened.batch)]
            assert opened.notices


@pytest.mark.parametrize(
    "data", [b"\x1f\x8b", b"\x1f\x8bhello", gzip.compress(b"", mtime=0), gzip.compress(b"hello\n", mtime=0)]
)
def test_what_is_only_compressed_is_refused_in_one_line(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(data)
    with pytest.raises(RecordingError) as caught:
        Replay(tmp_path / "a.gz")
    assert "\n" not in str(caught.value)


# --- Told -----------------------------------------------------------------------------------------------


def test_times_that_go_back_are_told(tmp_path: Path) -> None:
    rows = [[t, 0, 1, 106, 0, 0, 0] for t in (10, 4, 20)]
    path = write_lines(tmp_path / "a.mpr.jsonl", [HEADER], [PROCESS, *rows])
    assert open_recording(path).notices == [
        "times in the recording go back; its rows are shown in the order in which they were written"
    ]
    assert Replay(path).notices == open_recording(path).notices
