"""What a person reads when a run without a screen has ended: verdict, findings, processes, resources."""

import os
import sys
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from playground.excerpt import Place, Sources, places
from playground.face import Face
from playground.findings import Finding
from playground.history import History, doing
from playground.history.told import exit_text
from playground.page import SIGNS, say, write_page
from playground.scenario import NOT_RUN
from playground.text import clean

_MOST_NAMED = 3
_LONGEST_CELL = 32
"""Characters of a name in a table: a longer one would push the other columns out."""
_MOST_FINDINGS, _MOST_PROCESSES, _MOST_RESOURCES, _MOST_STANDING = 40, 40, 20, 20
_ENDINGS = {"timeout": "timed out", "": "not ended"}


_DROPPED = (
    "they came faster than they could be collected, or there was no room. "
    "Figures are too low, and what is held may be old."
)


def print_report(face: Face, summary: Mapping[str, Any], *, well: bool) -> None:
    """Write the report of an ended run to stderr; ``well`` decides between ✓ and ✗."""
    write_page(sys.stderr, lambda console: _Report(face, summary, console).print(well=well))


class _Report:
    """Prints one report to a console, part by part."""

    def __init__(self, face: Face, summary: Mapping[str, Any], console: Console) -> None:
        self._history, self._summary, self._console = face.history, summary, console
        self._sources = Sources(face.history, reads_files=face.reads_files)
        self._findings = sorted(face.findings.all, key=lambda each: (list(SIGNS).index(each.severity), each.at))

    def print(self, *, well: bool) -> None:
        self._verdict(well=well)
        for finding in self._findings[:_MOST_FINDINGS]:
            self._finding(finding)
        self._more(len(self._findings) - _MOST_FINDINGS, "findings")
        self._standing()
        self._processes()
        self._resources()
        if self._summary["dropped"]:
            self._console.print()
            said = f"! {self._summary['dropped']:,} events were dropped: {_DROPPED}"
            say(self._console, "! ", said, style="yellow", indent=0)
        if self._summary["recording"]:
            self._console.print()
            text = Text(f"recorded in {clean(self._summary['recording'], 4096)}", "dim")
            self._console.print(text, soft_wrap=True)  # whole, to be copied

    # --- Parts ---------------------------------------------------------------------------------------

    def _verdict(self, *, well: bool) -> None:
        outcome = self._summary["outcome"]
        head = f"{_ENDINGS.get(outcome, outcome)} after {self._summary['duration_s'] or 0:.2f} s: "
        verdict = self._summary["verdict"]
        sign, style = SIGNS["error" if not well else "info" if verdict.startswith(NOT_RUN) else "ok"]
        line = Text(f"{sign} {head}{clean(verdict)}", style)
        if any(finding.text == verdict for finding in self._findings):  # stands below in full
            self._console.print(line, no_wrap=True, overflow="ellipsis")
        else:
            say(self._console, f"{sign} ", line, style=style, indent=0)

    def _finding(self, finding: Finding) -> None:
        sign, style = SIGNS[finding.severity]
        self._console.print()
        kind = finding.kind.replace("_", " ")
        told = kind in finding.text or finding.kind in finding.text
        head = f"{sign} {finding.severity}{'' if told else f', {kind}'}, at {finding.at / 1e9:.3f} s: "
        text = Text(head, style).append(clean(finding.text, 2000), "default")
        say(self._console, "  ", text, indent=2)
        for place in places(self._history, finding):
            self._place(place)
        say(self._console, "→ ", Text(f"→ {clean(finding.advice, 2000)}", "green"), indent=4)

    def _place(self, place: Place) -> None:
        remarks = f"  {', '.join(place.remarks)}" if place.remarks else ""
        head = Text(f"{clean(_shown(place.file))}:{place.line}", "cyan").append(clean(remarks), "dim")
        say(self._console, "  ", head, indent=4)
        for number, code in self._sources.around(place):
            here = number == place.line
            text = clean(code.expandtabs(4))
            line = Text(f"    {'▸' if here else ' '} {number:>4} │ {text}", "bold" if here else "dim")
            self._console.print(line, no_wrap=True, overflow="ellipsis")

    def _standing(self) -> None:
        """What everybody did who was alive when the run was ended from outside."""
        if self._summary["outcome"] not in {"timeout", "stopped", ""}:
            return
        said = standing(self._history)
        if not said:
            return
        self._console.print()
        self._console.print(Text("when the run was ended:", "bold"))
        for name, what in said[:_MOST_STANDING]:
            say(self._console, "    ", f"{clean(name)} {clean(what)}", indent=2)
        self._more(len(said) - _MOST_STANDING, "processes")

    def _processes(self) -> None:
        table = _table(("process", "left"), ("pid", "right"), ("role", "left"), ("ended", "left"))
        kinds = [k for k in ("running", "waiting", "sleeping", "suspended") if k != "suspended" or self._suspended()]
        for kind in kinds:
            table.add_column(f"{kind} s", justify="right", no_wrap=True)
        rows = self._summary["processes"]
        for row in rows[:_MOST_PROCESSES]:
            code = row["exitcode"]
            ended = Text(row["state"] if row["ended_s"] is None else exit_text(code), "red" if code else "")
            seconds = (f"{row['seconds'][kind]:.2f}" for kind in kinds)
            table.add_row(_cell(row["name"] or "-"), str(row["pid"]), _cell(row["role"]), ended, *seconds)
        if rows:
            self._console.print()
            self._console.print(table)
            self._more(len(rows) - _MOST_PROCESSES, "processes")

    def _suspended(self) -> bool:
        return any(row["seconds"]["suspended"] for row in self._summary["processes"])

    def _resources(self) -> None:
        """Those that somebody had to wait for, or that were held or waited for at the end."""
        rows = [r for r in self._summary["resources"] if r["contended"] or r["held_by"] or r["waited_by"]]
        if not rows:
            return
        table = _table(("resource", "left"), ("kind", "left"), ("made at", "left"), ("acquired", "right"))
        for title, side in (("contended", "right"), ("held by", "left"), ("waited for by", "left")):
            table.add_column(title, justify=side, no_wrap=True, overflow="ellipsis")  # type: ignore[arg-type]  # a literal
        for row in sorted(rows, key=lambda r: (not (r["held_by"] or r["waited_by"]), -r["contended"]))[
            :_MOST_RESOURCES
        ]:
            names = (_cell(_named(row[key])) for key in ("held_by", "waited_by"))
            table.add_row(
                *(_cell(row["name"] or "-"), _cell(row["kind"]), _cell(row["site"] or "-")),
                *(str(row["acquired"]), str(row["contended"])),
                *names,
            )
        self._console.print()
        self._console.print(table)
        self._more(len(rows) - _MOST_RESOURCES, "resources")

    # --- Lines ---------------------------------------------------------------------------------------

    def _more(self, count: int, of_what: str) -> None:
        if count > 0:
            self._console.print(Text(f"  … and {count} more {of_what}", "dim"))


def standing(history: History) -> list[tuple[str, str]]:
    """Name of every process that had not ended, and what its main thread was doing."""
    return [
        (
            history.name(state.index),
            f"{doing(history, state, history.until)}, for {(history.until - state.since) / 1e9:.2f} s",
        )
        for state in history.at(history.until)
        if not state.state.final
    ]


def _table(*columns: tuple[str, Any]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for title, side in columns:
        table.add_column(title, justify=side, no_wrap=True, overflow="ellipsis")
    return table


def _named(names: list[str]) -> str:
    """Each name once, the first few of them."""
    each = list(dict.fromkeys(names))
    more = [f"{len(each) - _MOST_NAMED} more"] if len(each) > _MOST_NAMED + 1 else []
    return ", ".join([*each[:_MOST_NAMED], *more] if more else each) or "-"


def _cell(text: str) -> Text:
    return Text(clean(text, _LONGEST_CELL))


def _shown(file: str) -> str:
    """A file's path as a person in this directory would write it."""
    here = os.getcwd() + os.sep
    return file.removeprefix(here)
