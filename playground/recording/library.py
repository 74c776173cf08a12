"""Where recordings are kept, which there are, and which are old enough to go."""

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from playground import kept
from playground.recording.parts import checksum
from playground.text import clean

SUFFIX = ".mpr.jsonl"
_TAIL = 1 << 18
_UNREADABLE = (OSError, LookupError, TypeError, AttributeError, ValueError, ArithmeticError, RecursionError)
"""What bytes that are no recording raise; DecodeError is a ValueError."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One recording in a list; ``problem`` says why it cannot be opened."""

    path: Path
    scenario: str
    started_at: str
    duration_s: float
    outcome: str
    verdict: str
    size: int
    problem: str = ""


def directory() -> Path:
    """The user's recordings; ``MP_PLAYGROUND_DATA`` moves them."""
    return kept.data_directory() / "recordings"


def new_path(scenario: str) -> Path:
    """A fresh file name, sortable by time."""
    slug = re.sub(r"[^a-z0-9]+", "-", scenario.lower()).strip("-")[-60:] or "run"
    return directory() / f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{slug}-{os.urandom(2).hex()}{SUFFIX}"


def files() -> list[Path]:
    """All recordings, newest first."""
    found = [(when, path.name, path) for path in directory().glob(f"*{SUFFIX}") if (when := _written_at(path))]
    return [path for *_, path in sorted(found, reverse=True)]


def _written_at(path: Path) -> int:
    """When a file was last written; 0 for what is no file, or has just been deleted."""
    try:
        return path.stat().st_mtime_ns if path.is_file() else 0
    except OSError:
        return 0


def newest() -> Path | None:
    """The latest recording, if there is one."""
    return next(iter(files()), None)


def listing(limit: int = 200) -> list[Entry]:
    """What the latest recordings hold, by their first and last lines."""
    return [_entry(path) for path in files()[:limit]]


def prune(keep: int = 200, max_bytes: int = 500 << 20) -> list[Path]:
    """Delete the oldest recordings beyond a number or a size; returns what went."""
    gone, total = [], 0
    for number, path in enumerate(files()):
        total += _size(path)
        if number >= keep or (total > max_bytes and number > 0):
            path.unlink(missing_ok=True)
            gone.append(path)
    return gone


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _entry(path: Path) -> Entry:
    size = _size(path)
    try:
        with path.open("rb") as file:
            first, second = file.readline(1 << 22), file.readline(1 << 10)
            file.seek(max(0, size - _TAIL))
            tail = file.read().splitlines(keepends=True)
        header = msgspec.json.decode(first)
        if not _is_confirmed(first, second):
            raise ValueError
        info, summary = header["info"], _summary(tail)
        return Entry(
            path,
            clean(str(info["scenario"]), 80),
            clean(str(info.get("started_at", "")), 40),
            float(summary.get("duration_s") or 0.0),
            clean(str(summary.get("outcome", "not ended")), 20),
            clean(str(summary.get("verdict", "")), 300),
            size,
        )
    except _UNREADABLE:
        return Entry(path, clean(path.name, 255), "", 0.0, "", "", size, "not readable as a recording")


def _summary(tail: list[bytes]) -> dict[str, Any]:
    """The summary among the last lines, if it is whole; {} when there is none."""
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
