"""Choosing what to make of a recording, and where to put it."""

import os
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from playground.export.formats import FORMATS, Format
from playground.text import clean
from playground.tui.making import Making

_LOOKS = 10
"""A second, while something is made."""
_PATIENCE_S = 0.5
_LOW = 20
"""A screen with fewer lines is short of them."""


class ExportScreen(ModalScreen[None]):
    """Makes files of one recording, one after the other, until it is closed."""

    DEFAULT_CSS = """
    ExportScreen { align: center middle; }
    ExportScreen Vertical { width: 92; max-width: 96%; height: auto; max-height: 96%; border: round $text-primary;
        background: $background; border-title-color: $text-primary; border-subtitle-color: $foreground 60%;
        padding: 0 1; }
    ExportScreen OptionList { height: auto; max-height: 9; border: none; padding: 0; background: $background;
        scrollbar-size-vertical: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    ExportScreen OptionList:focus { background-tint: $background 0%; }
    ExportScreen Input { height: 1; border: none; padding: 0 1; background: $surface; margin: 1 0 0 0; }
    ExportScreen Static { height: auto; }
    ExportScreen #contains { color: $foreground 60%; margin: 0 0 1 0; }
    ExportScreen #told { height: auto; min-height: 1; }
    ExportScreen.low Input, ExportScreen.low #contains { margin: 0; }
    ExportScreen.low #contains { max-height: 2; }
    """
    BINDING_GROUP_TITLE = "Exporting"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", tooltip="Close, or call off what is being made"),
        Binding("up", "move(-1)", "Previous format", show=False, priority=True),
        Binding("down", "move(1)", "Next format", show=False, priority=True),
        Binding("enter", "make", "Export", priority=True, tooltip="Make the file"),
    ]

    def __init__(
        self, recording: Path, at_s: float | None = None, speed: float = 1.0, against: Path | None = None
    ) -> None:
        """``at_s`` is the instant of a picture, the end of the run without; ``speed`` that of a film.

        A report is compared with ``against``, if there is one.
        """
        super().__init__()
        self._against = against
        self._recording, self._at_s, self._speed = recording, at_s, speed
        self._making: Making | None = None
        self._target = Path()
        self._shown: Format | None = None
        self._warned_of: Path | None = None
        """The file of which it was said that it exists."""

    def compose(self) -> ComposeResult:
        """Formats, a file name, what the file will contain, and how it goes."""
        with Vertical() as around:
            around.border_title = f"Export {clean(self._recording.name, 60)}".replace("[", r"\[")
            around.border_subtitle = "↑↓ format · Enter exports · Esc closes"
            yield OptionList(compact=True)
            yield Input(compact=True, select_on_focus=False)
            yield Static(id="contains")
            yield Static(id="told")

    def on_mount(self) -> None:
        """Begin with the first format."""
        listed = self.query_one(OptionList)
        width = max(map(len, FORMATS))
        for each in FORMATS.values():
            listed.add_option(Option(Content.assemble((f" {each.name:<{width}}  ", "bold"), each.title), id=each.name))
        listed.highlighted = 0
        self.set_focus(self.query_one(Input))
        self.set_interval(1 / _LOOKS, self._look)

    def on_resize(self) -> None:
        """Leave out blank lines where there is no room for them."""
        self.set_class(self.size.height < _LOW, "low")

    def on_unmount(self) -> None:
        """What is being made is called off."""
        if self._making is not None:
            self._making.stop()

    @property
    def _format(self) -> Format:
        return list(FORMATS.values())[self.query_one(OptionList).highlighted or 0]

    def on_option_list_option_highlighted(self) -> None:
        """The pointer chose another format."""
        self._show_format()

    def _show_format(self) -> None:
        """Another format: another suffix of the name, another content."""
        field, chosen = self.query_one(Input), self._format
        if chosen is self._shown:
            return
        self._shown = chosen
        stem = field.value or self._recording.name.removesuffix(".gz").removesuffix(".mpr.jsonl")
        for each in FORMATS.values():
            stem = stem.removesuffix(each.suffix)
        field.value = stem + chosen.suffix
        field.cursor_position = len(field.value)
        self.query_one("#contains", Static).update(Text(f"It will contain {chosen.contains}{self._compared(chosen)}."))
        self._tell("")

    def _compared(self, chosen: Format) -> str:
        """What a report says besides of the other run."""
        if self._against is None or "against" not in chosen.takes:
            return ""
        return f"; and what tells it from {clean(self._against.name, 80)}"

    def on_option_list_option_selected(self) -> None:
        """A click on a format."""
        self.set_focus(self.query_one(Input))

    def on_input_changed(self) -> None:
        """Another name: what was said of the last one is over."""
        self._warned_of = None

    def action_move(self, step: int) -> None:
        """Go to another format, wherever the keys are."""
        if self._making is None:
            listed = self.query_one(OptionList)
            (listed.action_cursor_up if step < 0 else listed.action_cursor_down)()
            self._show_format()  # before the next key

    def action_make(self) -> None:
        """Make the file; one that exists is overwritten only when that is asked for twice."""
        if self._making is not None:
            return
        given = self.query_one(Input).value.strip()
        if not given:
            self._tell("Type a name for the file", "error")
            return
        self._target = Path(os.path.abspath(os.path.expanduser(given)))
        force = self._warned_of == self._target
        if os.path.lexists(self._target) and not force:
            self._warned_of = self._target
            self._tell(f"{clean(str(self._target), 300)} exists already: Enter again overwrites it", "warning")
            return
        self._warned_of = None
        try:
            self._making = Making(self._arguments(force=force))
        except OSError as error:
            self._tell(f"the export cannot be started: {error.strerror}", "error")

    def _arguments(self, *, force: bool) -> list[str]:
        chosen = self._format
        arguments = ["--to", chosen.name, "-o", str(self._target), *(["--force"] if force else [])]
        if "at_s" in chosen.takes and self._at_s is not None:
            arguments += ["--at", f"{self._at_s:.9f}"]
        if "speed" in chosen.takes:
            arguments += ["--speed", str(self._speed)]
        if "against" in chosen.takes and self._against is not None:
            arguments += ["--against", str(self._against)]
        if "columns" in chosen.takes:
            size = self.app.size
            arguments += ["--size", f"{min(max(size.width, 60), 400)}x{min(max(size.height, 15), 200)}"]
        if "light" in chosen.takes and not self.app.current_theme.dark:
            arguments.append("--light")
        return [*arguments, "--", str(self._recording)]

    def _look(self) -> None:
        """See how far it is, and say so when it takes long."""
        making = self._making
        if making is None:
            return
        if not making.look():
            if making.seconds > _PATIENCE_S:
                done = round(making.share * 30)
                self._tell(f"{'━' * done}{'─' * (30 - done)} {making.share:4.0%}, {making.seconds:.0f} s")
            return
        self._making = None
        if making.problem:
            self._tell(making.problem, "error")
        else:
            self._tell(f"✓ {clean(str(self._target), 300)}, {_size(self._target)}", "success")

    def _tell(self, text: str, tone: str = "") -> None:
        colour = self.app.theme_variables.get(tone, "") if tone else ""
        self.query_one("#told", Static).update(Text(text, colour))

    def action_close(self) -> None:
        """Call off what is being made; with nothing to call off, close."""
        if self._making is not None:
            self._making.stop()
            self._making = None
            self._tell("called off", "warning")
        else:
            self.dismiss()


def _size(path: Path) -> str:
    try:
        return f"{path.stat().st_size / 1024:,.0f} KiB"
    except OSError:
        return "gone already"
