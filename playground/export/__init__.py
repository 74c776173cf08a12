"""A recording as a file for other programs and for people who have no playground.

One module or package per format; each reads the recording once and writes text.
"""

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from playground.errors import PlaygroundError
from playground.export.formats import FORMATS, Format
from playground.export.opening import Opening, Options, Progress
from playground.text import clean

__all__ = ["FORMATS", "Format", "Options", "export", "suggested", "write"]


def suggested(source: Path, format: str) -> Path:
    """A file name for the export, in the current directory."""
    return Path(source.name.removesuffix(".gz").removesuffix(".mpr.jsonl") + FORMATS[format].suffix)


def write(
    source: Path, format: str, out: TextIO, options: Options | None = None, progress: Progress = lambda _: None
) -> None:
    """Write a recording in a format to a stream; raises PlaygroundError when it is none, or there is no such format."""
    if format not in FORMATS:
        raise PlaygroundError(f"there is no format {clean(format, 40)!r}; choose one of {', '.join(FORMATS)}")
    FORMATS[format].write(Opening(source, progress), out, options or Options())


def export(
    source: Path,
    format: str,
    target: Path,
    *,
    options: Options | None = None,
    force: bool = False,
    progress: Progress = lambda _: None,
) -> None:
    """Write a recording in a format to a file of its own, readable by its owner, whole or not at all.

    Raises PlaygroundError, in one line, when the recording, the format or the place is not as it should be, or the
    file exists already and ``force`` was not asked for.
    """
    shown = clean(str(target), 4096)
    if "\0" in str(target):
        raise _unwritable(shown, "no file has such a name")
    try:
        if not force and os.path.lexists(target):
            raise PlaygroundError(f"{shown} exists already; name another file, or overwrite it by --force")
        if target.exists() and not target.is_file():
            raise PlaygroundError(f"{shown} is no ordinary file; name another one")
        handle, name = tempfile.mkstemp(prefix=".export-", dir=target.parent)
    except OSError as error:
        raise _unwritable(shown, error.strerror) from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            write(source, format, out, options, progress)
        os.replace(name, target)
    except OSError as error:
        raise _unwritable(shown, error.strerror) from None
    finally:
        with suppress(OSError):
            os.unlink(name)


def _unwritable(shown: str, why: str | None) -> PlaygroundError:
    return PlaygroundError(f"cannot write {shown}: {why}; choose another place")
