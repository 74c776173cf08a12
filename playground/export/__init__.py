"""A recording as a file for other programs and for people who have no playground.

One module per format; each reads the recording once and writes text.
"""

import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TextIO

from playground.errors import PlaygroundError
from playground.export.opening import Opening, Options, Progress
from playground.text import clean

__all__ = ["FORMATS", "Format", "Options", "export", "suggested", "write"]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file."""

    name: str
    suffix: str
    title: str
    """What it is and what opens it, in one line."""
    contains: str
    """What of the program is in it: to be read before it is given away."""
    module: str = ""
    """Where it is made, imported when it is wanted; what is called like the format without one."""

    @property
    def write(self) -> Callable[[Opening, TextIO, Options], None]:
        """What writes it."""
        made: Callable[[Opening, TextIO, Options], None] = import_module(f"{__name__}.{self.module or self.name}").write
        return made


FORMATS: Mapping[str, Format] = {
    each.name: each
    for each in (
        Format(
            "perfetto",
            ".trace.json",
            "Trace for ui.perfetto.dev and chrome://tracing: tracks, waits, flows, counters",
            "names of processes and resources, lines of source by number, values, messages; no source, no output",
        ),
        Format(
            "html",
            ".html",
            "Report that explains the run, for any browser: one file, no script, no network",
            "source of the main file, all output, the command line, values: look it through before you give it away",
        ),
    )
}
"""Name to format, in the order in which they are offered."""


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
    if not force and os.path.lexists(target):
        raise PlaygroundError(f"{shown} exists already; name another file, or overwrite it by --force")
    if target.is_dir():
        raise PlaygroundError(f"{shown} is a directory; name a file in it")
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}.", dir=target.parent)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no file has such a name"
        raise PlaygroundError(f"cannot write {shown}: {why}; choose another place by -o") from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            write(source, format, out, options, progress)
        os.replace(name, target)
    except OSError as error:
        raise PlaygroundError(f"cannot write {shown}: {error.strerror}; choose another place by -o") from None
    finally:
        with suppress(OSError):
            os.unlink(name)
