"""What the program printed, and the messages of the run."""

from playground.export.html.markup import Html, join, tag
from playground.export.html.reported import ReportedRun
from playground.history import History, LogLine

_MOST = 800
"""Lines; of more, a quarter of that from the begin and three quarters from the end."""
_SAYS = {"stdout": " ", "stderr": "!", "raised": "✗", "report": "▸", "action": "▾", "mark": "▾", "notice": "!"}


def output(run: ReportedRun) -> Html | None:
    """All lines by time; nothing where there are none."""
    lines = run.history.lines
    if not lines:
        return None
    first = lines[: _MOST // 4] if len(lines) > _MOST else lines
    last = lines[-_MOST * 3 // 4 :] if len(lines) > _MOST else []
    rows = [_said(run.history, line) for line in first]
    if last:
        left_out = f"⋯ {len(lines) - len(first) - len(last):,} lines are left out"
        rows += [tag("tr", tag("td", left_out, colspan=4)), *(_said(run.history, line) for line in last)]
    return join(
        tag("h2", "Output and messages"),
        tag("div", tag("table", tag("tbody", *rows), class_="log mono"), class_="panel wide"),
    )


def _said(history: History, line: LogLine) -> Html:
    return tag(
        "tr",
        tag("td", f"{line.time / 1e9:.3f}", class_="t"),
        tag("td", history.name(line.process), class_="w"),
        tag("td", _SAYS.get(line.stream, "·"), class_=f"w {line.stream}", title=line.stream),
        tag("td", line.text, class_=line.stream),
    )
