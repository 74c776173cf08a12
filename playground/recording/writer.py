"""Writing a recording while the run goes on; a full disk or the limit of its size ends it, not the run."""

import fcntl
import json
import os
import stat
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import asdict

from playground.history import (
    Batch,
    Definition,
    FileDefinition,
    ProcessDefinition,
    ResourceDefinition,
    RunInfo,
    SiteDefinition,
    TextDefinition,
    ThreadDefinition,
)

VERSION = (1, 2)
_GROUP = 5000
"""At most so many lines stand between two checkpoints: a disk that becomes full costs no more."""
_encoder = msgspec.json.Encoder()


def line_of(definition: Definition) -> list[Any]:
    """A definition as it stands in the file."""
    match definition:
        case ProcessDefinition(index, pid, start, ppid, name, method, daemon, role):
            return ["P", index, pid, start, ppid, name, method, daemon, role]
        case ThreadDefinition(process, number, name, native_id):
            return ["T", process, number, name, native_id]
        case ResourceDefinition(index, kind, name, creator, site, limit, typecode):
            return ["R", index, kind, name, creator, site, limit, typecode]
        case SiteDefinition(index, file, line, function):
            return ["S", index, file, line, function]
        case TextDefinition(index, text):
            return ["N", index, text]
        case FileDefinition(file, text):
            return ["F", file, text]


def _encoded(lines: list[Any]) -> bytes:
    try:
        return _encoder.encode_lines(lines)
    except UnicodeEncodeError:  # bytes of a file name that are no text
        return b"".join(json.dumps(_text(line)).encode() + b"\n" for line in lines)


def _text(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_text(key): _text(each) for key, each in value.items()}
    return [_text(each) for each in value] if isinstance(value, list | tuple) else value


DEFAULT_LIMIT_MIB = 1024
"""A recording's size when ``MP_PLAYGROUND_RECORDING_MIB`` sets no other."""


def limit_from_environment() -> int:
    """How many bytes a recording may have; a setting that is no positive number counts for nothing."""
    given = os.environ.get("MP_PLAYGROUND_RECORDING_MIB", "")
    return (int(given) if given.isascii() and given.isdigit() and int(given) else DEFAULT_LIMIT_MIB) << 20


class Writer:
    """One recording; every ``append`` ends with a checkpoint."""

    def __init__(self, path: Path, info: RunInfo, limit: int | None = None) -> None:
        """``limit`` is how many bytes it may have; None is as ``limit_from_environment`` says."""
        self.path = path
        self._left = self._limit = limit_from_environment() if limit is None else limit
        self.failed: str | None = None
        """Why the recording ended early; None while it is whole."""
        self._rows = 0
        self._until = 0
        self._checksum = 0
        """That of the last checkpoint, which the next one continues; 0 before the first."""
        self._fd = -1
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            if stat.S_ISREG(os.fstat(self._fd).st_mode):
                os.fchmod(self._fd, 0o600)
                with suppress(OSError):  # where there are no locks, nobody is kept from deleting it
                    fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self.failed = f"cannot write {path}: {error.strerror}; choose another place by --record, or --no-record"
        self._write([{"mpr": VERSION, "info": asdict(info)}])

    def append(self, batch: Batch) -> None:
        """Add a batch; nothing is written when it holds nothing new."""
        if not batch.definitions and not len(batch):
            return
        lines: list[Any] = [line_of(each) for each in batch.definitions]
        lines.extend(zip(*batch.columns, strict=True))
        before = self._rows - len(batch.definitions)
        for start in range(0, len(lines), _GROUP):
            end = min(start + _GROUP, len(lines))
            self._rows = max(self._rows, before + end)
            if end == len(lines):
                self._until = batch.until
            self._write(lines[start:end])

    def finish(self, summary: dict[str, Any]) -> None:
        """End the recording with its summary."""
        self._write([{"summary": summary}])
        self.close()

    @property
    def begun(self) -> bool:
        """Whether there is something that can be read back."""
        return self._checksum != 0

    def close(self) -> None:
        """Let go of the file."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _write(self, lines: list[Any]) -> None:
        if self.failed or self._fd < 0:
            return
        data = _encoded(lines)
        checkpoint = b'["C",%d,%d' % (self._rows, self._until)
        confirmed = zlib.crc32(checkpoint, zlib.crc32(data, self._checksum))
        data += b"%b,%d]\n" % (checkpoint, confirmed)
        self._left -= len(data)
        if self._left < 0:
            limit = f"{self._limit / (1 << 20):.3g} MiB"
            self.failed = f"recording ended at {limit}, the run goes on; MP_PLAYGROUND_RECORDING_MIB sets the limit"
            self.close()
            return
        try:
            while data:
                data = data[os.write(self._fd, data) :]
            self._checksum = confirmed
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError) -> None:
        """Say so, and leave no file that nobody can read."""
        if self._checksum:
            what = f"recording ended: {error.strerror}; {self.path} holds what came before"
        else:
            what = f"cannot write {self.path}: {error.strerror}"
            with suppress(OSError):
                if stat.S_ISREG(os.fstat(self._fd).st_mode):
                    self.path.unlink()
        self.failed = f"{what}; make room, or choose another place by --record"
        self.close()
