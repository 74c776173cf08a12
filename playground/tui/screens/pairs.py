"""How two runs come to be shown beside each other: started together, or chosen to be compared."""

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from textual.app import App

from playground.errors import PlaygroundError
from playground.face import Face
from playground.history import RunInfo
from playground.listing import when
from playground.live import RunOptions
from playground.recording import Library
from playground.recording.entry import read_entry
from playground.replay import Replay
from playground.settings import SettingsFile
from playground.target import Target, beside, scenario_target
from playground.text import clean
from playground.together import start_together
from playground.tui.screens.beside import BesideScreen
from playground.tui.shelf import Volume, other_variant


def show_beside(
    app: App[Any],
    targets: Sequence[Target],
    options: RunOptions,
    kept: SettingsFile,
    then: Any = None,
) -> None:
    """Start two variants of a scenario at the same instant and show them; what goes wrong is said.

    Without the debugger: here is no place to answer it, and who stood at a breakpoint would stand there for ever.
    """
    try:
        runs = start_together(targets, replace(options, debug=False))
    except (PlaygroundError, OSError) as error:
        app.notify(str(error), severity="error", markup=False)
        return
    labels = [f"variant {each.parameters.get('variant', '')} · {each.name.rpartition('/')[2]}" for each in targets]
    app.push_screen(BesideScreen(runs, labels, kept), then)


def show_compared(
    app: App[Any], faces: Sequence[Face], kept: SettingsFile, then: Any = None, *, lent: Collection[int] = ()
) -> None:
    """Show two runs above each other, and what tells them apart; the ``lent`` ones go on when the person leaves."""
    labels = [_told(face.info) for face in faces]
    app.push_screen(BesideScreen(faces, labels, kept, compares=True, lent=lent), then)


def recorded_beside(path: Path) -> Replay | None:
    """Begin to open the newest recording of the same scenario in the other variant; None when there is none.

    Reads the list of recordings, which takes a while. Raises RecordingError.
    """
    found = other_variant(map(Volume, Library().entries()), Volume(read_entry(path)))
    return Replay(found.path, at_once=False) if found is not None else None


def variant_beside(info: RunInfo) -> Target | None:
    """The scenario of a recorded run in its other variant, to be run; None when it is no scenario that is known here.

    Nothing of a recording but the scenario's name and its parameters counts, and those only as the scenario takes them.
    """
    texts = {name: str(value) for name, value in info.parameters.items()}
    try:
        both = beside(scenario_target(info.scenario, texts, info.start_method))
    except PlaygroundError:
        return None
    mine = str(info.parameters.get("variant", ""))
    return next((each for each in both or () if str(each.parameters.get("variant", "")) != mine), None)


def _told(info: RunInfo) -> str:
    """``lost_update broken · yesterday, 14:03``."""
    variant = str(info.parameters.get("variant", ""))
    day = when(info.started_at, datetime.now().astimezone())
    run = f"{info.scenario.rpartition('/')[2] or info.scenario} {variant}".rstrip()
    return clean(" · ".join(filter(None, (run, day))), 80)
