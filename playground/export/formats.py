"""The formats that a recording can be exported to."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TextIO

from msgspec import Struct

from playground.export.opening import Opening, Options

Writer = Callable[[Opening, TextIO, Options], None]


class Format(Struct, frozen=True):
    """A kind of file."""

    name: str
    suffix: str
    title: str
    """What it is and what opens it, in one line."""
    contains: str
    """What of the program is in it: to be read before it is given away."""
    made_by: str
    """Module and function, imported when they are wanted."""
    takes: frozenset[str] = frozenset()
    """Which fields of the options concern it."""

    @property
    def write(self) -> Writer:
        """What writes it."""
        module, _, function = self.made_by.partition(":")
        made: Writer = getattr(import_module(f"playground.export.{module}"), function)
        return made


_NAMES = "names of processes, functions and resources"
_SHOWN = f"{_NAMES}, and of output and source what the stage shows"
FORMATS: Mapping[str, Format] = {
    each.name: each
    for each in (
        Format(
            "html",
            ".html",
            "Report that explains the run: one page for any browser",
            "source of the main file, all output, the command line, values, your notes",
            "html.page:write",
            frozenset({"against"}),
        ),
        Format(
            "perfetto",
            ".trace.json",
            "Trace for ui.perfetto.dev and chrome://tracing",
            f"{_NAMES}, values, what was marked, reported and raised; no source, no output",
            "perfetto:write",
        ),
        Format(
            "csv-events",
            ".events.csv",
            "Every event, a line each, for spreadsheets and data frames",
            f"{_NAMES}, paths of files, values, all output; no source",
            "tables:write_events",
        ),
        Format(
            "csv-intervals",
            ".intervals.csv",
            "Every state, wait and hold with its begin and end, a line each",
            f"{_NAMES}; no values, no source, no output",
            "tables:write_intervals",
        ),
        Format(
            "json",
            ".summary.json",
            "The summary: outcome, processes, resources, counters, findings",
            f"{_NAMES}, values, the verdict, the path of the recording; no source, no output",
            "summary:write",
        ),
        Format(
            "svg",
            ".svg",
            "Picture of the stage at one instant",
            _SHOWN,
            "picture:write",
            frozenset({"at_s", "columns", "rows", "light"}),
        ),
        Format(
            "asciicast",
            ".cast",
            "Film of the replay for terminals: asciinema play FILE",
            _SHOWN,
            "asciicast:write",
            frozenset({"speed", "columns", "rows", "light"}),
        ),
    )
}
"""Name to format, in the order in which they are offered."""
