"""The parts of a recording that its checkpoints confirm, as bytes, up to the first that is not confirmed."""

import zlib
from collections.abc import Iterator
from typing import NamedTuple, Protocol

import msgspec

GZIP = b"\x1f\x8b"
"""With this a file begins that is compressed."""
MAX_LINE = 8 << 20
MAX_PART = 256 << 20
"""A part without a checkpoint that is longer than this is no recording's."""
_CHUNK = 1 << 18
_LIMIT = 1 << 63
_BEGIN = b'\n["C",'
"""Of a checkpoint, with the end of the line before it: within a line no line ends."""
_header = msgspec.json.Decoder()
_checkpoint = msgspec.json.Decoder(tuple[str, int, int, int])


class Damaged(Exception):
    """The rest of the file cannot be trusted."""


class Part(NamedTuple):
    """Lines between two checkpoints."""

    lines: bytearray
    until: int
    """The instant up to which the run is known with them, in nanoseconds."""
    end: int
    """Where in the file it ends, in bytes."""


class Source(Protocol):
    """A file that is read in order."""

    def read1(self, size: int, /) -> bytes:
        """The next bytes, at most so many; b"" at the end."""


def parts(file: Source) -> Iterator[Part]:
    """Parts that are confirmed, from the file's begin on; raises Damaged at the first that is not."""
    buffer, looked, seed, done = bytearray(b"\n"), 0, 0, 0
    chained: bool | None = None
    while True:
        at = buffer.find(_BEGIN, looked)
        end = buffer.find(b"\n", at + 1) if at >= 0 else -1
        if end < 0:
            looked = at if at >= 0 else max(len(buffer) - len(_BEGIN), 0)
            if len(buffer) > MAX_PART:
                raise Damaged
            more = _more(file)
            if not more:
                break
            buffer += more
            continue
        lines, checkpoint = buffer[1 : at + 1], buffer[at + 1 : end + 1]
        if len(lines) > MAX_LINE and max(map(len, lines.split(b"\n"))) > MAX_LINE:
            raise Damaged
        confirmed = checksum(lines, checkpoint, seed)
        until = _until(checkpoint, confirmed)
        chained = _is_chained(lines) if chained is None else chained
        done += end
        yield Part(lines, until, done)
        seed = confirmed if chained else 0
        del buffer[:end]
        looked = 0
    if len(buffer) > 1:
        raise Damaged


def checksum(lines: bytes | bytearray, checkpoint: bytes | bytearray, seed: int) -> int:
    """What a checkpoint's last number has to be; ``seed`` is that of the checkpoint before it, if they are chained."""
    return zlib.crc32(checkpoint[: checkpoint.rfind(b",")], zlib.crc32(lines, seed))


def last_until(tail: bytes) -> int:
    """What the last checkpoint among a file's last bytes says, in nanoseconds; 0 when there is none. Not confirmed."""
    at = tail.rfind(_BEGIN)
    try:
        return max(_checkpoint.decode(tail[at + 1 :].partition(b"\n")[0])[2], 0) if at >= 0 else 0
    except msgspec.DecodeError:
        return 0


def _more(file: Source) -> bytes:
    try:
        return file.read1(_CHUNK)
    except (EOFError, zlib.error) as error:  # compressed, and cut or damaged
        raise Damaged from error


def _until(checkpoint: bytearray, confirmed: int) -> int:
    try:
        _, _, until, told = _checkpoint.decode(checkpoint)
    except msgspec.DecodeError:
        raise Damaged from None
    if told != confirmed or not -_LIMIT <= until < _LIMIT:
        raise Damaged
    return until


def _is_chained(lines: bytearray) -> bool:
    """Whether checkpoints of the file continue each other's checksums; up to version 1.0 they did not."""
    try:
        header = _header.decode(lines.partition(b"\n")[0])
    except (msgspec.DecodeError, RecursionError):
        raise Damaged from None
    version = header.get("mpr") if isinstance(header, dict) else None
    return isinstance(version, list) and len(version) == 2 and version != [1, 0]
