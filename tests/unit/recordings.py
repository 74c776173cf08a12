"""Recordings for tests: written by the writer, or line by line with checkpoints that are right."""

import json
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from msgspec.structs import asdict

from playground.history import Batch, Definition, RunInfo
from playground.recording import Writer
from tests.unit.rows import INFO, Row

HEADER: dict[str, Any] = {"mpr": [1, 1], "info": asdict(INFO)}
PROCESS = ["P", 0, 100, 7, 99, "A", "fork", False, "main"]


def write(path: Path, batches: Iterable[Batch], summary: dict[str, Any] | None = None, info: RunInfo = INFO) -> Writer:
    """A recording of these batches; without a summary it has not ended."""
    writer = Writer(path, info)
    for batch in batches:
        writer.append(batch)
    if summary is None:
        writer.close()
    else:
        writer.finish(summary)
    return writer


def write_lines(path: Path, *groups: list[Any], until: int = 0) -> Path:
    """Any JSON values, or bytes, as lines; each group is confirmed by a checkpoint."""
    data, seed = b"", 0
    for group in groups:
        lines = b"".join((each if isinstance(each, bytes) else json.dumps(each).encode()) + b"\n" for each in group)
        checkpoint = b'["C",0,%d' % until
        seed = zlib.crc32(checkpoint, zlib.crc32(lines, seed))
        data += lines + b"%b,%d]\n" % (checkpoint, seed)
    path.write_bytes(data)
    return path


def rows_of(batch: Batch) -> list[Row]:
    return list(zip(*batch.columns, strict=True))


def flat(batches: Iterable[Batch]) -> tuple[list[Definition], list[Row]]:
    """All definitions and all rows, in order."""
    kept = list(batches)
    return [each for batch in kept for each in batch.definitions], [row for batch in kept for row in rows_of(batch)]
