"""What is told of one recording without reading it whole: its header, its summary, what was noted."""

from collections import Counter

from playground.recording import Entry
from playground.recording.entry import UNREADABLE, Ends, read_ends
from playground.text import clean
from playground.tui.render.times import clock

_MOST_NAMED = 12
_LONGEST = 1000


def described(entry: Entry) -> list[tuple[str, str]]:
    """All that is to be said of a recording without reading it whole: what, and the text; "" where nothing is known."""
    marks = (f"{clock(mark.at)} {mark.note}".rstrip() for mark in entry.notes.bookmarks[:_MOST_NAMED])
    try:
        ends = read_ends(entry.path)
        told = [("run", _what_was_run(ends)), ("verdict", entry.verdict), *_told_by(ends)]
    except UNREADABLE:
        told = [("problem", entry.problem or "it cannot be read any more")]
    return [
        *told,
        ("bookmarks", " · ".join(marks)),
        ("notes", clean(entry.notes_problem)),
        ("file", f"{clean(str(entry.path), 4096)} · {entry.size:,} bytes"),
    ]


def _what_was_run(ends: Ends) -> str:
    info = ends.info
    given = info.get("parameters")
    knobs = [f"{name} {value}" for name, value in given.items()] if isinstance(given, dict) else []
    method = ends.summary.get("start_method") or info.get("start_method")
    made_by = [f"Python {info['python']}"] if info.get("python") else []
    parts = [str(info["scenario"]), *knobs, *([f"start method {method}"] if method else []), *made_by]
    return clean(" · ".join(parts), _LONGEST)


def _told_by(ends: Ends) -> list[tuple[str, str]]:
    summary = ends.summary
    if not summary:
        return [("end", "none: it is being written, or was cut off")]
    found, processes, events = (summary.get(what) or () for what in ("findings", "processes", "events"))
    counts = Counter(f"{each['severity']} {str(each['kind']).replace('_', ' ')}" for each in found)
    findings = [f"{kind}{f' ×{count}' if count > 1 else ''}" for kind, count in counts.items()]  # times
    names = [str(each["name"]) for each in processes]
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    dropped = f", {summary['dropped']:,} dropped" if summary.get("dropped") else ""
    counted = f" · {events:,} events{dropped}" if isinstance(events, int) else ""
    return [
        ("findings", clean(", ".join(findings), _LONGEST)),
        (
            "processes",
            clean(f"{len(names)}: {', '.join(names[:_MOST_NAMED])}{more}{counted}", _LONGEST) if names else "",
        ),
    ]
