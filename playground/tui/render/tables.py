"""The process table, the counters, the waits and the log, each as lines of exactly the width asked for."""

from collections.abc import Sequence

from textual.strip import Strip

from playground.findings import Finding
from playground.history import Counter, History, Nanoseconds, State
from playground.history.told import exit_text
from playground.tui.render.line import Line
from playground.tui.render.palette import Palette
from playground.tui.render.times import clock, number, size, span

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_STATE = {State.WAITING: "warning", State.SUSPENDED: "warning", State.KILLED: "bad", State.EXITED: "muted"}


def process_strips(history: History, t: Nanoseconds, selected: int, width: int, palette: Palette) -> list[Strip]:
    """Pid, name, state, CPU, memory, and what is waited for and who has it."""
    head = palette.style(palette.muted, bold=True)
    title = Line().add(f"{'PID':>7} ", head).column("NAME", 13, head).column("STATE", 10, head)
    title.add(f"{'CPU':>6} {'RSS':>5}  ", head).add("WAITS ON", head)
    waits = {wait.process: wait for wait in history.waits_at(t) if wait.thread == 1}
    strips = [title.strip(width, palette.style())]
    for state in history.at(t):
        definition = history.processes[state.index].definition
        ground = palette.selected if state.index == selected else palette.ground
        plain = palette.style(palette.text, ground)
        tone = palette.style(getattr(palette, _STATE.get(state.state, "good")), ground, bold=True)
        line = Line().add(f"{definition.pid:>7} ", palette.style(palette.muted, ground))
        line.column(history.name(state.index), 12, plain).add(" ", plain)
        ended = state.state.final
        line.column(exit_text(state.exitcode) if ended else state.state.name.lower(), 10, tone)
        cpu = "–" if state.cpu is None or ended else f"{state.cpu:.0f}%"
        line.add(f"{cpu:>6} {'–' if ended else size(state.rss):>5}  ", palette.style(palette.muted, ground))
        wait = waits.get(state.index)
        if wait is not None and not ended:
            on = history.name(wait.on_process) if wait.on_process is not None else history.resource_name(wait.resource)
            holders = ", ".join(history.name(p) for p in wait.holders)
            line.add(f"{on}{' ◂ ' + holders if holders else ''} {span(t - wait.since)}", tone)
        strips.append(line.strip(width, plain))
    return strips


def counter_strips(history: History, t: Nanoseconds, width: int, height: int, palette: Palette) -> list[Strip]:
    """A step plot per counter, with its value beside the one that is expected or the limit."""
    strips: list[Strip] = []
    counters = history.counters
    rows = 2 if counters and height >= 3 * len(counters) else 1
    for counter in counters[: max(1, height // rows)]:
        strips += _plot(history, counter, t, width, rows, palette)
    if not counters:
        strips.append(
            Line().add(" no shared values or queues yet", palette.style(palette.muted)).strip(width, palette.style())
        )
    return strips


def _plot(history: History, counter: Counter, t: Nanoseconds, width: int, rows: int, palette: Palette) -> list[Strip]:
    value = counter.at(t)
    expected = history.info.expected.get(counter.name)
    limit = history.info.limits.get(counter.name, counter.limit)
    bound = max([*(counter.values[-2000:] or [1]), expected or 0, limit or 0, 1])
    over = limit is not None and counter.unit in {"value", "holders"} and (value or 0) > limit
    note = f"of {number(expected)}" if expected else f"limit {limit}" if limit else counter.unit
    name_width, value_width = 14, 18
    cells = max(4, width - name_width - value_width)
    columns = [counter.at(t * (x + 1) // cells) or 0.0 for x in range(cells)]
    lines = []
    for row in range(rows):
        low = rows - 1 - row
        line = Line()
        line.column(f" {counter.name}" if row == 0 else "", name_width, palette.style(bold=True))
        for column in columns:
            level = column / bound * rows * 8 - low * 8
            high = limit is not None and counter.unit in {"value", "holders"} and column > limit
            line.add(_EIGHTHS[int(min(max(level, 0), 8))], palette.style(palette.bad if high else palette.accent))
        if row == 0:
            shown = "–" if value is None else number(value)
            line.add(f" {shown}", palette.style(palette.bad if over else palette.text, bold=True))
            line.add(f" {note}", palette.style(palette.bad if over else palette.muted))
        lines.append(line.strip(width, palette.style()))
    return lines


def wait_strips(history: History, t: Nanoseconds, stuck: set[int], width: int, palette: Palette) -> list[Strip]:
    """The wait-for graph, one edge a line; members of a cycle in red."""
    strips = []
    for wait in history.waits_at(t):
        if wait.operation == "get" and not wait.resource:
            continue
        bad = wait.process in stuck and not wait.timed
        tone = palette.style(palette.bad if bad else palette.text, bold=bad)
        line = Line().add(" ✖ " if bad else "   ", tone).add(history.name(wait.process), tone)
        line.add(f" ─{wait.operation}─▶ ", palette.style(palette.bad if bad else palette.warning))
        if wait.on_process is not None:
            line.add(history.name(wait.on_process), tone)
        else:
            line.add(history.resource_name(wait.resource), tone)
            for holder in wait.holders:
                line.add(" ─held by─▶ ", palette.style(palette.bad if bad else palette.muted))
                line.add(history.name(holder), tone)
        line.add(f"  {history.place(wait.site)}", palette.style(palette.muted))
        strips.append(line.strip(width, palette.style()))
    return strips or [Line().add(" nobody waits", palette.style(palette.muted)).strip(width, palette.style())]


_STREAM = {
    "stderr": "warning",
    "raised": "bad",
    "report": "good",
    "action": "accent",
    "mark": "accent",
    "notice": "warning",
}


def log_strips(history: History, t: Nanoseconds, width: int, height: int, palette: Palette) -> list[Strip]:
    """The latest lines of output, reports, actions and exceptions."""
    strips: list[Strip] = []
    for entry in history.log(t, height):
        tone = palette.style(getattr(palette, _STREAM.get(entry.stream, "text")))
        for part in entry.text.splitlines() or [""]:
            line = Line().add(f" {clock(entry.time)[3:]} ", palette.style(palette.muted))
            line.column(entry.stream, 7, palette.style(palette.muted)).add(part.expandtabs(4), tone)
            strips.append(line.strip(width, palette.style()))
    return strips[-height:]


def finding_strips(findings: Sequence[Finding], t: Nanoseconds, width: int, palette: Palette) -> list[Strip]:
    """Findings with what to do, wrapped to the width."""
    strips = []
    for finding in findings:
        if finding.at > t:
            continue
        tone = palette.style(palette.bad if finding.severity == "error" else palette.warning, bold=True)
        for i, part in enumerate(wrapped(finding.text, width - 4)):
            strips.append(Line().add(" ✖ " if i == 0 else "   ", tone).add(part, tone).strip(width, palette.style()))
        for part in wrapped(finding.advice, width - 6):
            strips.append(Line().add("     " + part, palette.style(palette.good)).strip(width, palette.style()))
    return strips or [Line().add(" nothing wrong so far", palette.style(palette.muted)).strip(width, palette.style())]


def wrapped(text: str, width: int) -> list[str]:
    """Break a sentence at blanks."""
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > max(8, width):
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]


def source_strips(history: History, t: Nanoseconds, width: int, height: int, palette: Palette) -> list[Strip]:
    """The program's text around where its processes stand, with their names in the margin."""
    standing: dict[int, list[str]] = {}
    for state in history.at(t):
        site = history.sites.get(state.site)
        if site is not None and not state.state.final and site.file == history.info.source_file:
            standing.setdefault(site.line, []).append(history.name(state.index))
    lines = history.info.source.splitlines()
    first = max(0, min(standing, default=1) - 4)
    strips = []
    for i in range(first, min(len(lines), first + height)):
        who = ", ".join(standing.get(i + 1, []))
        here = palette.style(palette.text if who else palette.muted, bold=bool(who))
        line = Line().column(f"{who} ▶" if who else "", 14, palette.style(palette.accent, bold=True), right=True)
        line.add(f" {i + 1:>4}  ", palette.style(palette.faint)).add(lines[i].expandtabs(4), here)
        strips.append(line.strip(width, palette.style()))
    return strips or [Line().add(" no source known", palette.style(palette.muted)).strip(width, palette.style())]
