"""Which lines of a run's log are shown: everything once, and of that what is wanted. Pure."""

from bisect import bisect_right
from collections import deque
from collections.abc import Callable
from functools import partial

from msgspec import Struct

from playground.history import History, LogLine, Nanoseconds

STREAMS: dict[str, frozenset[str]] = {
    "all": frozenset(),
    "output": frozenset({"stdout", "stderr"}),
    "log records": frozenset({"log"}),
    "events": frozenset({"raised", "report", "action", "mark", "notice"}),
}
"""Name of a choice to the streams that it has; none is all."""
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
"""From the least to the gravest; whoever wants one wants the graver ones too."""
_RANKS = {**{name: rank for rank, name in enumerate(LEVELS)}, "CRITICAL": len(LEVELS)}
_STREAM_RANKS = {"stderr": _RANKS["WARNING"], "notice": _RANKS["WARNING"], "raised": _RANKS["ERROR"]}
_SOON_NS = 2_000_000_000
"""A handler writes a record within this time after it was made."""
_BEAT_NS = 300_000_000
"""Output that is read in one look has the instant at which the look began."""
_BACK = 200
"""How many lines back output is looked for that says the same."""


class Wanted(Struct, frozen=True):
    """What the person wants to see of the log."""

    streams: str = "all"
    level: str = LEVELS[0]
    only_selected: bool = False

    def __str__(self) -> str:
        """In words, without the process; "" when everything is wanted."""
        streams = "" if self.streams == "all" else self.streams
        return " · ".join(filter(None, (streams, "" if self.level == LEVELS[0] else f"{self.level} and graver")))


EVERYTHING = Wanted()


def level_of(line: LogLine) -> str:
    """The level of a log record; "" of what is none."""
    word = line.text.partition(" ")[0] if line.stream == "log" else ""
    return word if word in _RANKS else ""


def belongs_to(history: History, line: LogLine) -> int | None:
    """The process that a line comes from; None for output, since all processes write into the same two pipes."""
    shared = line.stream in {"stdout", "stderr"} and len(history.processes) > 1
    return None if shared else line.process


class Lines:
    """The log of one history, which grows; what was looked at once is not looked at again."""

    def __init__(self) -> None:
        self._begin(None)

    def _begin(self, history: History | None) -> None:
        self._history = history
        self._taken = 0
        self._once: list[LogLine] = []
        self._reports: set[str] = set()
        self._awaited: deque[tuple[Nanoseconds, str, bool]] = deque(maxlen=1000)
        """Lines of records and exceptions that may come again on stderr: since when, the text, whether with a head."""
        self._repeats = False
        """Whether the latest line of stderr had been told before."""
        self._sift(None)

    def _sift(self, wanted: tuple[Wanted, int] | None) -> None:
        self._wanted = wanted
        self._sifted = 0
        self._shown: list[LogLine] = []
        self._seek("")

    def _seek(self, words: str) -> None:
        self._words, self._sought = words, 0
        self._matches: list[int] = []

    def of(self, history: History, wanted: Wanted, selected: int) -> list[LogLine]:
        """All lines that are wanted, those later than the instant shown too."""
        if history is not self._history:
            self._begin(history)
        for line in history.lines[self._taken :]:
            self._take(line)
        self._taken = len(history.lines)
        key = (wanted, selected if wanted.only_selected else -1)
        if key != self._wanted:
            self._sift(key)
        self._shown += (line for line in self._once[self._sifted :] if _is_wanted(history, line, *key))
        self._sifted = len(self._once)
        return self._shown

    def matches(self, words: str) -> list[int]:
        """Places, among what ``of`` gave last, of the lines that have this text, in whatever case."""
        if words != self._words:
            self._seek(words)
        if words:
            low = words.lower()
            new = range(self._sought, len(self._shown))
            self._matches += (i for i in new if low in self._shown[i].text.lower())
        self._sought = len(self._shown)
        return self._matches

    # --- Each thing once ------------------------------------------------------------------------------

    def _take(self, line: LogLine) -> None:
        """Keep a line, unless it says again what a report, a log record or an exception has said.

        Output is read now and then, so that it may stand before what it repeats as well as behind it.
        """
        if line.stream == "report":
            self._reports.add(line.text)
            self._forget("stdout", line.time - _SOON_NS, lambda text: text == line.text)
        elif line.stream == "log":
            self._await(line, line.text.partition(": ")[2], headed=True)
        elif line.stream == "raised":
            self._await(line, line.text, headed=False)
        elif (line.stream == "stdout" and line.text in self._reports) or self._is_a_record(line):
            return
        self._once.append(line)

    def _await(self, line: LogLine, said: str, *, headed: bool) -> None:
        """What is said in a line may stand on stderr too; with ``headed`` its first part stands behind some words."""
        for i, part in enumerate(said.splitlines()):
            first = headed and i == 0
            if part.strip() and not self._forget("stderr", line.time - _BEAT_NS, partial(_writes, part, first)):
                self._awaited.append((line.time, part, first))

    def _forget(self, stream: str, since: Nanoseconds, is_it: Callable[[str], bool]) -> bool:
        """Take away the latest line of a stream since an instant that is it; False when there is none."""
        for i in range(len(self._once) - 1, max(len(self._once) - _BACK, 0) - 1, -1):
            line = self._once[i]
            if line.time < since:
                return False
            if line.stream == stream and is_it(line.text):
                del self._once[i]
                self._sifted = min(self._sifted, len(self._once))
                self._forget_shown(line)
                return True
        return False

    def _forget_shown(self, line: LogLine) -> None:
        for i in range(len(self._shown) - 1, max(len(self._shown) - _BACK, 0) - 1, -1):
            if self._shown[i] is line:
                del self._shown[i]
                self._seek("")
                return

    def _is_a_record(self, line: LogLine) -> bool:
        """Whether this line of stderr was written for a record, or an exception, that has been told."""
        if line.stream != "stderr":
            return False
        while self._awaited and self._awaited[0][0] < line.time - _SOON_NS:
            self._awaited.popleft()
        for i, (_, text, first) in enumerate(self._awaited):
            if _writes(text, first, line.text):
                del self._awaited[i]
                self._repeats = True
                return True
        marks = self._repeats and bool(line.text.strip()) and not line.text.strip(" ~^")  # below a line of a traceback
        self._repeats = marks
        return marks


def _writes(part: str, first: bool, text: str) -> bool:
    """Whether a line of stderr is this part of a record; before the first one stands what its format wants."""
    return text == part or (first and text.endswith(part))


def _is_wanted(history: History, line: LogLine, wanted: Wanted, selected: int) -> bool:
    streams = STREAMS.get(wanted.streams, frozenset())
    if streams and line.stream not in streams:
        return False
    rank = _RANKS.get(level_of(line), _STREAM_RANKS.get(line.stream, _RANKS["INFO"]))
    if rank < _RANKS.get(wanted.level, 0):
        return False
    return not wanted.only_selected or belongs_to(history, line) == selected


def known_by(lines: list[LogLine], at: Nanoseconds) -> int:
    """How many of the lines had been written at an instant."""
    return bisect_right(lines, at, key=lambda line: line.time)
