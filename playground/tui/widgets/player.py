"""The keys that move a replay, and the container in which they work."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical

from playground.replay import Replay
from playground.tui.moment import Moment
from playground.tui.view import ChoiceMade
from playground.tui.widgets.timeline import Timeline


class Player(Vertical):
    """Plays, steps and seeks; does nothing while the run is live."""

    BINDING_GROUP_TITLE = "Replay"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "play", "Play", tooltip="Play or pause"),
        Binding("comma", "step(-1)", "◂Event", tooltip="One event back"),
        Binding("full_stop", "step(1)", "Event▸", tooltip="One event forward"),
        Binding("left_square_bracket", "mark(-1)", "◂Mark", tooltip="Previous finding, action, report or death"),
        Binding("right_square_bracket", "mark(1)", "Mark▸", tooltip="Next finding, action, report or death"),
        Binding("left,h", "move(-0.1)", "A tenth of the window back", show=False),
        Binding("right,l", "move(0.1)", "A tenth of the window forward", show=False),
        Binding("shift+left,H", "move(-1)", "A window back", show=False),
        Binding("shift+right,L", "move(1)", "A window forward", show=False),
        Binding("home", "tenth(0)", "To the start", show=False),
        Binding("end", "tenth(10)", "To the end", show=False),
        *(
            Binding(
                str(n), f"tenth({n})", f"To {n} tenths of the run", show=False, tooltip="To so many tenths of the run"
            )
            for n in range(10)
        ),
        Binding("minus", "speed(0.5)", "Slower", show=False),
        Binding("equals_sign", "speed(2)", "Faster", show=False),
        Binding("backspace", "speed(0)", "Original speed", show=False),
        Binding("i", "interrupt", "^C", show=False, tooltip="Says that a replay has no program to send it to"),
        Binding("r", "reverse", "Reverse", show=False, tooltip="Turn the direction of play"),
    ]
    moment: Moment | None = None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's
        """Only a replay can be moved."""
        if action in {"play", "step", "mark", "move", "tenth", "speed", "reverse", "interrupt"}:
            return self._replay is not None
        return True

    @property
    def _replay(self) -> Replay | None:
        face = self.moment.face if self.moment is not None else None
        return face if isinstance(face, Replay) else None

    def action_play(self) -> None:
        """Play or pause; from an end, play from the other."""
        if replay := self._replay:
            replay.toggle()

    def action_step(self, count: int) -> None:
        """Go to the next or previous event."""
        if replay := self._replay:
            replay.step(count)

    def action_mark(self, count: int) -> None:
        """Go to the next or previous mark."""
        if replay := self._replay:
            replay.next_mark(count)

    def action_move(self, share: float) -> None:
        """Move by a share of what is on screen."""
        if replay := self._replay:
            replay.seek(replay.playhead + int(self.query_one(Timeline).window * share))

    def action_tenth(self, tenths: int) -> None:
        """Go to a tenth of the run."""
        if replay := self._replay:
            history = replay.history
            replay.seek(history.since + (history.until - history.since) * tenths // 10)

    def action_speed(self, factor: float) -> None:
        """Play faster or slower; 0 is the original speed."""
        if replay := self._replay:
            replay.set_speed(replay.speed * factor if factor else 1.0)
            self.post_message(ChoiceMade(speed=replay.speed))

    def action_reverse(self) -> None:
        """Turn the direction of play."""
        if replay := self._replay:
            replay.reverse()

    def action_interrupt(self) -> None:
        """Say why there is nothing to send ctrl+c to."""
        self.notify("This is a replay: there is no program to send ctrl+c to", severity="warning", markup=False)
