"""Output, log records, reports, marks, exceptions and what the person did, in the order of time."""

from textual.strip import Strip

from playground.history import LogLine
from playground.tui.moment import Moment
from playground.tui.render.line import Line, chunks, remark
from playground.tui.render.palette import Palette
from playground.tui.render.times import clock

KEPT = 500
"""Entries that can be scrolled back to."""
_TONES = {
    "stderr": "warning",
    "raised": "bad",
    "report": "accent",
    "action": "accent",
    "mark": "accent",
    "notice": "warning",
}
_SIGNS = {
    "stdout": " ",
    "stderr": "!",
    "raised": "✗",
    "report": "▸",
    "action": "▾",
    "mark": "▾",
    "notice": "!",
    "log": "·",
}
_LEVELS = {"DEBUG": "muted", "INFO": "text", "WARNING": "warning", "ERROR": "bad", "CRITICAL": "bad"}
"""First word of a record of the logging module to its tone."""


def draw(moment: Moment, width: int, height: int, palette: Palette) -> list[Strip]:  # noqa: ARG001  # as all drawings
    """The latest entries, newest last."""
    strips: list[Strip] = []
    entries = moment.history.log(moment.at, KEPT)
    reports = {entry.text for entry in entries if entry.stream == "report"}
    for entry in entries:
        if entry.stream == "stdout" and entry.text in reports:
            continue  # the same sentence as report
        tone = palette.style(getattr(palette, _tone(entry)))
        parts = [part for line in entry.text.splitlines() or [""] for part in chunks(line.expandtabs(4), width - 11)]
        for i, part in enumerate(parts):
            line = Line().add(f" {clock(entry.time)[3:] if i == 0 else '':6} ", palette.style(palette.muted))
            line.add(f"{_SIGNS.get(entry.stream, ' ') if i == 0 else ' '} ", tone).add(part, tone)
            strips.append(line.strip(width, palette.style()))
    return strips or [remark("no output so far", width, palette)]


def _tone(entry: LogLine) -> str:
    if entry.stream == "log":
        return _LEVELS.get(entry.text.partition(" ")[0], "text")
    return _TONES.get(entry.stream, "text")
