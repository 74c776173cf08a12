"""Processes and resources, a row each."""

from collections.abc import Iterable
from typing import Any

from playground.export.html.markup import Html, join, tag
from playground.export.html.reported import MOST_ROWS, ReportedRun
from playground.export.html.wording import more
from playground.history.told import exit_text
from playground.tui.render.palette import Paint

_NOTHING = "–"  # noqa: RUF001  # a dash is meant
_STATES = {
    "running": Paint.RUNNING,
    "waiting": Paint.LOCK,
    "sleeping": Paint.SLEEP,
    "suspended": Paint.SUSPENDED,
}


def processes(run: ReportedRun) -> Html:
    """Who there was, when, and what its time went into."""
    rows = [_process(row) for row in run.summary["processes"][:MOST_ROWS]]
    titles = (("process", ""), ("pid", "num"), ("role", ""), ("started", "num"), ("ended", ""))
    times = (("running", "num"), ("waiting", "num"), ("sleeping", "num"), ("its time", ""))
    return join(
        tag("h2", "Processes"),
        table([*titles, *times], rows),
        more(len(run.summary["processes"]) - MOST_ROWS, "processes"),
    )


def _process(row: dict[str, Any]) -> Html:
    code, seconds = row["exitcode"], row["seconds"]
    ended = exit_text(code) if row["ended_s"] is not None else f"{row['state']} at the end"
    at = f" at {row['ended_s']:.3f} s" if row["ended_s"] is not None else ""
    total = sum(seconds.values()) or 1.0
    share = [
        tag("i", style=f"width:{seconds[name] / total * 100:.1f}%;background:var(--p{paint:d})")
        for name, paint in _STATES.items()
        if seconds[name]
    ]
    role = row["role"] + (", daemon" if row["daemon"] else "")
    told = ", ".join(f"{name} {seconds[name] / total:.0%}" for name in _STATES if seconds[name])
    return tag(
        "tr",
        tag("td", tag("b", row["name"] or _NOTHING)),
        tag("td", row["pid"], class_="num"),
        tag("td", role),
        tag("td", _seconds(row["started_s"]), class_="num"),
        tag("td", ended, tag("span", at, class_="quiet"), class_="bad" if code else None),
        *(tag("td", _seconds(seconds[name]), class_="num") for name in ("running", "waiting", "sleeping")),
        tag("td", tag("div", *share, class_="share", title=told)),
    )


def resources(run: ReportedRun) -> Html | None:
    """What they shared, what is held or waited for first; nothing where there is nothing."""
    everything = run.summary["resources"]
    used = sorted(everything, key=lambda r: (not (r["held_by"] or r["waited_by"]), -r["contended"], -r["acquired"]))
    if not used:
        return None
    rows = [
        tag(
            "tr",
            tag("td", tag("b", row["name"] or _NOTHING)),
            tag("td", row["kind"].replace("_", " ")),
            tag("td", row["site"] or _NOTHING, class_="mono"),
            *(tag("td", f"{row[key]:,}", class_="num") for key in ("acquired", "contended", "max_holders")),
            *(tag("td", ", ".join(dict.fromkeys(row[key])) or _NOTHING) for key in ("held_by", "waited_by")),
        )
        for row in used[:MOST_ROWS]
    ]
    titles = [("resource", ""), ("kind", ""), ("made at", ""), ("acquired", "num"), ("had to wait", "num")]
    titles += [("most holders", "num"), ("held at the end by", ""), ("waited for at the end by", "")]
    return join(
        tag("h2", "Locks, queues and other shared things"),
        table(titles, rows),
        more(len(used) - MOST_ROWS, "of them"),
    )


def table(titles: Iterable[tuple[str, str]], rows: list[Html]) -> Html:
    """A table of titles, each with a class, and rows."""
    head = tag("tr", *(tag("th", title, class_=side or None) for title, side in titles))
    return tag("div", tag("table", tag("thead", head), tag("tbody", *rows), class_="facts"), class_="panel wide")


def _seconds(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.3f} s"
