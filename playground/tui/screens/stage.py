"""The stage: one run, live or replayed, as timeline, processes, counters, waits and log."""

import signal
from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Footer

from playground.errors import PlaygroundError
from playground.face import Face
from playground.history import State
from playground.live import LiveRun
from playground.replay import Replay
from playground.tui.render import tables, timeline
from playground.tui.render.cells import Ink, legend
from playground.tui.render.line import Line
from playground.tui.render.palette import Palette
from playground.tui.render.times import clock
from playground.tui.widgets.panel import Panel

FRAMES = 20
_SECOND = 1_000_000_000
_TABS = ("log", "findings", "source")


class StageScreen(Screen[None]):
    """Everything on it is drawn at the face's playhead, whatever the face is."""

    CSS_PATH = "stage.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "spawn", "Spawn", tooltip="start one more process like the selected one"),
        Binding("t", "send('SIGTERM')", "Term", tooltip="terminate the selected process"),
        Binding("K", "send('SIGKILL')", "Kill", tooltip="kill the selected process"),
        Binding("s", "suspend", "Suspend", tooltip="suspend or resume the selected process"),
        Binding("space", "play", "Freeze/Play", tooltip="freeze the view; in a replay play or pause"),
        Binding("comma", "step(-1)", "◂ Event", tooltip="one event back"),
        Binding("full_stop", "step(1)", "Event ▸", tooltip="one event forward"),
        Binding("left_square_bracket", "mark(-1)", "◂ Mark", tooltip="previous mark"),
        Binding("right_square_bracket", "mark(1)", "Mark ▸", tooltip="next mark"),
        Binding("left,h", "move(-0.1)", "Back", show=False),
        Binding("right,l", "move(0.1)", "Forward", show=False),
        Binding("shift+left,H", "move(-1)", "Page back", show=False),
        Binding("shift+right,L", "move(1)", "Page forward", show=False),
        Binding("home", "tenth(0)", "Start", show=False),
        Binding("end", "tenth(10)", "End", show=False),
        *(Binding(str(n), f"tenth({n})", f"{n} tenths", show=False) for n in range(10)),
        Binding("minus", "speed(0.5)", "Slower", show=False),
        Binding("equals_sign", "speed(2)", "Faster", show=False),
        Binding("backspace", "speed(0)", "Speed 1x", show=False),
        Binding("r", "reverse", "Reverse", show=False),
        Binding("plus", "zoom(1)", "Zoom in", show=False),
        Binding("underscore", "zoom(-1)", "Zoom out", show=False),
        Binding("up,k", "select(-1)", "Previous process", show=False),
        Binding("down,j", "select(1)", "Next process", show=False),
        Binding("tab", "tab(1)", "Pane", tooltip="log, findings, source"),
        Binding("y", "confirm", "Yes", show=False),
        Binding("q", "leave", "Back"),
        Binding("Q", "quit_now", "Quit", show=False),
    ]
    _LIVE: ClassVar[frozenset[str]] = frozenset({"spawn", "send", "suspend"})
    _REPLAY: ClassVar[frozenset[str]] = frozenset({"step", "mark", "move", "tenth", "speed", "reverse"})

    def __init__(self, face: Face) -> None:
        super().__init__()
        self.face = face
        self._selected = 0
        self._tab = 0
        self._zoom = 0
        self._frozen_at: int | None = None
        self._asking: tuple[str, Callable[[], None]] | None = None
        self._findings_shown = 0
        self._ink = Ink(Palette())

    def compose(self) -> ComposeResult:
        """Lay out the panels."""
        yield Panel(id="header", classes="bare")
        yield Panel(id="banner", classes="bare")
        with Horizontal(id="upper"):
            yield Panel("Timeline", id="timeline")
            yield Panel("Processes", id="processes")
        with Horizontal(id="lower"):
            yield Panel("Counters", id="counters")
            yield Panel("Waits", id="waits")
            yield Panel("Log", id="log")
        yield Footer()

    def on_mount(self) -> None:
        """Begin to draw frames."""
        if isinstance(self.face, Replay) and not self.face.playing:
            self.face.toggle()
        self.set_interval(1 / FRAMES, self._frame)

    def on_resize(self) -> None:
        """Fold the layout for small terminals and draw anew."""
        self.set_class(self.size.width < 110, "narrow")
        self.set_class(self.size.height < 30, "low")
        self.call_after_refresh(self._draw)

    # --- Frames --------------------------------------------------------------------------------------

    def _frame(self) -> None:
        if self.face.tick() and self.app.screen is self:
            self._draw()

    @property
    def _now(self) -> int:
        return self.face.playhead if self._frozen_at is None else self._frozen_at

    def _draw(self) -> None:
        history, t = self.face.history, self._now
        header = self.query_one("#header", Panel)
        palette = header.palette
        if palette != self._ink.palette:
            self._ink = Ink(palette)
        found = [finding for finding in self.face.findings.all if finding.at <= t]
        if len(found) > self._findings_shown:
            self._findings_shown = len(found)
            self._tab = 1
        stuck = {p for finding in found if finding.kind in {"deadlock", "abandoned_lock"} for p in finding.processes}
        header.show([self._header(palette, header.size.width, len(found))])
        self._draw_banner(palette)
        self._draw_timeline(palette)
        panel = self.query_one("#processes", Panel)
        panel.show(tables.process_strips(history, t, self._selected, panel.size.width, palette))
        panel = self.query_one("#counters", Panel)
        panel.show(tables.counter_strips(history, t, panel.size.width, panel.size.height, palette))
        panel = self.query_one("#waits", Panel)
        panel.show(tables.wait_strips(history, t, stuck, panel.size.width, palette))
        self._draw_log(palette)

    def _header(self, palette: Palette, width: int, found: int) -> Strip:
        face = self.face
        line = Line().add(f" {face.info.scenario} ", palette.style(palette.text, palette.selected, bold=True))
        shown = "  ".join(f"{name} {value}" for name, value in face.info.parameters.items())
        line.add(f"  {shown}   ", palette.style(palette.muted))
        states = [state.state for state in face.history.at(self._now)]
        line.add(*self._mode(palette)).add(f"  {clock(self._now)}", palette.style(bold=True))
        for name, state in (("running", State.RUNNING), ("waiting", State.WAITING), ("suspended", State.SUSPENDED)):
            if state in states:
                line.add(f"   {states.count(state)} {name}", palette.style(palette.muted))
        if found:
            line.add(f"   {found} finding{'s' if found > 1 else ''}", palette.style(palette.bad, bold=True))
        return line.strip(width, palette.style())

    def _mode(self, palette: Palette) -> tuple[str, object]:
        face = self.face
        if isinstance(face, Replay):
            arrow = "▶" if face.direction > 0 else "◀"
            text = f"{arrow} REPLAY {face.speed:g}x" if face.playing else f"⏸ REPLAY {face.speed:g}x"
            return text, palette.style(palette.accent, bold=True)
        if self._frozen_at is not None:
            return "❄ FROZEN", palette.style(palette.warning, bold=True)
        if face.live:
            return "● LIVE", palette.style(palette.good, bold=True)
        return f"■ ENDED {face.history.outcome}", palette.style(palette.muted, bold=True)

    def _draw_banner(self, palette: Palette) -> None:
        banner = self.query_one("#banner", Panel)
        text, ground = "", palette.alarm
        errors = [
            finding for finding in self.face.findings.all if finding.severity == "error" and finding.at <= self._now
        ]
        if self._asking is not None:
            text, ground = f"{self._asking[0]}  y = yes, any other key = no", "#7A5A00"
        elif errors:
            text = f"✖ {errors[-1].text}"
        elif isinstance(self.face, LiveRun) and self.face.notice:
            text, ground = self.face.notice, "#7A5A00"
        elif isinstance(self.face, LiveRun) and self.face.ended:
            text, ground = f"{self._verdict()}   space: replay", palette.selected
        banner.display = bool(text)
        width = banner.size.width or self.size.width
        style = palette.style("#FFFFFF" if ground != palette.selected else palette.text, ground, bold=True)
        banner.show([Line().column(f" {text}", width, style).strip(width, style)])

    def _verdict(self) -> str:
        summary = self.face.summary if isinstance(self.face, LiveRun | Replay) else None
        return str(summary["verdict"]) if summary else ""

    def _window(self) -> timeline.Window:
        total = self.face.history.until if isinstance(self.face, Replay) else self._now
        total = max(total + total // 16, 2 * _SECOND if self.face.live else 1000)
        length = max(1000, total >> self._zoom)
        half = max(1, length // 2)
        start = 0 if not self._zoom else max(0, (self._now // half - 1) * half)
        return timeline.Window(start, start + length, self._now)

    def _draw_timeline(self, palette: Palette) -> None:
        panel = self.query_one("#timeline", Panel)
        width, height = panel.size
        window, history = self._window(), self.face.history
        lanes = [state.index for state in history.at(self._now)]
        roomy = 2 * len(lanes) + 3 <= height
        blank = Line().strip(width, palette.style())
        strips = [timeline.marks_strip(history, [f.at for f in self.face.findings.all], window, width, palette)]
        top = max(0, min(self._selected - (height - 6), len(lanes) - (height - 3))) if not roomy else 0
        for index in lanes[top:]:
            strips.append(
                timeline.lane_strip(history, index, window, width, self._ink, selected=index == self._selected)
            )
            if roomy:
                strips.append(blank)
        strips = strips[: max(1, height - 2)]
        strips += [blank] * (height - 2 - len(strips))
        strips += [timeline.axis_strip(window, width, palette), self._legend(palette, width)]
        panel.show(strips)

    def _legend(self, palette: Palette, width: int) -> Strip:
        line = Line().add(" ", palette.style())
        for name, (glyph, colour) in legend(palette).items():
            line.add(glyph * 2, palette.style(colour)).add(f" {name}  ", palette.style(palette.muted))
        return line.strip(width, palette.style())

    def _draw_log(self, palette: Palette) -> None:
        panel = self.query_one("#log", Panel)
        width, height = panel.size
        history, t = self.face.history, self._now
        panel.border_title = "  ".join(f"[{name}]" if i == self._tab else name for i, name in enumerate(_TABS)).replace(
            "[", "\\["
        )
        if self._tab == 0:
            panel.show(tables.log_strips(history, t, width, height, palette))
        elif self._tab == 1:
            panel.show(tables.finding_strips(self.face.findings.all, t, width, palette))
        else:
            panel.show(tables.source_strips(history, t, width, height, palette))

    # --- Actions -------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey out what cannot be done now."""
        if action in self._LIVE:
            return self.face.live or None
        if action in self._REPLAY:
            return not self.face.live or None
        return True

    def action_spawn(self) -> None:
        """Start one more like the selected process."""
        if isinstance(self.face, LiveRun) and self.face.live:
            try:
                self.face.spawn(self._selected)
            except PlaygroundError as error:
                self.face.notice = str(error)

    def action_send(self, name: str) -> None:
        """Send a signal to the selected process; for the main one ask first."""
        if not (isinstance(self.face, LiveRun) and self.face.live) or self._selected >= len(
            self.face.history.processes
        ):
            return
        index, number, face = self._selected, signal.Signals[name], self.face
        if face.history.processes[index].ended is not None:
            face.notice = f"{face.history.name(index)} has ended"
        elif index == 0:
            self._ask(f"Send {name} to the main process?", lambda: face.signal(0, number))
        else:
            face.signal(index, number)

    def action_suspend(self) -> None:
        """Suspend the selected process, or let it go on."""
        history = self.face.history
        if self._selected < len(history.processes):
            suspended = history.processes[self._selected].lane.state == State.SUSPENDED
            self.action_send("SIGCONT" if suspended else "SIGSTOP")

    def action_play(self) -> None:
        """Freeze a live view; play or pause a replay; an ended run becomes a replay."""
        self._become_replay()
        if isinstance(self.face, Replay):
            self.face.toggle()
        elif self.face.live:
            self._frozen_at = None if self._frozen_at is not None else self.face.playhead
        self._draw()

    def _become_replay(self) -> None:
        face = self.face
        if isinstance(face, LiveRun) and face.ended and face.recording_path is not None:
            try:
                self.face = Replay(face.recording_path)
            except PlaygroundError as error:
                face.notice = str(error)
                return
            self.face.seek(face.playhead)
            self._frozen_at = None
            self.refresh_bindings()

    def _replay(self) -> Replay | None:
        self._become_replay()
        return self.face if isinstance(self.face, Replay) else None

    def action_step(self, count: int) -> None:
        """Go to the next or previous event."""
        if replay := self._replay():
            replay.step(count)

    def action_mark(self, count: int) -> None:
        """Go to the next or previous mark."""
        if replay := self._replay():
            replay.next_mark(count)

    def action_move(self, share: float) -> None:
        """Move by a share of what is on screen."""
        if replay := self._replay():
            window = self._window()
            replay.seek(replay.playhead + int((window.end - window.start) * share))

    def action_tenth(self, tenths: int) -> None:
        """Go to a tenth of the run."""
        if replay := self._replay():
            replay.seek(replay.history.until * tenths // 10)

    def action_speed(self, factor: float) -> None:
        """Play faster or slower; 0 is the original speed."""
        if replay := self._replay():
            replay.set_speed(replay.speed * factor if factor else 1.0)

    def action_reverse(self) -> None:
        """Turn the direction of play."""
        if replay := self._replay():
            replay.reverse()

    def action_zoom(self, step: int) -> None:
        """Show less or more of the run at once."""
        self._zoom = min(max(self._zoom + step, 0), 24)
        self._draw()

    def action_select(self, step: int) -> None:
        """Select the previous or next process."""
        shown = len(self.face.history.at(self._now))
        self._selected = min(max(self._selected + step, 0), max(0, shown - 1))
        self._draw()

    def action_tab(self, step: int) -> None:
        """Show the next of log, findings and source."""
        self._tab = (self._tab + step) % len(_TABS)
        self._draw()

    def action_leave(self) -> None:
        """Go back; ask while processes live."""
        if self.face.live:
            self._ask("Processes are still alive. End them and leave?", self._leave)
        else:
            self._leave()

    def action_quit_now(self) -> None:
        """End the run's processes and the app at once."""
        self.face.close()
        self.app.exit()

    def _leave(self) -> None:
        self.face.close()
        self.dismiss()

    def _ask(self, question: str, then: Callable[[], None]) -> None:
        self._asking = (question, then)
        self._draw()

    def action_confirm(self) -> None:
        """Answer a question with yes."""
        if self._asking is not None:
            then, self._asking = self._asking[1], None
            then()

    def on_key(self) -> None:
        """Any other key than yes is a no."""
        if self._asking is not None:
            self.call_later(self._forget, self._asking)

    def _forget(self, asked: object) -> None:
        if self._asking is asked:
            self._asking = None
            self._draw()

    def on_panel_clicked(self, message: Panel.Clicked) -> None:
        """Select a lane or a process; in a replay go to the instant clicked."""
        if message.panel.id == "processes" and message.y > 0:
            self._selected = 0
            self.action_select(message.y - 1)
        elif message.panel.id == "timeline":
            self._clicked_timeline(message.panel, message.x, message.y)

    def _clicked_timeline(self, panel: Panel, x: int, y: int) -> None:
        lanes = len(self.face.history.at(self._now))
        row = (y - 1) // (2 if 2 * lanes + 3 <= panel.size.height else 1)
        if 0 <= row < lanes:
            self._selected = row
        if x >= timeline.LABEL and not self.face.live and (replay := self._replay()):
            window = self._window()
            cells = max(1, panel.size.width - timeline.LABEL)
            replay.seek(window.start + (x - timeline.LABEL) * (window.end - window.start) // cells)
        self._draw()
