"""What the person chose to see of a run, the same for every panel, and how a widget says that it changes."""

from dataclasses import dataclass
from typing import Any

from textual.message import Message

from playground.history import Nanoseconds


@dataclass(frozen=True, slots=True)
class View:
    """Whatever is shown is a function of the run, its instant and this."""

    selected: int = 0
    """Index of the selected process."""
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
    words: str = ""
    """Only processes with all these words are shown."""
    frozen_at: Nanoseconds | None = None
    """The instant at which the view stands still while the run goes on; None follows the run."""


class ViewChanged(Message):
    """The person wants to see something else."""

    def __init__(self, **changes: Any) -> None:
        """``changes`` are fields of ``View`` with their new values."""
        super().__init__()
        self.changes = changes
