"""Opening screens: each is imported when it is wanted for the first time, so that the first one is soon there.

``prepare`` imports what the gallery does without, for when nobody waits.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import App, SystemCommand
from textual.content import Content
from textual.screen import Screen

from playground.settings import Settings, SettingsFile
from playground.target import Target
from playground.warden.client import Warden

if TYPE_CHECKING:
    from playground.face import Face
    from playground.history import RunInfo
    from playground.live import LiveRun, RunOptions
    from playground.replay import Replay
    from playground.tui.screens.again import AgainScreen
    from playground.tui.screens.export import ExportScreen
    from playground.tui.screens.gallery import GalleryScreen
    from playground.tui.screens.help import HelpScreen
    from playground.tui.screens.recordings import RecordingsScreen
    from playground.tui.screens.stage import StageScreen


_LATER = (
    "playground.recording",
    "playground.findings",
    "playground.inspection.inspector",
    "playground.live",
    "playground.replay",
    "playground.tui.widgets.timeline",
    "playground.tui.widgets.reader",
    "playground.tui.widgets.board",
    "playground.tui.widgets.player",
    "playground.tui.screens.stage",
    "playground.tui.screens.help",
    "playground.tui.screens.pairs",
    "playground.tui.screens.recordings",
    "playground.tui.screens.again",
    "pygments.lexers.python",
    "textual.highlight",
)
"""In such pieces that a key never waits long for one, what a run needs first."""


def prepare() -> Iterator[str]:
    """Import what the gallery does without, a piece at a time."""
    for name in _LATER:
        import_module(name)
        yield name


def start(target: Target, warden: Warden | None, *, debug: bool) -> "LiveRun":
    """Start a run; raises PlaygroundError and OSError."""
    from playground.live import LiveRun, RunOptions

    return LiveRun(target, RunOptions(debug=debug), warden)


def gallery(spare: Warden | None, kept: SettingsFile) -> "GalleryScreen":
    """All scenarios, with a warden in waiting if there can be one."""
    from playground.tui.screens.gallery import GalleryScreen

    return GalleryScreen(spare, kept)


def stage(face: "Face", kept: SettingsFile) -> "StageScreen":
    """The stage of a run."""
    from playground.tui.screens.stage import StageScreen

    return StageScreen(face, kept)


def empty_stage(kept: SettingsFile) -> "StageScreen":
    """A stage that waits for its run."""
    from playground.tui.screens.stage import StageScreen

    return StageScreen(None, kept)


def recordings(
    kept: SettingsFile, opens: "Callable[[Replay], None] | None" = None, like: "RunInfo | None" = None
) -> "RecordingsScreen":
    """What was recorded: ``opens`` shows one; without it one is chosen to be compared with a run ``like`` that."""
    from playground.tui.screens.recordings import RecordingsScreen

    return RecordingsScreen(kept, opens, like)


def export(recording: Path, at_s: float | None = None, speed: float = 1.0) -> "ExportScreen":
    """What can be made of a recording; of an instant for a picture, at a speed for a film."""
    from playground.tui.screens.export import ExportScreen

    return ExportScreen(recording, at_s, speed)


def again(target: Target) -> "AgainScreen":
    """With which other parameters or arguments something is to be run again."""
    from playground.tui.screens.again import AgainScreen

    return AgainScreen(target)


def beside(
    app: App[Any], targets: Sequence[Target], options: "RunOptions | None", kept: SettingsFile, then: Any = None
) -> None:
    """Start two variants of a scenario and show them beside each other."""
    from playground.live import RunOptions
    from playground.tui.screens.pairs import show_beside

    show_beside(app, targets, options or RunOptions(), kept, then)


def compared(
    app: App[Any], faces: "Sequence[Face]", kept: SettingsFile, then: Any = None, *, lent: Collection[int] = ()
) -> None:
    """Show two runs above each other, and what tells them apart; the ``lent`` ones go on when the person leaves."""
    from playground.tui.screens.pairs import show_compared

    show_compared(app, faces, kept, then, lent=lent)


def recorded_variant(path: Path) -> "Replay | None":
    """Begin to open the newest recording of the same scenario in the other variant; raises RecordingError."""
    from playground.tui.screens.pairs import recorded_beside

    return recorded_beside(path)


def variant(info: "RunInfo") -> Target | None:
    """The scenario of a recorded run in its other variant, to be run; None when it is no scenario known here."""
    from playground.tui.screens.pairs import variant_beside

    return variant_beside(info)


def keys(app: App[int], screen: Screen[Any]) -> "HelpScreen":
    """All keys that work on a screen now."""
    from playground.tui import deeds
    from playground.tui.screens.help import HelpScreen

    return HelpScreen(deeds.by_place(app, screen))


def commands(app: App[int], screen: Screen[Any]) -> Iterable[SystemCommand]:
    """Whatever a key does on a screen, and what there is to choose from on a stage."""
    from playground.tui import deeds
    from playground.tui.widgets.board import Board

    yield from deeds.commands(app, screen)
    for board in screen.query(Board):
        yield from board.choices()


def coloured(source: str) -> Content:
    """Python in colours."""
    from textual.highlight import highlight

    return highlight(source, language="python", tab_size=4)


def prune(settings: Settings) -> list[Path]:
    """Delete recordings that nobody keeps and that are beyond the limits; returns what went."""
    from playground import recording

    return recording.prune(recording.Limits(settings.recordings_days, settings.recordings_mib))
