"""The list of all scenarios: topics that fold, what has been seen of each, and what a search finds."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from playground.catalogue import yours
from playground.catalogue.board import following, mark
from playground.catalogue.progress import Progress
from playground.scenario import Scenario
from playground.text import clean
from playground.tui.render.glyphs import ASCII, ascii_only

_NUMBER = re.compile(r"[sc]\d{1,2}", re.IGNORECASE)
_BAR = 8
_LONGEST = 1 << 20
_TOPIC = "topic:"
COLOURS = {"✓": "$text-success", "◐": "$text-warning", "✗": "$text-error", "·": "$foreground 40%", "▶": "bold"}
"""Mark to its colour."""


def plain(text: str) -> str:
    """The text with plain glyphs where the terminal has no others."""
    return text.translate(ASCII) if ascii_only() else text


class Catalogue(OptionList):
    """Rows are topics and, below those that are unfolded, their scenarios; of a search, what was found where."""

    class TopicChosen(Message):
        """The row of a topic is marked."""

        def __init__(self, topic: str) -> None:
            super().__init__()
            self.topic = topic

    class ScenarioChosen(Message):
        """The row of a scenario is marked."""

        def __init__(self, scenario: Scenario) -> None:
            super().__init__()
            self.scenario = scenario

    class NothingFound(Message):
        """No row is marked, since nothing has the words of the search."""

    class Run(Message):
        """The scenario that is marked is to be run."""

    BINDING_GROUP_TITLE = "The list of scenarios"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Run", tooltip="Run the selected scenario in real processes"),
        Binding("enter", "turn", "Unfold", tooltip="Unfold the selected topic, or fold it"),
        Binding("right", "fold(False)", "Unfold", show=False, tooltip="Unfold the topic"),
        Binding("left", "fold(True)", "Fold", show=False, tooltip="Fold the topic"),
        Binding("asterisk", "fold_all", "Unfold all", show=False, tooltip="Unfold all topics, or fold them"),
    ]

    def __init__(
        self, known: Sequence[Scenario], names: Mapping[str, Sequence[str]], progress: Progress, *, id: str
    ) -> None:
        """Begin with these, as ``show`` shows them; what to run next is marked."""
        super().__init__(id=id, compact=True, markup=False)
        self._words: list[str] = []
        upcoming = following(known, progress) or known[0]
        self._open = {upcoming.topic}
        self._take(known, names, progress)
        self._fill(upcoming.name)

    # --- What is shown ----------------------------------------------------------------------------------

    def show(self, known: Sequence[Scenario], names: Mapping[str, Sequence[str]], progress: Progress) -> None:
        """Show these, and by topic the names of all that there is; what is marked stays marked."""
        self._take(known, names, progress)
        self._fill()

    def _take(self, known: Sequence[Scenario], names: Mapping[str, Sequence[str]], progress: Progress) -> None:
        self._known, self._names, self._progress = known, names, progress

    def search(self, words: str) -> None:
        """Show what has all these words, only; "" shows everything again."""
        self._words = words.lower().split()
        self._fill(self._marked if not self._words else "")

    def go(self, name: str) -> None:
        """Mark a scenario, wherever it is."""
        found = next((each for each in self._known if each.name == name), None)
        if found is not None:
            self._words = []
            self._open.add(found.topic)
            self._fill(name)

    @property
    def _marked(self) -> str | None:
        at = self.highlighted
        return self.get_option_at_index(at).id if at is not None and at < self.option_count else None

    def _fill(self, wanted: str | None = None) -> None:
        """Make the rows anew; mark the wanted one, "" the first one that there is, None what was marked."""
        kept, offset = self._marked if wanted is None else wanted, self.scroll_offset
        options = list(self._found() if self._words else self._folded())
        with self.prevent(OptionList.OptionHighlighted):
            self.clear_options()
            self.add_options(options)
        marked = next((i for i, each in enumerate(options) if kept and each.id == kept), None)
        if marked is None:
            marked = next((i for i, each in enumerate(options) if not each.disabled), None)
        if wanted is None:
            self.scroll_to(y=offset.y, animate=False, immediate=True)
        self.highlighted = marked
        if marked is None:
            self.post_message(self.NothingFound())

    def _folded(self) -> Iterator[Option]:
        upcoming = following(self._known, self._progress)
        for topic in dict.fromkeys([*self._names, yours.TOPIC]):
            yield Option(self._topic_row(topic, self._names.get(topic, ())), id=f"{_TOPIC}{topic}")
            if topic in self._open:
                own = (each for each in self._known if each.topic == topic)
                yield from (Option(self._row(each, each is upcoming), id=each.name) for each in own)

    def _topic_row(self, topic: str, own: Sequence[str]) -> Content:
        run = self._progress.run_of(own)
        done = min(max(round(_BAR * run / len(own)), 1), _BAR - (run < len(own))) if run else 0
        head = (f"{plain('▾' if topic in self._open and own else '▸')} ", "$text-primary")
        name = (f"{topic.replace('_', ' ').capitalize():16} ", "bold")
        return Content.assemble(
            head,
            name,
            *((plain("━") * done, "$text-success"), (plain("━") * (_BAR - done), "$foreground 15%")) if own else (),
            (f" {run}/{len(own)}" if own else "", "$text-success" if run == len(own) else "$foreground 55%"),
        )

    def _row(self, each: Scenario, upcoming: bool = False) -> Content:
        sign = "▶" if upcoming else mark(each, self._progress)
        numbers = f"  {' '.join(each.covers)}" if any(_NUMBER.fullmatch(word) for word in self._words) else ""
        dim = "$foreground 60%" if each.problem else "bold" if upcoming else ""
        return Content.assemble(
            (f"  {plain(sign)} ", COLOURS[sign]), (clean(each.title, 120), dim), (numbers, "$foreground 55%")
        )

    def _found(self) -> Iterator[Option]:
        titled, told, written = found(self._known, self._words)
        topic = ""
        for each in titled:
            if each.topic != topic:
                topic = each.topic
                yield _heading(topic.replace("_", " "))
            yield Option(self._row(each), id=each.name)
        for where, some in (("in the lesson", told), ("in the source", written)):
            if some:
                yield _heading(where)
                yield from (Option(self._row(each), id=each.name) for each in some)
        if not (titled or told or written):
            yield Option(Content(" nothing has these words\n Escape shows all again"), disabled=True)

    # --- What is done -----------------------------------------------------------------------------------

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Say what is marked."""
        event.stop()
        name = event.option.id or ""
        chosen = next((each for each in self._known if each.name == name), None)
        if chosen is not None:
            self.post_message(self.ScenarioChosen(chosen))
        elif name.startswith(_TOPIC):
            self.post_message(self.TopicChosen(name.removeprefix(_TOPIC)))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter runs a scenario."""
        event.stop()
        self.post_message(self.Run())

    async def _on_click(self, event: events.Click) -> None:
        """A click marks a scenario, a second one runs it; on a topic it folds and unfolds."""
        event.prevent_default()
        at = event.style.meta.get("option")
        if at is None or self.get_option_at_index(at).disabled:
            return
        already = at == self.highlighted
        self.highlighted = at
        if (self._marked or "").startswith(_TOPIC):
            self.action_turn()
        elif already and event.chain > 1:
            self.action_select()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's
        """A scenario is run, a topic unfolded."""
        marked = self._marked or ""
        of_topic = marked.startswith(_TOPIC)
        return bool(marked) and not of_topic if action == "select" else of_topic if action == "turn" else True

    def action_turn(self) -> None:
        """Unfold the topic of the marked row, or fold it."""
        self.action_fold((self._marked or "").removeprefix(_TOPIC) in self._open)

    def action_fold(self, fold: bool) -> None:
        """Fold the topic of the marked row, or unfold it."""
        topic = (self._marked or "").removeprefix(_TOPIC).partition("/")[0]
        if self._words or not topic:
            return
        if fold:
            self._open.discard(topic)
        else:
            self._open.add(topic)
        self._fill(f"{_TOPIC}{topic}" if fold else None)

    def action_fold_all(self) -> None:
        """Unfold all topics; when they are, fold them."""
        topics = set(self._names)
        name = self._marked or ""
        self._open = set() if topics <= self._open else topics
        topic = name.removeprefix(_TOPIC).partition("/")[0]
        self._fill(name if topic in self._open else f"{_TOPIC}{topic}")


def found(known: Iterable[Scenario], words: Sequence[str]) -> tuple[list[Scenario], list[Scenario], list[Scenario]]:
    """Those that have all the words in name, title or numbers; those that need their lesson too; their source too."""
    groups: tuple[list[Scenario], list[Scenario], list[Scenario]] = ([], [], [])
    for each in known:
        text = ""
        for group, more in zip(groups, _texts(each), strict=False):
            text = f"{text} {more}"
            if all(word in text for word in words):
                group.append(each)
                break
    return groups


def _texts(each: Scenario) -> Iterator[str]:
    """In lower case what is searched, one after the other as far as it is needed."""
    yield f"{each.name} {each.title} {' '.join(each.covers)}".lower()
    yield each.lesson.lower()
    yield _source(each)


def _source(each: Scenario) -> str:
    try:
        return _text(each.path, each.path.stat().st_mtime_ns)
    except OSError:
        return ""


@lru_cache(512)
def _text(path: Path, _changed: int) -> str:
    return path.read_text(encoding="utf-8", errors="replace")[:_LONGEST].lower()


def _heading(text: str) -> Option:
    return Option(Content.styled(text.upper(), "bold"), disabled=True)
