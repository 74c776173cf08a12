"""The texts of the program's own files as they are when they are first named, to be kept with the run."""

import os
import stat
from collections.abc import Iterable

from playground.history import Definition, FileDefinition, SiteDefinition
from playground.text import clean_lines

LARGEST = 512 << 10
"""Bytes of a file that is kept."""
MOST, MOST_FILES = 4 << 20, 200
"""Bytes and number of all of them together."""
_LIBRARIES = ("/lib/python3", "/site-packages/", "/playground/probe/")


class OwnFiles:
    """Keeps each file once: no library's, and not the main one, whose text the run has from the begin."""

    def __init__(self, main: str) -> None:
        self._seen = {"", os.path.abspath(main) if main else ""}
        self._bytes = self._files = 0

    def texts(self, definitions: Iterable[Definition]) -> list[FileDefinition]:
        """The texts of files that the definitions are the first to name, where they can be read."""
        files = dict.fromkeys(each.file for each in definitions if isinstance(each, SiteDefinition))
        return [FileDefinition(file, text) for file in files if (text := self._text(file))]

    def _text(self, file: str) -> str:
        path = os.path.abspath(file) if file else ""
        if path in self._seen or file.startswith("<") or any(library in path for library in _LIBRARIES):
            return ""
        self._seen.add(path)
        data = _read(path)
        self._bytes += len(data)
        self._files += bool(data)
        if self._bytes > MOST or self._files > MOST_FILES:
            return ""
        return clean_lines(data.decode("utf-8", "replace"), LARGEST)


def _read(path: str) -> bytes:
    """The content of an ordinary file of ordinary size; b"" of any other."""
    try:
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return b""
            data = file.read(LARGEST + 1)
    except (OSError, ValueError):
        return b""
    return data if len(data) <= LARGEST else b""
