"""What went wrong, in full, with the lines of source and what to do about it; on the screen and as plain text."""

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct
from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from playground.excerpt import Place, Sources
from playground.findings import Finding
from playground.history import History
from playground.text import clean
from playground.tui.render.code import coloured
from playground.tui.render.line import Line, fitted, sentence, wrapped
from playground.tui.render.palette import Palette
from playground.tui.render.times import clock

TONES = {"error": "bad", "warning": "warning", "info": "accent"}
SIGNS = {"error": "✗", "warning": "!", "info": "i"}
"""Severity to its sign, the worst first."""
_MOST_NAMED = 6


def worst(findings: Iterable[Finding]) -> str:
    """The gravest severity among some findings."""
    return min((finding.severity for finding in findings), key=list(TONES).index)


class Told(Struct, frozen=True):
    """A finding as it is told: the latest of those that say the same of others."""

    finding: Finding
    again: tuple[Finding, ...] = ()
    """Earlier ones of the same kind that differ in names and figures only, the latest first."""

    @property
    def head(self) -> str:
        """``✗ deadlock  3 times``."""
        kind = self.finding.kind.replace("_", " ")
        times = f"  {len(self.again) + 1} times" if self.again else ""
        return f"{SIGNS[self.finding.severity]} {kind}{times}"


def told(history: History, findings: Iterable[Finding]) -> list[Told]:
    """Findings with the latest first, the gravest of an instant, each that only repeats another counted with it."""
    alike: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        alike.setdefault((finding.kind, finding.severity, _shape(history, finding)), []).append(finding)
    groups = (Told(group[-1], tuple(reversed(group[:-1]))) for group in alike.values())
    return sorted(groups, key=lambda each: (-each.finding.at, list(TONES).index(each.finding.severity)))


def _shape(history: History, finding: Finding) -> str:
    """The sentence without names of processes and figures."""
    text = finding.text
    for name in sorted({history.name(p) for p in finding.processes}, key=len, reverse=True):
        text = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", "#", text)
    return re.sub(r"\d+(\.\d+)?", "#", text)


def who_and_what(history: History, each: Told) -> str:
    """``processes A, B · resources first, second``; "" when it is about none."""
    findings = (each.finding, *each.again)
    processes = dict.fromkeys(history.name(p) for finding in findings for p in finding.processes)
    resources = dict.fromkeys(history.resource_name(r) for finding in findings for r in finding.resources)
    parts = (("processes", processes), ("resources", resources))
    return " · ".join(f"{title} {_list([*filter(None, names)])}" for title, names in parts if any(names))


def _list(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def draw(
    history: History,
    each: Told,
    places: Sequence[Place],
    sources: Sources,
    width: int,
    palette: Palette,
    *,
    open_: bool,
) -> list[Strip]:
    """One finding; its source, who and what, and its advice are there when it is open."""
    tone = getattr(palette, TONES[each.finding.severity])
    ground = palette.selected if open_ else palette.ground
    head = Line().add("▌" if open_ else " ", palette.style(palette.accent, ground))
    head.add(each.head, palette.style(tone, ground, bold=True))
    head.add(f"  at {clock(each.finding.at)}", palette.style(palette.muted, ground))
    strips = [head.strip(width, palette.style(None, ground))]
    named = None if palette.plain else palette.style(palette.warning)
    told = sentence(each.finding.text, width - 4, palette.style(), named)
    lines = [Line().add("   ", palette.style()).join(line) for line in told]
    if open_:
        names = wrapped(who_and_what(history, each), width - 4)
        lines += [Line().add(f"   {part}", palette.style(palette.muted)) for part in names if part]
        for place in places:
            lines += _place(place, sources, width, palette, named)
        good = palette.style(palette.good)
        advice = sentence(each.finding.advice, width - 6, good, named)
        lines += [Line().add("   → " if i == 0 else "     ", good).join(line) for i, line in enumerate(advice)]
    return [*strips, *(line.strip(width, palette.style()) for line in lines)]


def _place(place: Place, sources: Sources, width: int, palette: Palette, named: Style | None) -> Iterable[Line]:
    """A line of source between its neighbours, under its file and what happens there."""
    where = f"   {clean(short(place.file))}:{place.line}"
    head = Line().add(fitted(where, min(len(where), width)), palette.style(palette.accent))
    remarks = clean(", ".join(place.remarks))
    muted = palette.style(palette.muted)
    yield head.add("  ", muted).join(sentence(remarks, cell_len(remarks), muted, named)[0])
    for number, code in sources.around(place):
        here = number == place.line
        line = Line().add(f"   {'▸' if here else ' '}{number:>5} ", palette.style(palette.warning, bold=True))
        line.add("│ ", palette.style(palette.faint))
        for pieces in coloured(clean(code.expandtabs(4)))[:1]:
            for text, colour in pieces:
                line.add(text, palette.style(getattr(palette, colour) if here else palette.muted))
        yield line


def plain(history: History, each: Told, places: Sequence[Place], sources: Sources) -> str:
    """The same as text for an issue or a mail."""
    lines = [f"{each.head}, at {each.finding.at / 1e9:.3f} s", each.finding.text]
    names = who_and_what(history, each)
    lines += [names] if names else []
    for place in places:
        remarks = f"  {', '.join(place.remarks)}" if place.remarks else ""
        lines.append(f"  {place.file}:{place.line}{remarks}")
        lines += [f"  {'>' if n == place.line else ' '}{n:>5} | {code}" for n, code in sources.around(place)]
    return "\n".join([*(clean(line, 2000) for line in lines), f"-> {each.finding.advice}", ""])


def short(file: str) -> str:
    """The last two parts of a path."""
    return "/".join(file.rsplit("/", 2)[-2:])
