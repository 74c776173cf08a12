"""The list of recordings, and what is told of one of them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from rich.style import Style
from textual.strip import Strip

from playground.listing import kept, length, name_of, when
from playground.recording import Entry
from playground.text import clean
from playground.tui.render import table
from playground.tui.render.line import Line, middle_out, narrow, remark, wrapped
from playground.tui.render.palette import Palette
from playground.tui.render.table import Column
from playground.tui.render.times import size
from playground.tui.shelf import Volume

KEPT = "◆"
_LEAST_NAME, _MOST_NAME, _LEAST_VERDICT = 22, 44, 14
_LABEL = 11
_BAD = frozenset({"stuck", "failed", "timeout"})


class Shown(Struct, frozen=True):
    """What of the list is on screen, and how."""

    volumes: Sequence[Volume]
    columns: Sequence[Column]
    first: int
    """Place of the first row."""
    chosen: Path | None
    picked: Collection[Path]
    order: str
    turned: bool
    now: datetime


def columns(width: int, volumes: Sequence[Volume]) -> list[Column]:
    """The columns for which there is room; the verdict takes what is left."""
    longest = max((len(name_of(volume.entry)) + 2 for volume in volumes), default=0)
    wanted = [
        Column("NAME", min(max(longest, _LEAST_NAME), _MOST_NAME if width >= 150 else _LEAST_NAME + 4), order="name"),
        Column("DAY", 16, order="day"),
        Column("LENGTH", 8, right=True, order="length"),
        Column("END", 9, order="end"),
        Column("SIZE", 6, right=True, order="size"),
        *([Column("KEPT", 13, order="kept")] if any(volume.entry.kept for volume in volumes) else []),
    ]
    fitted = table.fitting(wanted, width - _LEAST_VERDICT, needed=2)
    left = width - 1 - sum(column.cells + 1 for column in fitted)
    return [*fitted, Column("VERDICT", max(left, 0), order="verdict")]


def draw(shown: Shown, width: int, height: int, palette: Palette) -> list[Strip]:
    """Titles, then a line for each recording from the first on screen on."""
    rows = shown.volumes[shown.first : shown.first + max(height - 1, 1)]
    strips = [table.titles(shown.columns, shown.order, width, palette, turned=shown.turned)]
    return strips + [_row(volume, shown, width, palette) for volume in rows]


def _row(volume: Volume, shown: Shown, width: int, palette: Palette) -> Strip:
    entry = volume.entry
    chosen, picked = volume.path == shown.chosen, volume.path in shown.picked
    ground = palette.selected if chosen else palette.ground
    muted, tone = palette.style(palette.muted, ground), _tone(entry, palette)
    name = narrow(name_of(entry))
    cells = shown.columns[0].cells
    named = palette.style(palette.muted if entry.problem else palette.text, ground, bold=chosen or picked)
    texts: dict[str, tuple[str, Style]] = {
        "NAME": (f"{KEPT if entry.kept else ' '} {middle_out(name, cells - 2)}", named),
        "DAY": (when(entry.started_at, shown.now), muted),
        "LENGTH": ("" if entry.problem else length(entry.duration_s), muted),
        "END": (entry.outcome, palette.style(tone, ground, bold=entry.outcome in _BAD)),
        "SIZE": (size(entry.size), muted),
        "KEPT": (kept(entry), palette.style(palette.accent, ground)),
        "VERDICT": (
            narrow(entry.problem or entry.verdict),
            palette.style(palette.warning if entry.problem else palette.text, ground),
        ),
    }
    return table.row(shown.columns, texts, chosen=chosen, width=width, palette=palette, picked=picked)


def _tone(entry: Entry, palette: Palette) -> str:
    if entry.outcome in _BAD:
        return palette.bad
    tones = {"finished": palette.good, "running": palette.accent}
    return tones.get(entry.outcome, palette.warning)


def nothing(width: int, palette: Palette, *, words: str, directory: str) -> list[Strip]:
    """Say why the list is empty, and what to do."""
    if words:
        return [remark("", width, palette), remark(f"None has the words “{words}”. Escape shows all.", width, palette)]
    strong = palette.style(palette.text, bold=True)
    lines = [
        ("", ""),
        ("Nothing is recorded so far.", "bold"),
        ("", ""),
        ("Every run is kept here and can be replayed, compared and exported:", ""),
        ("", ""),
        ("  q, then Enter               runs the scenario that is chosen in the gallery", ""),
        ("  mp-playground run FILE.py   runs a program of your own", ""),
        ("", ""),
        (f"They are kept in {clean(directory, 400)}", ""),
    ]
    plain = palette.style(palette.muted)
    return [Line().add(f" {text}", strong if how else plain).strip(width, palette.style()) for text, how in lines]


def details(told: Sequence[tuple[str, str]], entry: Entry, width: int, height: int, palette: Palette) -> list[Strip]:
    """What is told of one recording: a label and as many lines as its text needs; empty ones are left out."""
    label, text = palette.style(palette.muted), palette.style()
    strips: list[Strip] = []
    for what, said in told:
        if not said:
            continue
        tone = palette.style(_tone(entry, palette), bold=True) if what == "verdict" else text
        tone = palette.style(palette.warning) if what in {"problem", "notes"} else tone
        tone = palette.style(palette.accent) if what == "bookmarks" else tone
        for number, part in enumerate(wrapped(said, width - _LABEL - 2)[:3]):
            line = Line().add(" ", label).column("" if number else what, _LABEL, label)
            strips.append(line.add(part, tone).strip(width, text))
    return strips[:height]
