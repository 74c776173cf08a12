"""``mp-playground diff``: what differs between two recordings, or the summaries of two runs."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import asdict
from rich.console import Console
from rich.table import Table
from rich.text import Text

from playground.comparison.compare import Comparison, Event, Row, Sequences, compare
from playground.errors import PlaygroundError
from playground.export.opening import Opening
from playground.page import SIGNS, say, write_page
from playground.so_far import SoFar
from playground.summary import FORMAT
from playground.text import clean, clean_all

_LARGEST = 64 << 20
_MOST = 60
"""So many figures of one part, findings and divergences are told."""
_LONGEST = 46
"""Characters of a figure."""
_NAME = 28
_SIDES = (("-", "red"), ("+", "green"))
_PARTS = {"run": "", "process": "process", "resource": "", "counter": "counter"}


# --- What a summary must be -----------------------------------------------------------------------------------


class _Process(msgspec.Struct):
    name: str
    exitcode: int | None
    state: str
    seconds: dict[str, float]
    role: str = ""


class _Resource(msgspec.Struct):
    name: str
    kind: str
    acquired: int
    contended: int
    max_holders: int
    held_by: list[str]
    waited_by: list[str]


class _Counter(msgspec.Struct):
    name: str
    first: float | None
    last: float | None
    min: float | None
    max: float | None
    writes: int | None
    lost_updates: int | None


class _Finding(msgspec.Struct):
    kind: str
    severity: str
    processes: list[str]
    resources: list[str]
    at_s: float | None
    text: str
    advice: str = ""


class _Summary(msgspec.Struct):
    scenario: str
    parameters: dict[str, Any]
    start_method: str
    outcome: str
    exitcode: int | None
    duration_s: float | None
    processes: list[_Process]
    resources: list[_Resource]
    counters: list[_Counter]
    findings: list[_Finding]
    verdict: str
    events: int
    dropped: int


class _Side(Struct):
    """One of the two."""

    path: Path
    summary: dict[str, Any]
    did: Sequences | None
    """What its processes did; None of a summary."""
    notices: Sequence[str] = ()


def run_diff(one: Path, other: Path, *, as_json: bool) -> int:
    """Print the comparison; returns the exit code. Raises PlaygroundError when one of them is neither."""
    sides = _side(one), _side(other)
    found = compare(sides[0].summary, sides[1].summary, sides[0].did, sides[1].did)
    for side in sides:
        for notice in side.notices:
            print(f"mp-playground: {clean(side.path.name, 255)}: {notice}", file=sys.stderr)
    if as_json:
        print(json.dumps(_as_object(found, sides)), flush=True)
    else:
        write_page(sys.stdout, lambda console: _Page(found, sides, console).print())
    return 0


def _side(path: Path) -> _Side:
    """Read a recording, or a summary as JSON."""
    summary = _summary(path)
    if summary is not None:
        return _Side(path, summary, None)
    did = Sequences()
    telling = SoFar(f"reading {clean(path.name, 80)}")
    try:
        replay = Opening(path, telling).read(did.take)
    finally:
        telling.done()
    long = [] if did.whole else ["it is so long that only its first events are compared one by one"]
    return _Side(path, replay.summary, did, [*replay.notices, *long])


def _summary(path: Path) -> dict[str, Any] | None:
    """The summary in a file; None when it may be a recording."""
    shown = clean(str(path), 4096)
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return None
        data = path.read_bytes()
    except (OSError, ValueError):
        return None  # whoever opens it as a recording says why that fails
    if data.lstrip()[:1] != b"{" or data.startswith(b'{"mpr"'):
        return None
    try:
        given = msgspec.json.decode(data)
        if given.get("format") != FORMAT:
            raise PlaygroundError(f"{shown} is no summary of format {FORMAT}; make one by `run --headless --json`")
        return clean_all(msgspec.to_builtins(msgspec.convert(given, _Summary)))  # type: ignore[no-any-return]  # a dict
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError, UnicodeDecodeError) as error:
        raise PlaygroundError(f"{shown} is neither a recording nor a summary: {error}") from None


def _as_object(found: Comparison, sides: tuple[_Side, _Side]) -> dict[str, Any]:
    def event(each: Event) -> dict[str, Any]:
        return {"at_s": None if each.at is None else each.at / 1e9, "text": each.text, "place": each.place}

    return {
        "format": FORMAT,
        "one": str(sides[0].path),
        "other": str(sides[1].path),
        "rows": [{**asdict(row), "differs": row.differs} for row in found.rows],
        "findings": {"only_one": found.only_one, "only_other": found.only_other, "both": found.both},
        "divergences": [
            {"process": d.process, "ordinal": d.ordinal, "one": event(d.one), "other": event(d.other)}
            for d in found.divergences
        ],
    }


class _Page:
    """Prints one comparison to a console, part by part."""

    def __init__(self, found: Comparison, sides: tuple[_Side, _Side], console: Console) -> None:
        self._found, self._sides, self._console = found, sides, console

    def print(self) -> None:
        """All of it."""
        for (sign, style), side in zip(_SIDES, self._sides, strict=True):
            say(self._console, "    ", Text(f"{sign * 3} {clean(str(side.path), 4096)}", f"bold {style}"), indent=0)
        self._figures()
        for (sign, style), findings in zip(_SIDES, (self._found.only_one, self._found.only_other), strict=True):
            self._only(sign, style, findings)
        self._parted()

    def _figures(self) -> None:
        differing = self._found.differing
        same = len(self._found.rows) - len(differing)
        self._console.print()
        if not differing:
            self._console.print(Text(f"all {same} figures are the same"))
            return
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        table.add_column("", no_wrap=True, overflow="ellipsis")
        table.add_column("", no_wrap=True)
        for sign, style in _SIDES:
            table.add_column(Text(sign * 3, f"bold {style}"), overflow="fold", max_width=_LONGEST)
        before = None
        for part in _PARTS:
            rows = [row for row in differing if row.part == part]
            for row in rows[:_MOST]:
                name = f"{_PARTS[part]} {row.name}".strip()
                first = Text("" if (part, name) == before else clean(name, _NAME), "bold")
                before = (part, name)
                table.add_row(first, row.what, *(_figure(row, value) for value in (row.one, row.other)))
            if len(rows) > _MOST:
                table.add_row("", f"… and {len(rows) - _MOST} more", "", "")
        self._console.print(table)
        self._console.print(Text(f"{same} other figures are the same, or nearly so", "dim"))

    def _only(self, sign: str, style: str, findings: Sequence[Any]) -> None:
        if not findings:
            return
        self._console.print()
        self._console.print(Text(f"found only in {sign * 3}", f"bold {style}"))
        for finding in findings[:_MOST]:
            mark, tone = SIGNS.get(finding["severity"], SIGNS["info"])
            kind = finding["kind"].replace("_", " ")
            told = "" if kind in finding["text"] else f"{kind}: "
            say(self._console, "  ", Text(f"{mark} ", tone).append(f"{told}{finding['text']}", "default"), indent=2)
        self._more(len(findings) - _MOST)

    def _parted(self) -> None:
        if any(side.did is None for side in self._sides):
            return
        self._console.print()
        parted = self._found.divergences
        if not parted:
            said = "every process that is in both did the same, event by event, as far as that is known"
            say(self._console, "", said, indent=0)
            return
        self._console.print(Text("where they part, process by process", "bold"))
        for each in parted[:_MOST]:
            events = "event" if each.ordinal == 1 else "events"
            after = f"after {each.ordinal:,} {events} in common" if each.ordinal else "from its first event on"
            say(self._console, "  ", Text(f"{clean(each.process)} ", "bold").append(after, "dim"), indent=2)
            for (sign, style), event in zip(_SIDES, (each.one, each.other), strict=True):
                told = Text(f"{sign} ", style).append(clean(event.text), "default")
                where = [event.place] if event.place else []
                where += [f"at {event.at / 1e9:.6f} s"] if event.at is not None else ["for the rest of the run"]
                say(self._console, "  ", told.append(f"  {', '.join(where)}", "dim"), indent=4)
        self._more(len(parted) - _MOST)

    def _more(self, count: int) -> None:
        if count > 0:
            self._console.print(Text(f"  … and {count} more", "dim"))


def _figure(row: Row, value: Any) -> Text:
    """A figure as a person reads it; ``-`` for what is not there or not known."""
    if value is None:
        return Text("-", "dim")
    if isinstance(value, list):
        return Text(clean(", ".join(map(str, dict.fromkeys(value))) or "nobody", 200))
    if row.unit == "s":
        return Text(f"{value:.3f} s")
    if isinstance(value, bool | str):
        return Text(clean(str(value), 400))
    return Text(f"{value:,}" if isinstance(value, int) else f"{value:,.6g}")
