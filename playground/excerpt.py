"""The lines of source that a finding speaks of, and the code that stands there."""

import os
import re
import stat
from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from playground.findings import Finding
from playground.history import History

CONTEXT = 1
"""Lines shown above and below the line that is meant."""
MOST_PLACES = 6
_LARGEST = 4 << 20
_NAMED = re.compile(r"(?<![^\s()`,;:])([^\s()`,;:]+):(\d+)")
_FRAME = re.compile(r'  File "(.+)", line (\d+)')
_LIBRARY = re.compile(r"/lib/python\d|^<|/playground/probe/")

_OF_DATA = frozenset({"lost_update", "data_race"})
"""Kinds of findings that are about values: who waits for what at that instant has nothing to do with them."""


class Place(Struct):
    """A line of source, with what happens there in words."""

    file: str
    line: int
    remarks: list[str] = field(default_factory=list)


def places(history: History, finding: Finding) -> list[Place]:
    """Where the finding's processes waited and its resources were held, then the lines that its sentence names."""
    found: dict[tuple[str, int], Place] = {}
    for file, line, remark in (
        *_waits(history, finding),
        *_holds(history, finding),
        *_raised(history, finding),
        *_named(history, finding),
    ):
        place = found.setdefault((file, line), Place(file, line))
        if remark and remark not in place.remarks:
            place.remarks.append(remark)
    return list(found.values())[:MOST_PLACES]


def _waits(history: History, finding: Finding) -> Iterator[tuple[str, int, str]]:
    if finding.kind in _OF_DATA:
        return
    for wait in history.waits_at(finding.at):
        site = history.sites.get(wait.site)
        if site is not None and wait.process in finding.processes:
            yield site.file, site.line, f"{history.name(wait.process)} waits here"


def _holds(history: History, finding: Finding) -> Iterator[tuple[str, int, str]]:
    for number in finding.resources:
        resource = history.resources.get(number)
        for process, _, at, _ in resource.holders_at(finding.at) if resource is not None else ():
            site = history.sites.get(at)
            if site is not None:
                yield (
                    site.file,
                    site.line,
                    f"{history.name(process)} holds `{history.resource_name(number)}` since here",
                )


def _raised(history: History, finding: Finding) -> Iterator[tuple[str, int, str]]:
    """The program's own line of an exception that came up through a library."""
    for told in history.raised:
        if told.stream == "raised" and told.process in finding.processes and told.time == finding.at:
            own = [(file, line) for file, line in _FRAME.findall(told.text) if not _LIBRARY.search(file)]
            if own:
                yield own[-1][0], int(own[-1][1]), "raised here"


def _named(history: History, finding: Finding) -> Iterator[tuple[str, int, str]]:
    """Lines of the sentence, as ``transfer.py:14``; one that nothing else tells of more exactly is left out."""
    for name, number in _NAMED.findall(finding.text):
        file = _file_called(history, name, int(number))
        if file:
            yield file, int(number), ""


def _file_called(history: History, name: str, line: int) -> str:
    sites = (site.file for site in history.sites.values() if site.line == line)
    frames = (file for told in history.raised for file, number in _FRAME.findall(told.text) if int(number) == line)
    candidates = (*sites, *frames, history.info.source_file)
    return next((file for file in candidates if file.rpartition("/")[2] == name.rpartition("/")[2]), "")


class Sources:
    """Texts of the program's files: those that the run itself has kept, others only where they may be read."""

    def __init__(self, history: History, *, reads_files: bool) -> None:
        self._reads_files = reads_files
        self._texts: dict[str, Sequence[str]] = {}
        if history.info.source:
            self._texts[history.info.source_file] = history.info.source.splitlines()
        self._kept = history.files

    def around(self, place: Place) -> list[tuple[int, str]]:
        """Number and text of the lines around a place; none when its text is not known."""
        lines = self.lines(place.file)
        first, last = max(place.line - CONTEXT, 1), min(place.line + CONTEXT, len(lines))
        return [(number, lines[number - 1]) for number in range(first, last + 1)] if place.line <= len(lines) else []

    def lines(self, file: str) -> Sequence[str]:
        """The lines of a file as they are; none when its text is not known."""
        path = os.path.abspath(file) if self._reads_files else file
        if path not in self._texts:
            kept = self._kept.get(file, "").splitlines()
            if not kept and not self._reads_files:
                return ()  # a recording that is being read may come to it
            self._texts[path] = kept or _read(path)
        return self._texts[path]


def _read(path: str) -> Sequence[str]:
    """Lines of an ordinary file of ordinary size; nothing of any other."""
    try:
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST:
            return ()
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().splitlines()
    except (OSError, ValueError):
        return ()
