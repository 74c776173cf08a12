"""The keys that move a replay, and the container in which they work."""

from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical

from playground import questions
from playground.marks import KINDS
from playground.questions import Answer, Unclear
from playground.replay import Replay
from playground.text import clean
from playground.tui.moment import Moment
from playground.tui.render.times import clock
from playground.tui.screens.marks import Chosen, MarksScreen
from playground.tui.view import ChoiceMade
from playground.tui.widgets.prompt import Prompt
from playground.tui.widgets.timeline import Timeline

_ANSWERED_AS_TYPED = 300_000
"""Up to so many rows a question is answered while it is typed."""


class Player(Vertical):
    """Plays, steps and seeks; does nothing while the run is live. Needs a ``Prompt`` in it.

    Where two replays have one playhead, the one in front is asked, noted on and stepped through by process.
    """

    BINDING_GROUP_TITLE = "Replay"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "play", "Play", tooltip="Play or pause"),
        Binding("comma", "step(-1)", "◂Event", tooltip="One event back"),
        Binding("full_stop", "step(1)", "Event▸", tooltip="One event forward"),
        Binding("left_square_bracket", "mark(-1)", "◂Mark", tooltip="Previous mark of the kind that is chosen"),
        Binding("right_square_bracket", "mark(1)", "Mark▸", tooltip="Next mark of the kind that is chosen"),
        Binding("W", "ask", "When", tooltip="Ask when something happened, and go there"),
        Binding("n", "hit(1)", "Next answer", show=False, tooltip="Next instant that answers the question"),
        Binding("N", "hit(-1)", "Previous answer", show=False, tooltip="Previous instant that answers the question"),
        Binding("m", "bookmark", "Bookmark", tooltip="Bookmark this instant, or change the note that is here"),
        Binding("M", "marks", "Marks", show=False, tooltip="List the marks; change and delete bookmarks"),
        Binding("semicolon", "kind", "Which marks", show=False, tooltip="Go to another kind of marks by [ and ]"),
        Binding(
            "left_curly_bracket",
            "step_of(-1)",
            "◂Own event",
            show=False,
            tooltip="Previous event of the selected process, or of the resource in the details",
        ),
        Binding(
            "right_curly_bracket",
            "step_of(1)",
            "Own event▸",
            show=False,
            tooltip="Next event of the selected process, or of the resource in the details",
        ),
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
        Binding("r", "reverse", "Reverse", show=False, tooltip="Turn the direction of play"),
        Binding(
            "A", "section", "Section", show=False, tooltip="Play a section again and again: from here, to here, off"
        ),
        Binding("G", "gaps", "Gaps", show=False, tooltip="Skip the time in which nothing happens, or play it"),
        Binding("i", "interrupt", "^C", show=False, tooltip="Says that a replay has no program to send it to"),
    ]
    moment: Moment | None = None
    whose: str = ""
    """What the one in front is called; "" where it is alone."""
    _answer: Answer | None = None
    """In the time of the one that was asked."""
    _asked: Replay | None = None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's
        """Only a replay can be moved."""
        return self._replay is not None if f"action_{action}" in vars(Player) else True

    @property
    def _replay(self) -> Replay | None:
        face = self.moment.face if self.moment is not None else None
        return face if isinstance(face, Replay) else None

    # --- Playing --------------------------------------------------------------------------------------

    def action_play(self) -> None:
        """Play or pause; from an end, play from the other."""
        if replay := self._replay:
            replay.toggle()

    def action_speed(self, factor: float) -> None:
        """Play faster or slower; 0 is the original speed."""
        if replay := self._replay:
            replay.set_speed(replay.speed * factor if factor else 1.0)
            self.post_message(ChoiceMade(speed=replay.speed))

    def action_reverse(self) -> None:
        """Turn the direction of play."""
        if replay := self._replay:
            replay.reverse()

    def action_section(self) -> None:
        """Begin a section that is played again and again, end it, or play everything again."""
        if replay := self._replay:
            replay.turn_section()
            if replay.section is not None and replay.section[1] is None:
                self._tell("A section begins: A where it ends")

    def action_gaps(self) -> None:
        """Skip the time in which nothing happens, or play it."""
        if replay := self._replay:
            replay.turn_gaps()
            self._tell("Gaps are skipped" if replay.skips_gaps else "Gaps are played")

    # --- Going somewhere ------------------------------------------------------------------------------

    def action_step(self, count: int) -> None:
        """Go to the next or previous event."""
        if replay := self._replay:
            replay.step(count)

    def action_step_of(self, count: int) -> None:
        """Go to the next or previous event of who or what is selected."""
        replay, moment = self._replay, self.moment
        if replay is None or moment is None or not replay.front.history.processes:
            return
        resource, process = moment.view.resource, moment.selected
        if not replay.step_of(count, process=process, resource=resource):
            history = replay.front.history
            name = history.resource_name(resource) if resource else history.name(process)
            self._tell(f"There is no {'later' if count > 0 else 'earlier'} event of {name}{self._where}")

    def action_mark(self, count: int) -> None:
        """Go to the next or previous mark."""
        if replay := self._replay:
            replay.next_mark(count)

    def action_kind(self) -> None:
        """Choose the next kind of marks to go to."""
        if replay := self._replay:
            replay.turn_kind()
            count = len(replay.instants_of(replay.kind))
            self._tell(f"[ and ] go to {replay.kind}: {KINDS[replay.kind]} ({count:,})")

    def action_move(self, share: float) -> None:
        """Move by a share of what is on screen."""
        if replay := self._replay:
            replay.seek(replay.playhead + int(self.query_one(Timeline).window * share))

    def action_tenth(self, tenths: int) -> None:
        """Go to a tenth of the run."""
        if replay := self._replay:
            since = replay.history.since
            replay.seek(since + (replay.until - since) * tenths // 10)

    # --- Asking ---------------------------------------------------------------------------------------

    @property
    def _where(self) -> str:
        """``, in 2 fixed``; "" where there is one run only."""
        return f", in {self.whose}" if self.whose else ""

    def action_ask(self) -> None:
        """Ask when something happened."""
        replay = self._replay
        if replay is None:
            return
        last = self._answer.question if self._answer is not None else ""
        hint = f"such as: {' · '.join(questions.EXAMPLES)}"
        judge = partial(self._judge, replay.front) if replay.front.history.rows <= _ANSWERED_AS_TYPED else None
        self.query_one(Prompt).ask(f"When{self._where}", last, hint, partial(self._ask, replay), judge)

    def _judge(self, replay: Replay, text: str) -> str:
        """What is to be said of a question while it is typed, and may not be complete."""
        try:
            found = questions.answer(replay.history, replay.findings.all, text)
        except Unclear as error:
            return clean(str(error))
        count = len(found.instants)
        times = "once" if count == 1 else f"{count:,} times, first"
        return f"{times} at {clock(found.instants[0])}; Enter goes there, n and N to the next and previous"

    def _ask(self, replay: Replay, text: str) -> str:
        if not text.strip():
            return ""
        front = replay.front
        try:
            found = questions.answer(front.history, front.findings.all, text)
        except Unclear as error:
            more = "" if front.whole else " (the recording is still being read)"
            return clean(str(error)) + more
        self._answer, self._asked = found, front
        place = found.wanted
        if place is None:
            place = found.neighbour(replay.playhead - replay.lead - 1, 1)
        self._go_to(replay, found, place or 0)
        return ""

    def action_hit(self, count: int) -> None:
        """Go to the next or previous instant that answers the question."""
        replay, found = self._replay, self._answer
        if replay is None:
            return
        if found is None:
            self.action_ask()
            return
        if self._asked is not replay.front:  # the other of two: it is asked the same
            if problem := self._ask(replay, found.question):
                self._tell(f"{problem}{self._where}")
            return
        place = found.neighbour(replay.playhead - replay.lead, count)
        if place is None:
            self._tell(f"No {'later' if count > 0 else 'earlier'} answer to: {clean(found.question, 100)}{self._where}")
        else:
            self._go_to(replay, found, place)

    def _go_to(self, replay: Replay, found: Answer, place: int) -> None:
        replay.playing = False
        replay.seek(found.instants[place] + replay.lead)
        which = f"{place + 1:,} of {len(found.instants):,}"
        self._tell(f"{clean(found.question, 100)}: {clock(found.instants[place])}, {which}{self._where}")

    # --- Bookmarks ------------------------------------------------------------------------------------

    def action_bookmark(self) -> None:
        """Bookmark this instant with a note, or change the note that is here."""
        if replay := self._replay:
            self._note(replay.front, replay.front.playhead)

    def _note(self, replay: Replay, at: int) -> None:
        hint = "Enter keeps the bookmark, with a note or without one; M lists all of them"
        take = partial(self._put_bookmark, replay, at)
        self.query_one(Prompt).ask(f"Bookmark at {clock(at)}{self._where}", replay.bookmarks.note(at) or "", hint, take)

    def _put_bookmark(self, replay: Replay, at: int, note: str) -> str:
        if problem := replay.put_bookmark(at, note):
            self.notify(problem, severity="warning", markup=False)
        return ""

    def action_marks(self) -> None:
        """List the marks."""
        if replay := self._replay:
            self.app.push_screen(MarksScreen(replay.front, self._where), self._take_chosen)

    def _take_chosen(self, chosen: Chosen | None) -> None:
        replay = self._replay
        if chosen is None or replay is None:
            return
        replay.playing = False
        replay.seek(chosen.at + replay.lead)
        if chosen.edits:
            self._note(replay.front, chosen.at)

    def action_interrupt(self) -> None:
        """Say why there is nothing to send ctrl+c to."""
        self.notify("This is a replay: there is no program to send ctrl+c to", severity="warning", markup=False)

    def _tell(self, text: str) -> None:
        self.notify(clean(text, 300), markup=False, timeout=3)
