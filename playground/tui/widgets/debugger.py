"""The debugger of the selected process: what it said, and a line to answer in."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.strip import Strip
from textual.widgets import Input

from playground.debugger import Session
from playground.tui.moment import Moment
from playground.tui.render import debugger
from playground.tui.render.line import Line
from playground.tui.render.palette import Palette
from playground.tui.widgets.panel import Panel

_MOST = 200
"""So many commands are remembered."""


class Answer(Input):
    """The line in which commands are typed; up and down bring back earlier ones."""

    BINDING_GROUP_TITLE = "In the debugger"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "earlier(1)", show=False),
        Binding("down", "earlier(-1)", show=False),
        Binding("escape", "leave", "Leave the line", tooltip="Let keys be commands again"),
    ]

    def __init__(self) -> None:
        hint = "c goes on  n next  s step  p x  w where  q ends the process  h help"
        super().__init__(placeholder=hint, compact=True, select_on_focus=False)
        self._given: list[str] = []
        self._back = 0
        """How many commands back the shown one is; 0: it is new."""

    def take(self) -> str:
        """Give the command, remember it, and be empty."""
        command = self.value
        if command and self._given[-1:] != [command]:
            self._given = [*self._given, command][-_MOST:]
        self._back, self.value = 0, ""
        return command

    def action_earlier(self, step: int) -> None:
        """Show the command before, or the one after."""
        self._back = min(max(self._back + step, 0), len(self._given))
        self.value = self._given[-self._back] if self._back else ""
        self.cursor_position = len(self.value)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's
        """Only who is in the line can leave it."""
        return action != "leave" or self.has_focus

    def action_leave(self) -> None:
        """Let keys be commands again."""
        if isinstance(self.parent, Debugger):
            self.screen.set_focus(self.parent)


class Debugger(Panel):
    """Follows the selected process; the others wait."""

    DEFAULT_CSS = """
    Debugger Answer {
        dock: bottom; height: 1; border: none; padding: 0; margin: 0 0 0 7; background: $background;
        &:focus { background: $panel; }
    }
    """
    BINDING_GROUP_TITLE = "In the debugger"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "answer", "Answer", tooltip="Type a command for the debugger; Escape leaves the line"),
    ]

    def __init__(self, name: str) -> None:
        super().__init__("", self.draw, at_end=True, id=name)
        self._drawn: tuple[object, Sequence[Strip]] = ((), ())

    def compose(self) -> ComposeResult:
        """The line for the answer, over the last row."""
        yield Answer()

    @property
    def _session(self) -> Session | None:
        return debugger.session_of(self.moment, self.moment.selected) if self.moment is not None else None

    def draw(self, moment: Moment, width: int, height: int, palette: Palette) -> Sequence[Strip]:  # noqa: ARG002  # as all
        """What was said, with a blank row for the answer."""
        session = self._session
        key = (id(session), session and session.changes, moment.selected, debugger.standing(moment), width, id(palette))
        if key != self._drawn[0]:
            blank = Strip.blank(width, palette.style())
            self._drawn = key, [*debugger.draw(moment, session, width, palette), blank]
        return self._drawn[1]

    def content_line(self, y: int, width: int) -> Strip:
        """The last row has the prompt."""
        if y == self.size.height - 1:
            style = self.palette.style(self.palette.accent, bold=True)
            return Line().add(f" {debugger.prompt_of(self._session)}", style).strip(width, self.palette.style())
        return super().content_line(y, width)

    @property
    def caption(self) -> str:
        """Whose debugger it is, and who else waits."""
        moment = self.moment
        if moment is None or self._session is None:
            return ""
        others = len([index for index in debugger.standing(moment) if index != moment.selected])
        more = f", {others} more wait{'s' if others == 1 else ''}" if others else ""
        return f"{moment.history.name(moment.selected)}{more}"

    def action_answer(self) -> None:
        """Let the person type."""
        self.screen.set_focus(self.query_one(Answer))

    def on_input_changed(self, event: Input.Changed) -> None:
        """What is typed is nobody else's business."""
        event.stop()

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Send the command, an empty one too: it repeats the last one. Where nobody waits it goes to who does."""
        event.stop()
        session = self._session
        if session is not None and session.open:
            self._top = None
            session.answer(self.query_one(Answer).take())
            self.redraw()
        elif not event.value:
            await self.run_action("screen.debug")
        elif self.moment is not None:
            name = self.moment.history.name(self.moment.selected)
            self.notify(f"{name} stands at no breakpoint: nobody takes that", severity="warning", markup=False)
