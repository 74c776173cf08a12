"""What one recording is, told by its first and last lines: a list of thousands reads no more of them."""

import fcntl
import gzip
import io
import zlib
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct, field

from playground.recording.notes import Notes, NotesError, read_notes
from playground.recording.parts import GZIP, Damaged, checksum, parts
from playground.recording.writer import VERSION
from playground.text import clean

_MOST_HEADER = 1 << 22
_CHUNK = 1 << 20
_MOST_UNPACKED = 1 << 30
"""The end of a compressed recording is looked for in so many bytes: they have to be unpacked for that, 2 s at most."""
_TAILS = (1 << 14, 1 << 18)
"""Bytes at the end in which the summary is looked for: a small run's is short, and most runs are small."""
UNREADABLE = (
    *(OSError, LookupError, TypeError, AttributeError, ValueError, ArithmeticError, RecursionError),
    *(EOFError, zlib.error),
)
"""What bytes that are no recording raise; DecodeError is a ValueError."""


class Entry(Struct, frozen=True):
    """One recording in a list; ``problem`` says why it cannot be opened."""

    path: Path
    scenario: str
    variant: str
    started_at: str
    duration_s: float
    outcome: str
    """As in the summary; ``not ended`` when there is none, and ``running`` while the recording is being written."""
    verdict: str
    size: int
    problem: str = ""
    notes: Notes = field(default_factory=Notes)
    notes_problem: str = ""
    """Why what was noted of it is not known; then it counts as kept."""

    @property
    def kept(self) -> bool:
        """Whether only the person may delete it."""
        return self.notes.protect or bool(self.notes_problem)


class Ends(Struct, frozen=True):
    """The begin and the end of a recording, decoded."""

    info: dict[str, Any]
    summary: dict[str, Any]
    """Empty when the recording has none."""
    until_ns: int
    """The last instant that a checkpoint names."""


class _NewerError(ValueError):
    """A recording of a format that is not known here."""


def read_entry(path: Path) -> Entry:
    """What a file is, whatever it is: one that is no recording of ours says so in ``problem``."""
    size = size_of(path)
    problem = ""
    try:
        ends = read_ends(path)
        summary = ends.summary
        going_on = "running" if not summary and is_being_written(path) else "not ended"
        return Entry(
            path,
            clean(str(ends.info["scenario"]), 80),
            clean(str(_parameters(ends.info).get("variant", "")), 40),
            clean(str(ends.info.get("started_at", "")), 40),
            float(summary.get("duration_s") or ends.until_ns / 1e9),
            clean(str(summary.get("outcome", going_on)), 20),
            clean(str(summary.get("verdict", "")), 300),
            size,
            "",
            *_noted(path),
        )
    except _NewerError as error:
        problem = str(error)
    except UNREADABLE:
        problem = "not readable as a recording"
    return Entry(path, clean(path.name, 255), "", "", 0.0, "", "", size, problem, *_noted(path))


def read_ends(path: Path) -> Ends:
    """Header and summary; raises one of several errors for what is no recording, or is damaged where it begins."""
    with path.open("rb") as file:
        if file.read(len(GZIP)) == GZIP:
            found = path.stat()
            return _unpacked_ends(path, found.st_mtime_ns, found.st_size)
        file.seek(0)
        info = _begin(file)
        return Ends(info, *_last_lines(file))


@lru_cache(64)
def _unpacked_ends(path: Path, _written: int, _size: int) -> Ends:
    """The same of a compressed one, which is unpacked once for that; what is damaged is read as far as it can be."""
    with gzip.open(path) as file:
        info = _begin(file)  # type: ignore[arg-type]  # it reads as any file does
        tail, unpacked = b"", 0
        with suppress(OSError, EOFError, zlib.error):
            while unpacked < _MOST_UNPACKED and (more := file.read1(_CHUNK)):
                tail, unpacked = (tail + more)[-_TAILS[-1] :], unpacked + len(more)
    return Ends(info, *_last_lines(io.BytesIO(tail)))


def _begin(file: BinaryIO) -> dict[str, Any]:
    """What the header says was run."""
    first, second = file.readline(_MOST_HEADER), file.readline(1 << 10)
    header = msgspec.json.decode(first)
    version = header["mpr"][0]
    if version != VERSION[0]:
        raise _NewerError(f"format version {int(version)}; this playground reads {VERSION[0]}: update it")
    if not _is_confirmed(first, second):  # ours stands alone, another program's need not
        file.seek(0)
        try:
            next(parts(file))  # type: ignore[arg-type]  # buffered, as every file here
        except (Damaged, StopIteration):
            raise ValueError from None
    return header["info"]  # type: ignore[no-any-return]  # whoever uses it expects anything


def is_being_written(path: Path) -> bool:
    """Whether a run is writing to the file at this moment."""
    with suppress(OSError), path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def size_of(path: Path) -> int:
    """Bytes of a file; 0 for one that has gone."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _parameters(info: dict[str, Any]) -> dict[str, Any]:
    found = info.get("parameters")
    return found if isinstance(found, dict) else {}


def _noted(path: Path) -> tuple[Notes, str]:
    try:
        return read_notes(path), ""
    except NotesError as error:
        return Notes(), str(error)


def _last_lines(file: BinaryIO) -> tuple[dict[str, Any], int]:
    """The summary, {} when there is none that is whole, and the instant of the last checkpoint."""
    size = file.seek(0, 2)
    until = 0
    for length in _TAILS:
        file.seek(max(0, size - length))
        tail = file.read(length).splitlines(keepends=True)
        until = next((at for line in reversed(tail) if (at := _instant(line)) is not None), 0)
        if (summary := _summary(tail)) or length >= size:
            return summary, until
    return {}, until


def _summary(tail: list[bytes]) -> dict[str, Any]:
    for before, line, after in zip(tail[-3::-1], tail[-2::-1], tail[::-1], strict=False):
        if line.startswith(b'{"summary"') and (_is_confirmed(line, after, before) or _is_confirmed(line, after)):
            found = msgspec.json.decode(line)["summary"]
            return found if isinstance(found, dict) else {}
    return {}


def _is_confirmed(line: bytes, checkpoint: bytes, before: bytes = b"") -> bool:
    """Whether a line that stands alone between two checkpoints is whole; ``before`` is the one that is continued."""
    return _number(checkpoint) == checksum(line, checkpoint, _number(before) if before else 0)


def _number(checkpoint: bytes) -> int:
    """A checkpoint's checksum; -1 when the line is none."""
    digits = checkpoint[checkpoint.rfind(b",") + 1 :].removesuffix(b"]\n")
    return int(digits) if digits.isdigit() and len(digits) <= 10 else -1


def _instant(checkpoint: bytes) -> int | None:
    """The instant that a checkpoint names; None when the line is none."""
    parts = checkpoint.split(b",") if checkpoint.startswith(b'["C",') else []
    return int(parts[2]) if len(parts) == 4 and parts[2].isdigit() and len(parts[2]) < 19 else None
