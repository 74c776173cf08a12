"""Reading a recording back, as far as its checkpoints can be trusted."""

import stat
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from playground.errors import PlaygroundError
from playground.history import (
    Batch,
    ProcessDefinition,
    ResourceDefinition,
    RunInfo,
    SiteDefinition,
    TextDefinition,
    ThreadDefinition,
)
from playground.recording.writer import VERSION
from playground.text import clean, clean_lines

MAX_LINE = 8 << 20
MAX_PART = 256 << 20
"""A part without a checkpoint that is longer than this is no recording's."""
MAX_PROCESSES = 100_000
_LIMIT = 1 << 63
_NUMBERS = 1 << 31
"""Of threads, kinds, resources and sites there are fewer."""
_decoder = msgspec.json.Decoder()


class RecordingError(PlaygroundError):
    """A file that cannot be shown as a recording: what it is instead, and what to do."""


class _Damaged(Exception):
    """The rest of the file cannot be trusted."""


@dataclass(slots=True)
class Opened:
    """What a recording holds."""

    info: RunInfo
    batch: Batch
    summary: dict[str, Any] | None = None
    notices: list[str] = field(default_factory=list)


def open_recording(path: Path, take: Callable[[RunInfo, Batch], None] | None = None) -> Opened:
    """Read a recording; raises RecordingError when nothing of it can be trusted.

    With ``take`` each part that a checkpoint confirms goes there as it is read, and is not kept.
    """
    shown = clean(str(path), 4096)
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise RecordingError(f"{shown} is a directory; name a recording in it")
        if not stat.S_ISREG(found.st_mode):
            raise RecordingError(f"{shown} is not a file; see `mp-playground recordings`")
        with path.open("rb") as file:
            return _opened(file, path, take)
    except OSError as error:
        raise RecordingError(f"cannot read {shown}: {error.strerror}; see `mp-playground recordings`") from None
    except ValueError:  # a NUL in it
        raise RecordingError(f"cannot read {shown}: no file has such a name") from None


def _opened(file: BinaryIO, path: Path, take: Callable[[RunInfo, Batch], None] | None) -> Opened:
    shown = clean(str(path), 4096)
    opened: Opened | None = None
    last = 0
    processes: set[int] = set()
    try:
        for lines in _verified(file):
            for line in lines:
                if opened is None:
                    opened = Opened(_info(line, path), Batch())
                else:
                    _take(line, opened, processes, last)
            if take is not None and opened is not None:
                last = max([last, *opened.batch.time[-1:]])
                take(opened.info, opened.batch)
                opened.batch = Batch(until=opened.batch.until)
    except _Damaged:
        if opened is not None:
            opened.notices.append("the recording is damaged or cut; it is shown up to the last part that is whole")
    if opened is None:
        raise RecordingError(f"{shown} is not a recording; see `mp-playground recordings`")
    return opened


def _verified(file: BinaryIO) -> Iterator[list[Any]]:
    """Groups of decoded lines, each confirmed by its checkpoint; raises _Damaged at the first that is not."""
    group: list[bytes] = []
    size = sum_of_group = 0
    chained: bool | None = None
    while line := file.readline(MAX_LINE + 1):
        if not line.endswith(b"\n") or size > MAX_PART:
            raise _Damaged
        if line.startswith(b'["C",'):
            checkpoint = _decode(line)
            confirmed = checksum(b"", line, sum_of_group)
            if len(checkpoint) != 4 or checkpoint[3] != confirmed:
                raise _Damaged
            lines = [*map(_decode, group), checkpoint]
            chained = _is_chained(lines[0]) if chained is None else chained
            yield lines
            group, size, sum_of_group = [], 0, confirmed if chained else 0
        else:
            group.append(line)
            size += len(line)
            sum_of_group = zlib.crc32(line, sum_of_group)
    if group:
        raise _Damaged


def checksum(group: bytes, checkpoint: bytes, seed: int) -> int:
    """What a checkpoint's last number has to be; ``seed`` is that of the checkpoint before it, if they are chained."""
    return zlib.crc32(checkpoint[: checkpoint.rfind(b",")], zlib.crc32(group, seed))


def _is_chained(header: Any) -> bool:
    """Whether checkpoints of the file continue each other's checksums; up to version 1.0 they did not."""
    version = header.get("mpr") if isinstance(header, dict) else None
    return isinstance(version, list) and len(version) == 2 and version != [1, 0]


def _decode(line: bytes) -> Any:
    try:
        return _decoder.decode(line)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise _Damaged from None


def _info(header: Any, path: Path) -> RunInfo:
    version = header.get("mpr") if isinstance(header, dict) else None
    if not isinstance(version, list) or len(version) != 2 or not all(isinstance(v, int) for v in version):
        raise _Damaged
    if version[0] != VERSION[0]:
        shown = clean(str(path), 4096)
        raise RecordingError(f"{shown} has format version {version[0]}; this playground reads {VERSION[0]}: update it")
    given = header.get("info")
    if not isinstance(given, dict):
        raise _Damaged
    try:
        info = msgspec.convert(given, RunInfo)
    except (msgspec.ValidationError, RecursionError):
        raise _Damaged from None
    return cleaned(info)


def cleaned(info: RunInfo) -> RunInfo:
    """The same with all its texts made safe to show."""
    source = clean_lines(info.source, MAX_LINE)
    return replace(RunInfo(**{f.name: _cleaned(getattr(info, f.name)) for f in fields(RunInfo)}), source=source)


def _cleaned(value: Any) -> Any:
    """Strings of a header, and those in its lists and objects, made safe to show."""
    if isinstance(value, str):
        return clean(value, 4096)
    if isinstance(value, dict):
        return {clean(str(key)): _cleaned(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_cleaned(each) for each in value)
    return value


def _take(line: Any, opened: Opened, processes: set[int], last: int) -> None:
    if isinstance(line, dict):
        summary = line.get("summary")
        opened.summary = summary if isinstance(summary, dict) else opened.summary
        return
    if not isinstance(line, list) or not line:
        raise _Damaged
    if isinstance(line[0], str):
        _define(line, opened, processes)
        return
    if len(line) != 7 or not all(type(n) is int and -_LIMIT <= n < _LIMIT for n in line) or line[1] not in processes:
        raise _Damaged
    if not all(0 <= n < _NUMBERS for n in line[2:6]):
        raise _Damaged
    last = opened.batch.time[-1] if len(opened.batch) else last
    opened.batch.add((max(line[0], last), *line[1:]))
    opened.batch.until = max(opened.batch.until, line[0])


def _define(line: list[Any], opened: Opened, processes: set[int]) -> None:
    try:
        _define_known(line, opened, processes)
    except (TypeError, ValueError, AttributeError):
        raise _Damaged from None


def _define_known(line: list[Any], opened: Opened, processes: set[int]) -> None:
    add = opened.batch.definitions.append
    match line:
        case ["C", int(), int(until), int()]:
            opened.batch.until = max(opened.batch.until, until)
        case ["P", int(index), int(pid), int(start), int(ppid), str(name), str(method), bool(daemon), str(role)]:
            if index not in processes and not index == len(processes) < MAX_PROCESSES:
                raise ValueError
            processes.add(index)
            add(ProcessDefinition(index, pid, start, ppid, clean(name), clean(method), daemon, clean(role)))
        case ["T", int(process), int(number), str(name), int(native)] if process in processes:
            add(ThreadDefinition(process, number, clean(name), native))
        case ["R", int(index), str(kind), str(name), int(creator), int(site), int(limit), str(typecode)]:
            add(ResourceDefinition(index, clean(kind), clean(name), creator, site, limit, clean(typecode, 4)))
        case ["S", int(index), str(file), int(number), str(function)]:
            add(SiteDefinition(index, clean(file, 4096), number, clean(function)))
        case ["N", int(index), str(text)]:
            add(TextDefinition(index, clean_lines(text)))
