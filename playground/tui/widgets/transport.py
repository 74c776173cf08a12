"""The bar of a replay: its whole run with its marks, and how it is played; click or drag to go somewhere."""

from textual import events

from playground.replay import Replay
from playground.tui.render.transport import Button, button_at, instant, transport
from playground.tui.view import ChoiceMade
from playground.tui.widgets.panel import Panel
from playground.tui.widgets.timeline import Sought


class Transport(Panel, can_focus=False):
    """Shown in a replay only."""

    def __init__(self) -> None:
        super().__init__("", transport, id="transport", classes="bare")

    def take_moment(self) -> None:
        """Appear with a replay."""
        self.display = self.moment is not None and not self.moment.live
        self.redraw()

    @property
    def _replay(self) -> Replay | None:
        face = self.moment.face if self.moment is not None else None
        return face if isinstance(face, Replay) else None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Do what a button says, or go to the instant and follow the mouse."""
        button = button_at(event.x, event.y, self.size.height)
        if button is not None:
            self._press(button)
        elif self._instant(event.x) is not None:
            self.capture_mouse()
            self._seek(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Go on while the button is held; else tell what a click would do."""
        if self.app.mouse_captured is self:
            self._seek(max(event.x, self.size.width - self._bar))
            return
        button = button_at(event.x, event.y, self.size.height)
        told = button.value if button is not None else None
        if self.tooltip != told:
            self.tooltip = told

    def on_mouse_up(self) -> None:
        """Let go."""
        self.release_mouse()

    @property
    def _bar(self) -> int:
        """Cells from where the bar begins to the right edge."""
        return self.size.width - next(x for x in range(self.size.width + 1) if self._instant(x) is not None)

    def _instant(self, x: int) -> int | None:
        replay = self._replay
        if replay is None:
            return None
        since = replay.history.since
        at = instant(x, replay.until - since, self.size.width, self.size.height)
        return None if at is None else since + at

    def _seek(self, x: int) -> None:
        if (at := self._instant(x)) is not None:
            self.post_message(Sought(at))

    def _press(self, button: Button) -> None:
        replay = self._replay
        if replay is None:
            return
        match button:
            case Button.PLAY:
                replay.toggle()
            case Button.SLOWER | Button.FASTER:
                replay.set_speed(replay.speed * (2 if button == Button.FASTER else 0.5))
                self.post_message(ChoiceMade(speed=replay.speed))
            case Button.TURN:
                replay.reverse()
            case Button.KIND:
                replay.turn_kind()
            case Button.GAPS:
                replay.turn_gaps()
            case Button.SECTION:
                replay.turn_section()
