"""How two runs come to be shown beside each other: started together, or chosen to be compared."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from textual.app import App

from playground.errors import PlaygroundError
from playground.face import Face
from playground.history import RunInfo
from playground.listing import when
from playground.live import RunOptions
from playground.settings import SettingsFile
from playground.target import Target
from playground.text import clean
from playground.together import start_together
from playground.tui.screens.beside import BesideScreen


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
    labels = [f"variant {target.parameters.get('variant', '')}" for target in targets]
    app.push_screen(BesideScreen(runs, labels, kept), then)


def show_compared(
    app: App[Any], faces: Sequence[Face], kept: SettingsFile, then: Any = None, *, lent: bool = False
) -> None:
    """Show two runs above each other, and what tells them apart; ``lent`` ones go on when the person leaves."""
    labels = [_told(face.info) for face in faces]
    app.push_screen(BesideScreen(faces, labels, kept, compares=True, lent=lent), then)


def _told(info: RunInfo) -> str:
    """``lost_update broken · yesterday, 14:03``."""
    variant = str(info.parameters.get("variant", ""))
    day = when(info.started_at, datetime.now().astimezone())
    run = f"{info.scenario.rpartition('/')[2] or info.scenario} {variant}".rstrip()
    return clean(" · ".join(filter(None, (run, day))), 80)
