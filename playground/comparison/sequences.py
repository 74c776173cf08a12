"""What each process of a run did, one event after the other, and where two runs part. Pure.

Two events are the same when their kinds are, what they are done with and to whom goes by the same name, and the
numbers that the program saw are equal. Pids, times, threads and lines of source are left out, as are waits: that
somebody had to wait is a matter of time, what came of it shows in what follows.
"""

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from struct import pack, unpack
from typing import NamedTuple

from msgspec import Struct

from playground.history import (
    WORDS,
    Batch,
    Nanoseconds,
    ProcessDefinition,
    ResourceDefinition,
    SiteDefinition,
    TextDefinition,
)
from playground.history.told import exit_text
from playground.probe import layout

MOST_EVENTS = 4_000_000
"""So many events of a run are compared, some 24 bytes each."""
_ALL, _LOW = -1, (1 << 31) - 1
_NUMBERS = {
    layout.READ: _ALL,
    layout.WROTE: _ALL,
    layout.ITEM_READ: _ALL,
    layout.ITEM_WROTE: _ALL,
    layout.CREATED: _ALL,
    layout.EXITING: _ALL,
    layout.NOTIFYING: _ALL,
    layout.SUBMITTED: _LOW,
    layout.TASK_STARTED: _LOW,
    layout.TASK_ENDED: _LOW,
    layout.RESULT: _LOW,
}
"""Kinds of which the value counts, with the bits that do: those above number the job."""
_PIDS = {
    layout.FORKED: 0,
    layout.PROGRAM_STARTED: 0,
    layout.TERMINATE_SENT: 0,
    layout.KILL_SENT: 0,
    layout.JOINED: 0,
    layout.SIGNAL_SENT: 0,
    layout.CHILD_ENDED: 32,
}
"""Kinds whose value holds the pid of another process, with the place of its first bit."""
_WAITS = frozenset({layout.WAITING, layout.JOINING, layout.JOINING_TIMED, layout.SENDING})
_LEFT_OUT = frozenset(
    {
        *(layout.BEGAN, layout.BOOTED, layout.STARTED, layout.PATCH_FAILED, layout.WAITING, layout.WOKE),
        *(layout.JOINING, layout.JOINING_TIMED, layout.SLEPT, layout.SENT),
    }
)
_ITEMS = frozenset({layout.ITEM_READ, layout.ITEM_WROTE})
_SHARED = frozenset({layout.CREATED, layout.READ, layout.WROTE, *_ITEMS})
_MISSING = frozenset({layout.DROPPED, layout.LOST})
_ENDINGS = frozenset({layout.REAPED, layout.ZOMBIE})
_SAID = {
    layout.STARTING: "starts {text}",
    layout.START_FAILED: "fails to start a process",
    layout.EXITING: "exits with {value}",
    layout.CHILD_ENDED: "sees that {process} has ended ({status})",
    layout.TERMINATE_SENT: "terminates {process}",
    layout.KILL_SENT: "kills {process}",
    layout.FORKED: "forks {process}",
    layout.PROGRAM_STARTED: "starts {process}",
    layout.SIGNAL_SENT: "sends {process} {status}",
    layout.LOGGED: "logs: {text}",
    layout.RAISED: "raises {text}",
    layout.MARK: "is at the mark {text}",
    layout.REPORT: "reports: {text}",
    layout.TIMED_OUT: "has waited in vain",
    layout.JOINED: "has joined {process}",
    layout.SLEEPING: "sleeps",
    layout.CREATED: "makes {thing} ({value})",
    layout.ACQUIRED: "takes {thing}",
    layout.RELEASING: "releases {thing}",
    layout.RELEASE_FAILED: "fails to release {thing}",
    layout.TRY_FAILED: "tries in vain to take {thing}",
    layout.SETTING: "sets {thing}",
    layout.CLEARING: "clears {thing}",
    layout.NOTIFYING: "notifies {thing} ({value})",
    layout.BROKEN: "breaks {thing}",
    layout.CLOSED: "closes {thing}",
    layout.PUTTING: "puts into {thing}",
    layout.PUT_FAILED: "fails to put into {thing}",
    layout.GOT: "gets from {thing}",
    layout.SENDING: "sends into {thing}",
    layout.RECEIVED: "receives from {thing}",
    layout.EOF: "finds {thing} at its end",
    layout.TASK_DONE: "has done an item of {thing}",
    layout.ATTACHED: "opens {thing}",
    layout.UNLINKING: "removes {thing}",
    layout.READ: "reads {value} from {thing}",
    layout.WROTE: "writes {value} to {thing}",
    layout.ITEM_READ: "reads {value} from {thing}",
    layout.ITEM_WROTE: "writes {value} to {thing}",
    layout.SUBMITTED: "gives {value} tasks to {thing}",
    layout.TASK_STARTED: "begins with task {value} of {thing}",
    layout.TASK_ENDED: "has done task {value} of {thing}",
    layout.RESULT: "has {value} results of {thing}",
    layout.CALLBACK: "calls back for {thing}",
    layout.POOL_BROKEN: "finds {thing} broken",
    layout.POOL_ENDING: "ends {thing}",
}


class Token(NamedTuple):
    """What an event is but for its number: by indices, which mean something in their own run only."""

    kind: int
    resource: int
    item: int
    """Index in an array; -1 when it is none."""
    process: int
    """Whom it is done to; -1 when it is nobody."""
    status: int
    """How it ended, or with minus before it the signal that it is sent."""
    text: int


class Meaning(NamedTuple):
    """What a token means, by names: the same in every run."""

    kind: int
    thing: str
    process: str
    status: int
    text: str


class _Sequence(Struct):
    """The events of one process, as columns."""

    tokens: "array[int]"
    values: "array[int]"
    times: "array[int]"
    sites: "array[int]"
    whole: bool = True
    """False when what comes after the last one is not known."""
    waits: tuple[int, int, int, int] | None = None
    """Operation, resource, pid and site of the wait that nothing has followed."""
    status: int = 0
    """How it ended, where a signal ended it."""


class Event(Struct, frozen=True):
    """One event of a process; ``at`` None: it did nothing more."""

    at: Nanoseconds | None
    text: str
    """In words: ``takes `first` ``."""
    place: str
    """``file.py:12``; "" when unknown."""


class Divergence(Struct, frozen=True):
    """The first event in which a process of one run did something else than its namesake in the other."""

    process: str
    ordinal: int
    """How many events the two have in common."""
    one: Event
    other: Event


class Sequences:
    """Takes in the batches of one run, in order."""

    def __init__(self) -> None:
        self.whole = True
        """False when there were more events than are compared."""
        self._ended = False
        self._events = 0
        self._of: dict[int, _Sequence] = {}
        self._processes: dict[int, ProcessDefinition] = {}
        self._resources: dict[int, str] = {}
        self._doubles: set[int] = set()
        """Resources whose values are floats."""
        self._sites: dict[int, str] = {}
        self._texts: dict[int, str] = {}
        self._pids: dict[int, int] = {}
        self._tokens: dict[Token, int] = {}
        self._order: list[Token] = []

    def take(self, batch: Batch) -> None:
        """Take in the next batch."""
        for definition in batch.definitions:
            self._define(definition)
        for t, p, _, kind, r, s, v in zip(*batch.columns, strict=True):
            if kind < layout.SUSPENDED:
                self._follow(t, p, kind, r, s, v)
            elif kind in _MISSING:
                self._sequence(p).whole = False
            elif kind in _ENDINGS and v < 0:
                self._sequence(p).status = v
            elif kind == layout.RUN_ENDED:
                self._ended = True

    def _define(self, definition: object) -> None:
        match definition:
            case ProcessDefinition():
                self._processes[definition.index] = definition
                self._pids[definition.pid] = definition.index
            case ResourceDefinition():
                self._resources[definition.index] = definition.name
                if definition.typecode == "d":
                    self._doubles.add(definition.index)
            case SiteDefinition():
                self._sites[definition.index] = f"{definition.file.rpartition('/')[2]}:{definition.line}"
            case TextDefinition():
                self._texts[definition.index] = definition.text

    def _sequence(self, process: int) -> _Sequence:
        sequence = self._of.get(process)
        if sequence is None:
            sequence = self._of[process] = _Sequence(array("i"), array("q"), array("q"), array("i"))
        return sequence

    def _follow(self, t: int, p: int, kind: int, r: int, s: int, v: int) -> None:
        sequence = self._sequence(p)
        if not sequence.whole:
            return
        if self._events >= MOST_EVENTS:
            self.whole = sequence.whole = False
            return
        operation, pid = (v & 0xFF, 0) if kind == layout.WAITING else (layout.OP_JOIN, v)
        operation, pid = (layout.OP_SEND, 0) if kind == layout.SENDING else (operation, pid)
        sequence.waits = (operation, r, pid, s) if kind in _WAITS else None
        if kind in _LEFT_OUT:
            return
        self._events += 1
        item = s if kind in _ITEMS else -1
        token = Token(kind, r, item, *self._subject(kind, v), v if kind in layout.TEXT_KINDS else 0)
        number = self._tokens.setdefault(token, len(self._order))
        if number == len(self._order):
            self._order.append(token)
        sequence.tokens.append(number)
        sequence.values.append(v & _NUMBERS.get(kind, 0))
        sequence.times.append(t)
        sequence.sites.append(0 if item >= 0 else s)

    def _subject(self, kind: int, v: int) -> tuple[int, int]:
        """The process that the value names, and the status with it; a signal as the status it may lead to."""
        shift = _PIDS.get(kind)
        if shift is None:
            return -1, 0
        if shift:
            status = v & 0xFFFFFFFF
            return self._pids.get(v >> shift, -1), status - (1 << 32) if status >> 31 else status
        return self._pids.get(v & 0xFFFFFFFF, -1), -(v >> 32)

    # --- What it all means, in names -------------------------------------------------------------------

    def names(self) -> dict[str, int]:
        """Name of every process that spoke, the second of a name with a number, to its index."""
        known = [(index, self._processes[index]) for index in sorted(self._of) if index in self._processes]
        return dict(zip(numbered(each.name or each.role for _, each in known), (i for i, _ in known), strict=True))

    def meanings(self) -> list[Meaning]:
        """What each token means."""
        own = {index: name for name, index in self.names().items()}
        pids = {str(each.pid): own.get(index, each.name) for index, each in self._processes.items()}
        number = re.compile(r"\b\d{2,}\b")

        def said(text: int) -> str:
            return number.sub(lambda found: pids.get(found[0], found[0]), self._texts.get(text, "")) if text else ""

        return [
            Meaning(each.kind, self._thing(each), own.get(each.process, ""), each.status, said(each.text))
            for each in self._order
        ]

    def of(self, process: int) -> "_Sequence":
        """The events of a process."""
        return self._of[process]

    def is_known(self, process: int, place: int) -> bool:
        """Whether it is known what a process did as its event of this number, be it nothing."""
        return place < len(self._of[process].tokens) or (self._ended and self._of[process].whole)

    def _thing(self, token: Token) -> str:
        name = self._resources.get(token.resource, "")
        return f"{name}[{token.item}]" if token.item >= 0 else name

    def event(self, process: int, place: int, meanings: Sequence[Meaning]) -> Event:
        """The event of a number of a process, or what it did when it did nothing more."""
        sequence = self._of[process]
        if place == len(sequence.tokens):
            return self._end(sequence)
        number = sequence.tokens[place]
        token, meaning = self._order[number], meanings[number]
        said = _SAID.get(meaning.kind, layout.NAMES.get(meaning.kind, f"event {meaning.kind}").lower())
        words = said.format(
            text=next((line for line in reversed(meaning.text.splitlines()) if line.strip()), ""),
            value=self._value(token, sequence.values[place]),
            process=meaning.process or "another process",
            status=exit_text(meaning.status),
            thing=f"`{meaning.thing}`" if meaning.thing else "something unnamed",
        )
        return Event(sequence.times[place], words, self._sites.get(sequence.sites[place], ""))

    def _value(self, token: Token, value: int) -> str:
        """A number as the program saw it."""
        if token.resource in self._doubles and token.kind in _SHARED:
            return f"{unpack('=d', pack('=q', value))[0]:g}"
        return str(value)

    def _end(self, sequence: _Sequence) -> Event:
        if sequence.status:
            return Event(None, f"is ended by {exit_text(sequence.status)}", "")
        if sequence.waits is None:
            return Event(None, "does nothing more", "")
        operation, resource, pid, site = sequence.waits
        name = self._resources.get(resource, "")
        word = layout.OPERATIONS[operation] if operation < len(layout.OPERATIONS) else ""
        index = self._pids.get(pid)
        joined = self._processes[index].name if pid and index is not None else ""
        what = f"`{name}` ({word})" if name else (joined and f"{joined} to end") or WORDS.get(word, word)
        return Event(None, f"waits for {what}" if what else "waits", self._sites.get(site, ""))


def divergences(one: Sequences, other: Sequences) -> list[Divergence]:
    """The first difference of every process that is in both runs, in the order of their appearance in one.

    A process in which nothing differs, as far as both are known, is not among them.
    """
    meanings, theirs, there = one.meanings(), other.meanings(), other.names()
    numbers = {meaning: number for number, meaning in enumerate(theirs)}
    translated = [numbers.get(meaning, -1) for meaning in meanings]
    found = []
    for name, index in one.names().items():
        if name in there:
            place = _first_difference(one.of(index), other.of(there[name]), translated)
            if place is not None and one.is_known(index, place) and other.is_known(there[name], place):
                events = one.event(index, place, meanings), other.event(there[name], place, theirs)
                found.append(Divergence(name, place, *events))
    return found


def _first_difference(one: _Sequence, other: _Sequence, translated: list[int]) -> int | None:
    """Number of the first event that differs or is missing on one side; None when there is none."""
    pairs = zip(one.tokens, other.tokens, one.values, other.values, strict=False)
    for place, (mine, yours, value, their_value) in enumerate(pairs):
        if translated[mine] != yours or value != their_value:
            return place
    shorter = min(len(one.tokens), len(other.tokens))
    return None if len(one.tokens) == len(other.tokens) else shorter


def numbered(names: Iterable[str]) -> list[str]:
    """Each name, from the second of the same on with its number: ``["A", "A (2)"]``."""
    counts: Counter[str] = Counter()
    taken: set[str] = set()
    told = []
    for name in names:
        counts[name] += 1
        shown = name if counts[name] == 1 else f"{name} ({counts[name]})"
        while shown in taken:  # somebody is really called so
            counts[name] += 1
            shown = f"{name} ({counts[name]})"
        taken.add(shown)
        told.append(shown)
    return told
