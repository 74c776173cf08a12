"""Reading a recording back, as far as its checkpoints can be trusted, at once or little by little."""

import gzip
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct, field
from msgspec.structs import fields, replace

from playground.errors import PlaygroundError
from playground.history import Batch, RunInfo
from playground.recording.lines import Lines
from playground.recording.parts import GZIP, MAX_LINE, Damaged, last_until, parts
from playground.recording.writer import VERSION
from playground.text import clean, clean_all, clean_lines

_TAIL = 1 << 18
_NEARLY = 0.999
_ROWS = 4096
"""Small parts are put together to about so many rows."""
_DAMAGED = "the recording is damaged or cut; it is shown up to the last part that is whole"
_WENT_BACK = "times in the recording go back; its rows are shown in the order in which they were written"


class RecordingError(PlaygroundError):
    """A file that cannot be shown as a recording: what it is instead, and what to do."""


class Opened(Struct):
    """What a recording holds."""

    info: RunInfo
    batch: Batch
    summary: dict[str, Any] | None = None
    notices: list[str] = field(default_factory=list)


class Reading:
    """A recording that is being read; compressed ones (gzip) too. To be closed, unless it is read to its end."""

    def __init__(self, path: Path) -> None:
        """Read as far as its header; raises RecordingError when it is no recording."""
        shown = clean(str(path), 4096)
        self.notices: list[str] = []
        """What is to be said of it, as far as it is read."""
        self.expected_until = 0
        """When the run ends according to the file's last line, in nanoseconds; 0 when unknown. Not confirmed."""
        self._lines = Lines()
        self._done = 0
        """So many bytes are taken in."""
        self._file = self._source = _opened(path, shown)
        try:
            self._size = path.stat().st_size
            if self._file.read(2) == GZIP:
                self._source = gzip.GzipFile(fileobj=self._file)  # type: ignore[assignment]
            else:
                self._file.seek(max(0, self._size - _TAIL))
                self.expected_until = last_until(self._file.read(_TAIL))
            self._file.seek(0)
            self._parts = parts(self._source)  # type: ignore[arg-type]
            self.info, self._first = self._begun(shown)
        except OSError as error:
            self.close()
            raise _unreadable(shown, error) from None
        except BaseException:
            self.close()
            raise

    def _begun(self, shown: str) -> tuple[RunInfo, Batch]:
        try:
            first = next(self._parts)
            header, _, rest = first.lines.partition(b"\n")
            return _info(header, shown), self._lines.batch(rest, first.until)
        except (Damaged, StopIteration):
            raise RecordingError(f"{shown} is not a recording; see `mp-playground recordings`") from None

    @property
    def summary(self) -> dict[str, Any] | None:
        """What the recording says in its end; None before that, and when it has not ended."""
        return self._lines.summary

    @property
    def share(self) -> float:
        """How much of the file is read, from 0 to 1; less than 1 until its end was seen."""
        if self._file.closed:
            return 1.0
        done = self._done if self._source is self._file else self._file.tell()
        return min(done / max(self._size, 1), _NEARLY)

    def batches(self) -> Iterator[Batch]:
        """What the recording holds, in order, a few thousand rows at a time; it is closed after the last ones."""
        gathered = self._first
        try:
            for part in self._parts:
                if self._lines.damaged:
                    raise Damaged
                batch = self._lines.batch(part.lines, part.until)
                self._done = part.end
                if batch.definitions or len(gathered) >= _ROWS:
                    yield gathered
                    gathered = batch
                else:
                    gathered.join(batch)
        except Damaged:
            self._lines.damaged = True
        except OSError as error:
            self.notices.append(f"the recording could be read no further: {error.strerror or 'it is damaged'}")
        yield gathered
        told = ((self._lines.damaged, _DAMAGED), (self._lines.went_back, _WENT_BACK))
        self.notices += [notice for is_so, notice in told if is_so]
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        with suppress(OSError):
            self._source.close()
            self._file.close()


def open_recording(path: Path, take: Callable[[RunInfo, Batch], None] | None = None) -> Opened:
    """Read a recording to its end; raises RecordingError when nothing of it can be trusted.

    With ``take`` what is confirmed goes there as it is read, and is not kept.
    """
    reading = Reading(path)
    opened = Opened(reading.info, Batch())
    try:
        for batch in reading.batches():
            if take is not None:
                take(reading.info, batch)
                opened.batch.until = batch.until
            else:
                opened.batch.join(batch)
    finally:
        reading.close()
    opened.summary, opened.notices = reading.summary, reading.notices
    return opened


def _opened(path: Path, shown: str) -> BinaryIO:
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise RecordingError(f"{shown} is a directory; name a recording in it")
        if not stat.S_ISREG(found.st_mode):
            raise RecordingError(f"{shown} is not a file; see `mp-playground recordings`")
        return path.open("rb")
    except OSError as error:
        raise _unreadable(shown, error) from None
    except ValueError:  # a NUL in it
        raise RecordingError(f"cannot read {shown}: no file has such a name") from None


def _unreadable(shown: str, error: OSError) -> RecordingError:
    why = error.strerror or "it is compressed and damaged"
    return RecordingError(f"cannot read {shown}: {why}; see `mp-playground recordings`")


def _info(line: bytes | bytearray, shown: str) -> RunInfo:
    try:
        header = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Damaged from None
    version = header.get("mpr") if isinstance(header, dict) else None
    if not isinstance(version, list) or len(version) != 2 or not all(isinstance(v, int) for v in version):
        raise Damaged
    if version[0] != VERSION[0]:
        raise RecordingError(f"{shown} has format version {version[0]}; this playground reads {VERSION[0]}: update it")
    given = header.get("info")
    if not isinstance(given, dict):
        raise Damaged
    try:
        info = msgspec.convert(given, RunInfo)
    except (msgspec.ValidationError, RecursionError):
        raise Damaged from None
    return cleaned(info)


def cleaned(info: RunInfo) -> RunInfo:
    """The same with all its texts made safe to show."""
    source = clean_lines(info.source, MAX_LINE)
    return replace(RunInfo(**{f.name: clean_all(getattr(info, f.name)) for f in fields(RunInfo)}), source=source)
