"""What the person chose to see of a run, the same for every panel, and how a widget says that it changes."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from textual.message import Message

from playground.history import Nanoseconds
from playground.tui.lines import EVERYTHING, Wanted


class View(Struct, frozen=True):
    """Whatever is shown is a function of the run, its instant and this."""

    selected: int = 0
    """Index of the selected process."""
    picked: frozenset[int] = frozenset()
    """Indexes of the processes that were picked for what is done to several."""
    zoom: int = 0
    """How often the time scale was doubled; 0 fits."""
    stretch: tuple[Nanoseconds, Nanoseconds] | None = None
    """From when to when the timeline shows the run; None follows its playhead."""
    cursor: Nanoseconds | None = None
    """The instant that the cursor of the timeline stands at; None when there is none."""
    links: bool = False
    """Whether the timeline shows who started, joined, signalled and fed whom."""
    ended: bool = False
    """Whether processes that have ended keep their lanes even where there is no room for all."""
    order: str = "start"
    """How processes are ordered; one of ``arrange.ORDERS``."""
    resource: int = 0
    """Number of the resource whose details are wanted; 0: those of the selected process."""
    resource_order: str = "waiting"
    """How resources are ordered; one of ``render.resources.ORDERS``."""
    words: str = ""
    """Only processes with all these words are shown."""
    frozen_at: Nanoseconds | None = None
    """The instant at which the view stands still while the run goes on; None follows the run."""
    hidden: frozenset[str] = frozenset()
    """Panels that are not shown; of ``board.PANELS``."""
    log: Wanted = EVERYTHING
    """What of the log is shown."""
    sought: str = ""
    """Text that is looked for in the log."""

    @property
    def follows(self) -> bool:
        """Whether the timeline shows where the run stands, and has no cursor."""
        return self.stretch is None and self.cursor is None


def later(changes: Mapping[str, Any], by: Nanoseconds) -> dict[str, Any]:
    """Changes of a view with their instants so much later: those of a run that began so much earlier."""
    moved = dict(changes)
    if moved.get("cursor") is not None:
        moved["cursor"] += by
    if moved.get("stretch") is not None:
        moved["stretch"] = tuple(at + by for at in moved["stretch"])
    return moved


class ViewChanged(Message):
    """The person wants to see something else."""

    def __init__(self, **changes: Any) -> None:
        """``changes`` are fields of ``View`` with their new values; who selects a process looks at no resource."""
        super().__init__()
        self.changes = {"resource": 0, **changes} if "selected" in changes else changes


class PickTurned(Message):
    """A process is to be picked for what is done to several, or no longer."""

    def __init__(self, process: int) -> None:
        super().__init__()
        self.process = process


class ChoiceMade(Message):
    """The person chose something that is to be found again next time."""

    def __init__(self, **settings: Any) -> None:
        """``settings`` are fields of ``Settings`` with their new values."""
        super().__init__()
        self.settings = settings


class PaneWanted(Message):
    """The person wants to read something else."""

    def __init__(self, title: str, *, focus: bool = False) -> None:
        """``title`` is that of a pane of the reader; with ``focus`` the keys go there too."""
        super().__init__()
        self.title, self.focus = title, focus


class EditorWanted(Message):
    """The person wants a line in their editor."""

    def __init__(self, file: str, line: int) -> None:
        super().__init__()
        self.file, self.line = file, line
