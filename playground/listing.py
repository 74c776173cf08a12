"""How recordings are told in a list: their names, days and lengths, as a person reads them. Pure but for the zone."""

from datetime import datetime, timedelta
from typing import Any

from playground.recording import Entry
from playground.text import clean

_FIELDS = ("scenario", "variant", "started_at", "duration_s", "outcome", "verdict", "size", "problem")


def name_of(entry: Entry) -> str:
    """The title that the person gave it, else what was run: ``two_locks_deadlock broken``."""
    return entry.notes.title or run_of(entry)


def run_of(entry: Entry) -> str:
    """What was run, without its topic, and in which variant."""
    return f"{entry.scenario.rpartition('/')[2] or entry.scenario} {entry.variant}".rstrip()


def when(started_at: str, now: datetime) -> str:
    """The day and time of a start as it was here: ``today, 14:03``, ``4 Mar, 14:03``; "" when it is none."""
    try:
        at = datetime.fromisoformat(started_at).astimezone(now.tzinfo)
        day = at.date()
    except (ValueError, OverflowError, OSError):
        return ""
    if day == now.date():
        return f"today, {at:%H:%M}"
    if day == now.date() - timedelta(days=1):
        return f"yesterday, {at:%H:%M}"
    return f"{day.day} {at:%b}, {at:%H:%M}" if day.year == now.year else f"{day}, {at:%H:%M}"


def length(duration_s: float) -> str:
    """How long it took: ``0.58 s``, ``12.3 s``, ``2m05s``, ``1h02m``; "" when nobody could know."""
    if not 0 <= duration_s < 1e9:
        return ""
    minutes, seconds = divmod(int(duration_s), 60)
    if minutes >= 60:
        return f"{minutes // 60}h{minutes % 60:02}m"
    if minutes:
        return f"{minutes}m{seconds:02}s"
    return f"{duration_s:.{2 if duration_s < 10 else 1}f} s"


def kept(entry: Entry) -> str:
    """Why it stays: ``kept``, ``2 bookmarks``, ``notes damaged``; "" when it may be deleted in time."""
    if entry.notes_problem:
        return "notes damaged"
    count = len(entry.notes.bookmarks)
    marks = f"{count} bookmark{'s' if count > 1 else ''}" if count else ""
    return ", ".join(filter(None, ("kept" if entry.notes.keep else "", marks)))


def line(entry: Entry, now: datetime) -> str:
    """One line for a command."""
    file = clean(entry.path.name, 255)
    if entry.problem:
        return f"{file}  {entry.problem}"
    texts = (when(entry.started_at, now), length(entry.duration_s), entry.outcome, kept(entry), entry.verdict)
    return "  ".join(filter(None, (file, name_of(entry), *texts)))


def as_object(entry: Entry) -> dict[str, Any]:
    """One object for a program; bookmarks as in the file that holds them."""
    notes = entry.notes
    return {
        "path": str(entry.path),
        **{name: getattr(entry, name) for name in _FIELDS},
        "title": notes.title,
        "keep": notes.keep,
        "bookmarks": [{"t": bookmark.at, "note": bookmark.note} for bookmark in notes.bookmarks],
        "notes_problem": entry.notes_problem,
    }
