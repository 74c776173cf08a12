"""All that was recorded: to be opened, compared, named, kept or deleted; or to choose one of."""

import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from msgspec.structs import replace
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Input, Static

from playground import recording
from playground.history import RunInfo
from playground.listing import name_of, run_of
from playground.recording import Entry, Library, Notes, NotesError, RecordingError, change_notes
from playground.recording.notes import LONGEST_TITLE
from playground.replay import Replay
from playground.settings import SettingsFile
from playground.text import clean
from playground.tui.render.times import size
from playground.tui.screens.export import ExportScreen
from playground.tui.screens.pairs import show_compared
from playground.tui.shelf import Volume, other_variant
from playground.tui.widgets.keys import Keys
from playground.tui.widgets.question import Question
from playground.tui.widgets.recordings import Recordings
from playground.tui.widgets.told import Told
from playground.tui.widgets.waiting import Waiting
from playground.tui.work import Work

_BEAT_S = 0.05
_SHOWN_EVERY = 6
"""While the list is read, what there is so far is shown after so many beats."""
_PATIENCE_S = 0.4
"""So long nothing is said of what one waits for."""
_LOW = 26
"""With fewer rows there is room for the list alone."""
_FEW = 3
"""More names than these are not told in a question."""


class _Line(Input):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Take it"),
        Binding("escape", "screen.back", "Back"),
    ]


class RecordingsScreen(Screen[Replay | None]):
    """Reads the list beside the screen; ends with the recording that was chosen, where one is to be chosen."""

    CSS_PATH = "recordings.tcss"
    BINDING_GROUP_TITLE = "Recordings"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "compare", "Compare", tooltip="Compare two: press it on the one, then on the other"),
        Binding("b", "variants", "Variants", tooltip="Compare it with the newest of its scenario in another variant"),
        Binding("e", "export", "Export", tooltip="Make a report, trace, tables, picture or film of it"),
        Binding("slash", "filter", "Filter", tooltip="Show the recordings that have these words"),
        Binding("n,f2", "rename", "Title", tooltip="Give it a title; the file stays as it is"),
        Binding("asterisk,s", "keep", "Keep", key_display="*", tooltip="Keep it whatever its age, or no longer"),
        Binding("delete,D", "delete", "Delete", tooltip="Delete the picked recordings, or the chosen one; asks"),
        Binding("f5", "read", "Read again", show=False, tooltip="Look again which recordings there are"),
        Binding("q,escape", "back", "Back", tooltip="Show all again; back to where you came from"),
    ]

    def __init__(
        self, kept: SettingsFile, opens: Callable[[Replay], None] | None = None, like: RunInfo | None = None
    ) -> None:
        """``opens`` shows a recording; without it one is to be chosen that is compared with a run as ``like`` says."""
        super().__init__()
        self._kept, self._opens, self._like = kept, opens, like
        self._library = Library()
        self._volumes: dict[Path, Volume] = {}
        self._reading: Work[None] | None = None
        self._found: list[Entry] = []
        self._left = threading.Event()
        """Set when nobody wants the list any more."""
        self._beats = 0
        self._totals: Sequence[str] = ()
        """How large all of them are together, and how many are kept."""
        self._variants_of = ""
        """The variant of the chosen one when the keys were shown last."""

    def compose(self) -> ComposeResult:
        """The list over what is told of the chosen one."""
        yield Static(id="shelf")
        yield Waiting()
        yield _Line(placeholder="/ filter: words of name, day, end, verdict", id="filter", compact=True)
        yield Recordings()
        yield Told()
        yield _Line(id="title", compact=True, max_length=LONGEST_TITLE)
        yield Question()
        yield Keys()

    def on_mount(self) -> None:
        """Begin to read the list."""
        self.set_focus(self.query_one(Recordings))
        self.action_read()
        self.set_interval(_BEAT_S, self._beat)

    def on_unmount(self) -> None:
        """Read no further."""
        self._left.set()

    def on_resize(self) -> None:
        """Leave out what there is no room for."""
        self.set_class(self.size.height < _LOW, "low")

    def on_screen_resume(self) -> None:
        """There may be others after another screen lay over this one."""
        if self._beats:
            self.action_read()

    # --- Reading the list -----------------------------------------------------------------------------

    def action_read(self) -> None:
        """Look which recordings there are, beside the screen."""
        if self._reading is None:
            self._found = []
            self._reading = Work(self._read)

    def _read(self) -> None:
        for entry in self._library.entries():
            if self._left.is_set():
                return
            self._found.append(entry)

    def _beat(self) -> None:
        self._beats += 1
        reading, shelf = self._reading, self.query_one(Recordings)
        if reading is not None and (reading.done or self._beats % _SHOWN_EVERY == 0):
            done = reading.done
            self._volumes = self._known(self._found.copy(), all_of_them=done)
            if done:
                self._reading = None
                reading.result()
            first = done and not shelf.ready
            self._show(ready=done or shelf.ready)
            if first and self._like is not None:
                self._choose_like(self._like)

    def _known(self, found: Sequence[Entry], *, all_of_them: bool) -> dict[Path, Volume]:
        """What was found, and while not all was read what is known from before."""
        before = self._volumes
        fresh = {
            entry.path: before[entry.path]
            if entry.path in before and before[entry.path].entry is entry
            else Volume(entry)
            for entry in found
        }
        return fresh if all_of_them else {**before, **fresh}

    def _show(self, *, ready: bool = True) -> None:
        words = self.query_one("#filter", Input).value
        entries = [volume.entry for volume in self._volumes.values()]
        kept = sum(entry.kept for entry in entries)
        self._totals = [size(sum(entry.size for entry in entries)), *([f"{kept:,} kept"] if kept else [])]
        self.query_one(Recordings).show(list(self._volumes.values()), words, ready=ready)

    def _tell_of_all(self) -> None:
        shown, picked = len(self.query_one(Recordings).shown), len(self.query_one(Recordings).picked)
        title = "Recordings" if self._opens is not None else f"Compare {_short(self._like)} with"
        count = len(self._volumes)
        parts = [f"{count:,}" if shown == count else f"{shown:,} of {count:,}", *self._totals]
        if self._reading is not None and self._reading.seconds > _PATIENCE_S:
            parts.append(f"reading, {len(self._found):,} of {self._library.count:,} so far")
        if picked:
            parts.append(f"● {picked:,} picked")
        told = Text.assemble((title, "bold"), f"   {' · '.join(parts)}", no_wrap=True, overflow="ellipsis")
        limits = _limits(self._kept)
        if len(told) + len(limits) + 4 < self.size.width:
            told.append(f"{limits:>{self.size.width - len(told) - 2}}", "dim")
        self.query_one("#shelf", Static).update(told)

    def _choose_like(self, info: RunInfo) -> None:
        """Begin with what one most likely wants to compare a run with: another variant of it, else the same."""
        scenario, variant = clean(info.scenario, 80), str(info.parameters.get("variant", ""))
        mine = Volume(Entry(Path(), scenario, variant, "", 0.0, "", "", 0))
        known = [volume for volume in self._volumes.values() if volume.entry.started_at != info.started_at]
        found = other_variant(known, mine) or next((v for v in known if v.entry.scenario == scenario), None)
        if found is not None:
            self.query_one(Recordings).go_to(found.path)

    def on_recordings_chosen(self) -> None:
        """Tell of the chosen one."""
        chosen = self.query_one(Recordings).chosen
        self.query_one(Told).show(chosen.entry if chosen else None, name_of(chosen.entry) if chosen else "")
        self._tell_of_all()
        variant = chosen.entry.variant if chosen else ""
        if variant != self._variants_of or chosen is None:
            self._variants_of = variant
            self.refresh_bindings()

    # --- Actions --------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's
        """Where one is to be chosen nothing else is done; what acts on a recording needs one."""
        if action in {"compare", "variants", "delete", "export"} and self._opens is None:
            return False
        shelf = self.query(Recordings)
        chosen = shelf.first(Recordings).chosen if shelf else None
        if action == "variants":
            return chosen is not None and bool(chosen.entry.variant)
        return chosen is not None or action not in {"compare", "export", "rename", "keep", "delete"}

    def on_recordings_opened(self) -> None:
        """Open the chosen one, or end with it."""
        chosen = self.query_one(Recordings).chosen
        if chosen is not None:
            then: Callable[[Replay], object] = self._opens if self._opens is not None else self.dismiss
            self.query_one(Waiting).begin(f"opening {_told(chosen)}", partial(Replay, chosen.path, at_once=False), then)

    def action_compare(self) -> None:
        """Compare the two that were picked; with fewer, pick the chosen one."""
        shelf = self.query_one(Recordings)
        if len(shelf.picked) < 2 and shelf.chosen is not None:
            shelf.picked |= {shelf.chosen.path}
        pair = shelf.at_hand()
        if len(pair) == 2:
            self._compare(pair[0], pair[1])
        elif len(pair) == 1:
            shelf.go_to(pair[0].path)
            self.notify(f"{name_of(pair[0].entry)} with which? Choose it and press c again", markup=False, timeout=3)
        else:
            self.notify(f"{len(pair)} are picked: pick two (v picks, V none)", severity="warning")

    def action_variants(self) -> None:
        """Compare the chosen one with its scenario's other variant."""
        chosen = self.query_one(Recordings).chosen
        if chosen is None:
            return
        other = other_variant(self._volumes.values(), chosen)
        if other is None:
            run = chosen.entry.scenario
            self.notify(f"no other variant of {run} is recorded: open it, and b runs one beside it", markup=False)
        else:
            self._compare(chosen, other)

    def _compare(self, *pair: Volume) -> None:
        one, other = sorted(pair, key=lambda volume: (volume.entry.variant != "broken", volume.began))
        open_both = partial(_opened, one.path, other.path)
        self.query_one(Waiting).begin(f"opening {_told(one)} and {_told(other)}", open_both, self._show_compared)

    def _show_compared(self, replays: tuple[Replay, Replay]) -> None:
        self.query_one(Recordings).picked = set()
        show_compared(self.app, replays, self._kept)

    def action_export(self) -> None:
        """Choose what to make of the chosen one."""
        chosen = self.query_one(Recordings).chosen
        if chosen is not None:
            self.app.push_screen(ExportScreen(chosen.path))

    def action_rename(self) -> None:
        """Ask for a title."""
        chosen = self.query_one(Recordings).chosen
        if chosen is not None:
            line = self.query_one("#title", _Line)
            line.placeholder = f"title of {run_of(chosen.entry)}; empty: none"
            line.value = chosen.entry.notes.title
            line.display = True
            self.set_focus(line)

    def action_keep(self) -> None:
        """Keep those at hand; when all of them are kept, no longer."""
        at_hand = self.query_one(Recordings).at_hand()
        keep = not all(volume.entry.notes.keep for volume in at_hand)
        change = partial(_noted, at_hand, lambda notes: replace(notes, keep=keep))
        self.query_one(Waiting).begin(
            f"noting that of {len(at_hand):,} recordings", change, partial(self._show_kept, keep)
        )

    def _show_kept(self, keep: bool, came_of_it: tuple[list[Volume], str]) -> None:
        changed = self._show_noted(came_of_it)
        if changed:
            what = name_of(changed[0].entry) if len(changed) == 1 else f"{len(changed):,} recordings"
            lost = "kept by bookmarks alone" if any(v.entry.notes.bookmarks for v in changed) else "not kept any more"
            how = f"{'is' if len(changed) == 1 else 'are'} {'kept for good' if keep else lost}"
            self.notify(f"{what} {how}", markup=False, timeout=3)

    def _show_noted(self, came_of_it: tuple[list[Volume], str]) -> list[Volume]:
        """Show what was noted, and say what could not be; returns those that have changed."""
        changed, problem = came_of_it
        self._volumes.update({volume.path: volume for volume in changed})
        self._show()
        if problem:
            self.notify(problem, severity="error", markup=False, timeout=10)
        return changed

    def action_delete(self) -> None:
        """Delete those at hand, after a question."""
        at_hand = self.query_one(Recordings).at_hand()
        names = ", ".join(name_of(volume.entry) for volume in at_hand[:_FEW])
        what = names if len(at_hand) <= _FEW else f"{len(at_hand)} recordings"
        kept = sum(volume.entry.kept for volume in at_hand)
        also = f" {kept} of them kept or bookmarked." if kept and len(at_hand) > 1 else " It is kept." if kept else ""
        paths = [volume.path for volume in at_hand]
        self.query_one(Question).ask(f"Delete {what} for good?{also}", partial(self._delete, paths))

    def _delete(self, paths: Sequence[Path]) -> None:
        self.query_one(Waiting).begin(f"deleting {len(paths)} recordings", partial(_deleted, paths), self._show_deleted)

    def _show_deleted(self, came_of_it: tuple[list[Path], str]) -> None:
        gone, problem = came_of_it
        shelf = self.query_one(Recordings)
        shelf.picked -= set(gone)
        for path in gone:
            self._volumes.pop(path, None)
        self._show()
        if problem:
            self.notify(problem, severity="error", markup=False)
        if gone:
            self.notify(f"{len(gone)} recording{'s' if len(gone) > 1 else ''} deleted", timeout=3)
        self.action_read()

    def action_filter(self) -> None:
        """Go to the filter."""
        self.set_focus(self.query_one("#filter"))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while typing."""
        if event.input.id == "filter":
            self._show(ready=self.query_one(Recordings).ready)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the filter goes to the list; a title is taken."""
        chosen = self.query_one(Recordings).chosen
        if event.input.id == "title" and chosen is not None:
            change = partial(_noted, [chosen], lambda notes: notes.titled(event.value))
            self.query_one(Waiting).begin(f"naming {_told(chosen)}", change, self._show_noted)
        self._to_list()

    def _to_list(self) -> None:
        self.set_focus(self.query_one(Recordings))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Whoever goes elsewhere gives no title."""
        if event.widget.id != "title":
            self.query_one("#title").display = False

    def action_back(self) -> None:
        """Wait no longer; show all again; put the line for titles away; else leave."""
        words = self.query_one("#filter", Input)
        if self.query_one(Waiting).busy:
            self.query_one(Waiting).stop()
        elif not self.query_one(Recordings).has_focus or words.value:
            words.value = "" if not self.query_one("#title").display else words.value
            self._to_list()
        else:
            self.dismiss(None)


def _opened(one: Path, other: Path) -> tuple[Replay, Replay]:
    """Begin to open both; raises RecordingError, and then neither stays open."""
    first = Replay(one, at_once=False)
    try:
        return first, Replay(other, at_once=False)
    except BaseException:
        first.close()
        raise


def _noted(volumes: Sequence[Volume], change: Callable[[Notes], Notes]) -> tuple[list[Volume], str]:
    """Keep other notes of recordings; those that have them now, and why the first other one could not."""
    changed, problem = [], ""
    for volume in volumes:
        try:
            notes = change_notes(volume.path, change)
            changed.append(Volume(replace(volume.entry, notes=notes, notes_problem="")))
        except NotesError as error:
            problem = problem or str(error)
    return changed, problem


def _deleted(paths: Sequence[Path]) -> tuple[list[Path], str]:
    """Delete recordings; those that went, and why the first other one could not."""
    gone, problem = [], ""
    for path in paths:
        try:
            recording.delete(path)
            gone.append(path)
        except RecordingError as error:
            problem = problem or str(error)
    return gone, problem


def _told(volume: Volume) -> str:
    return f"{name_of(volume.entry)}, {size(volume.entry.size)}"


def _short(info: RunInfo | None) -> str:
    return "" if info is None else clean(info.scenario.rpartition("/")[2] or info.scenario, 40)


def _limits(kept: SettingsFile) -> str:
    """How long what nobody keeps stays."""
    days, mib = kept.settings.recordings_days, kept.settings.recordings_mib
    limits = [f"{days:g} days"] if days > 0 else []
    limits += [f"up to {size(int(mib * (1 << 20)))}"] if mib > 0 else []
    return f"what is not kept stays {', '.join(limits)}" if limits else "nothing is deleted by itself"
