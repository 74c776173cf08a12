"""When did that happen? Questions about a run in few words, and the instants that answer them. Pure.

A question names somebody or something of the run, and says what is looked for: ``balance = 40``, ``worker-3 waits for
gate``, ``gate taken by A``, ``found deadlock``, ``"some output"``. Words around that make no difference, so that
``when did worker-3 first wait?`` is the same as ``worker-3 waits``.
"""

import operator
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import TypeVar

from msgspec import Struct

from playground.errors import PlaygroundError
from playground.findings import Finding
from playground.history import Counter, History, Nanoseconds, Process, Resource, State
from playground.text import clean

_T = TypeVar("_T")

EXAMPLES = (
    "balance = 40",
    "balance > 100",
    "balance changes",
    "worker-3 waits",
    "A waits for gate",
    "A takes gate",
    "gate taken",
    "A ends",
    "found deadlock",
    '"some output"',
    "balance = 40, 3rd",
)
_MOST_NAMES = 4
_LONGEST = 80
"""Characters of what is said back."""
# They are compiled when the first question is asked.
_LEAD = r"(?i)^(?:when|where)?\s*\b(?:did|does|do|was|were|is|has|had)?\b\s*(?:the\b)?\s*"
_FILLING = r"(?i)\b(?:the|first|ever|finally)\b"
_ORDINAL = r"(?i),?\s*\b(?:(\d{1,6})(?:st|nd|rd|th)|(last))\s*$"
_NUMBER = r"(-?\d+(?:\.\d+)?)"
_EQUALS = rf"(?i)^(?:=|==|is|equals?|becomes?|became|reach(?:es|ed)?)?\s*{_NUMBER}$"
_CHANGES = r"(?i)^(?:changes?|changed|is written|written)$"
_COMPARES: dict[str, Callable[[float, float], bool]] = {
    r">=|at least": operator.ge,
    r"<=|at most": operator.le,
    r"!=|is not|not": operator.ne,
    r">|(?:is |goes |rises )?(?:above|over|more than)": operator.gt,
    r"<|(?:is |goes |falls )?(?:below|under|less than)": operator.lt,
}
_WAITS = r"(?i)^(?:waits?|waited|waiting|blocks?|blocked|stands? still)(?:\s+(?:for|on)\s+(.+))?$"
_TAKES = r"(?i)^(?:takes?|took|gets?|got|acquires?|acquired|holds?|held|locks?|locked)\s+(.+)$"
_GIVES = r"(?i)^(?:releases?|released|gives? back|gave back|unlocks?|unlocked|drops?)\s+(.+)$"
_STATES = {
    r"starts?|started|begins?|began": (State.STARTING, State.RUNNING),
    r"ends?|ended|exits?|exited|dies|died|(?:is )?killed": (State.EXITED, State.KILLED),
    r"sleeps?|slept|sleeping": (State.SLEEPING,),
    r"(?:is )?(?:suspended|suspend|stopped)": (State.SUSPENDED,),
    r"runs?|goes on|resumes?|resumed": (State.RUNNING,),
}
_SAYS = r"(?i)^(?:says?|said|prints?|printed|writes?|wrote|reports?|reported|logs?)\s+(.+)$"
_TAKEN = r"(?i)^(?:is )?(?:taken|acquired|held|locked|in use)(?:\s+by\s+(.+))?$"
_GIVEN = r"(?i)^(?:is )?(?:released|given back|free|unlocked)(?:\s+by\s+(.+))?$"
_WAITED = r"(?i)^(?:is )?(?:waited for|wanted|contended)(?:\s+by\s+(.+))?$"
_FOUND = r"(?i)^(?:found|finding|finds?)\s+(.+)$"
_ANYBODY = r"(?i)^(?:anybody|anyone|any|somebody|someone|a process|who)\b\s*"


class Unclear(PlaygroundError):
    """A question that cannot be answered: why, and what could be asked."""


class Answer(Struct, frozen=True):
    """When what was asked for happened."""

    question: str
    instants: Sequence[Nanoseconds]
    """In the order of time, each once; at least one."""
    wanted: int | None = None
    """Which of them was asked for, from 0; None when any will do."""

    def neighbour(self, t: Nanoseconds, count: int) -> int | None:
        """Place of the next instant after one, or with a negative count of the one before; None if there is none."""
        later = [i for i, at in enumerate(self.instants) if (at > t if count > 0 else at < t)]
        return (later[0] if count > 0 else later[-1]) if later else None


def answer(history: History, found: Sequence[Finding], question: str) -> Answer:
    """Find all instants that a question asks for; raises Unclear when it cannot be understood or nothing fits."""
    asked = " ".join(question.split())
    rest, wanted = _ordinal(asked)
    instants = sorted({t for t in _find(history, found, rest) if history.since <= t <= history.until})
    if not instants:
        raise Unclear(f"that never happened: {_short(asked)}")
    if wanted is not None and wanted >= len(instants):
        raise Unclear(f"that happened only {_times(len(instants))}: {_short(asked)}")
    return Answer(asked, instants, wanted if wanted is None or wanted >= 0 else len(instants) - 1)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _ordinal(text: str) -> tuple[str, int | None]:
    """The question without its ordinal, and which instant that is; -1 is the last."""
    bare = text.rstrip(" ?")
    match = re.search(_ORDINAL, re.sub(r"\s+time$", "", bare, flags=re.I))
    if match is None:
        return text, 0 if re.search(r"\bfirst\s+\w", text, re.I) else None
    if match[1] == "0" * len(match[1] or ""):
        raise Unclear("the first is the 1st")
    return text[: match.start()], int(match[1]) - 1 if match[1] else -1


def _find(history: History, found: Sequence[Finding], text: str) -> list[Nanoseconds]:
    quoted = re.fullmatch(r"\s*[\"“](.+)[\"”]\s*\??\s*", text)
    if quoted is not None:
        return _said(history, quoted[1], None)
    plain = text.strip(" ?").replace("`", "")
    bare = re.sub(_LEAD, "", plain)
    short = " ".join(re.sub(_FILLING, " ", bare).split())
    for asked in dict.fromkeys((plain, bare, short)):
        answers = [each for each in _readings(history, found, asked) if each is not None]
        if answers:
            return [t for each in answers for t in each]
    raise _unclear(history, short)


def _readings(history: History, found: Sequence[Finding], text: str) -> Iterable[list[Nanoseconds] | None]:
    """What a text may mean; None where it means nothing."""
    if (match := re.match(_FOUND, text)) is not None:
        yield _findings(found, match[1])
    elif any(text.lower().replace("_", " ") == each.kind.replace("_", " ") for each in found):
        yield _findings(found, text)
    if (match := re.match(_SAYS, text)) is not None:
        yield _said(history, _unquoted(match[1]), None)
    if (match := re.match(_ANYBODY, text)) is not None:
        yield _of_processes(history, range(len(history.processes)), text[match.end() :])
    for index, rest in _named(((i, history.name(i)) for i in history.shown), text):
        yield _of_processes(history, [index], rest)
    for counter, rest in _named(((each, each.name) for each in history.counters), text):
        yield _of_counter(counter, rest)
    for number, rest in _named(_resources(history), text):
        yield _of_resource(history, history.resources[number], rest)


def _resources(history: History) -> Iterable[tuple[int, str]]:
    return ((number, history.resource_name(number)) for number in history.in_use)


def _named(candidates: Iterable[tuple[_T, str]], text: str) -> list[tuple[_T, str]]:
    """Those whose name a text begins with, the longest name only, each with what comes after it."""
    low, best = text.lower(), 1
    found: list[tuple[_T, str]] = []
    for candidate, name in candidates:
        size = len(name)
        if size >= best and low.startswith(name.lower()) and (len(text) == size or not _goes_on(name, text[size])):
            found = [*(found if size == best else []), (candidate, text[size:].strip())]
            best = size
    return found


def _goes_on(name: str, character: str) -> bool:
    """Whether a name may be longer than what was compared."""
    return (name[-1].isalnum() or name[-1] in "_-") and (character.isalnum() or character in "_-.[")


# --- Processes ------------------------------------------------------------------------------------------


def _of_processes(history: History, indexes: Iterable[int], verb: str) -> list[Nanoseconds] | None:
    each = [(i, history.processes[i]) for i in indexes if i in history.shown]
    if (match := re.match(_WAITS, verb)) is not None:
        return [t for _, process in each for t in _waits(history, process, match[1])]
    if (match := re.match(_TAKES, verb)) is not None:
        return [t for resource in _resources_named(history, match[1]) for i, _ in each for t in resource.taken(i)]
    if (match := re.match(_GIVES, verb)) is not None:
        return [t for thing in _resources_named(history, match[1]) for i, _ in each for t in thing.given_back(i)]
    if (match := re.match(_SAYS, verb)) is not None:
        return _said(history, _unquoted(match[1]), {i for i, _ in each})
    for words, states in _STATES.items():
        if re.fullmatch(words, verb, re.I):
            return [t for _, process in each for t in _turns(process, states)]
    return None


def _waits(history: History, process: Process, what: str | None) -> list[Nanoseconds]:
    every = process.waits.values()
    if what is None:
        return [t for waits in every for t in waits.begun()]
    pids = [history.processes[i].definition.pid for i, _ in _exactly(_processes(history), what)]
    numbers = [number for number, _ in _exactly(_resources(history), what)]
    if not pids and not numbers:
        raise _unclear(history, what)
    return [t for waits in every for n in numbers for t in waits.begun(n)] + [
        t for waits in every for pid in pids for t in waits.begun(joined_pid=pid)
    ]


def _processes(history: History) -> Iterable[tuple[int, str]]:
    return ((i, history.name(i)) for i in history.shown)


def _exactly(candidates: Iterable[tuple[_T, str]], name: str) -> list[tuple[_T, str]]:
    wanted = _unquoted(name).lower()
    return [(each, known) for each, known in candidates if known.lower() == wanted]


def _resources_named(history: History, name: str) -> list[Resource]:
    found = [history.resources[number] for number, _ in _exactly(_resources(history), name)]
    if not found:
        raise _unclear(history, name)
    return found


def _turns(process: Process, states: Sequence[State]) -> list[Nanoseconds]:
    """When a process came into one of the states; its start is told once."""
    lane = process.lane
    found = [t for t, state in zip(lane.starts, lane.states, strict=True) if state in states and t < 1 << 62]
    return found[:1] if State.STARTING in states else found


# --- Counters, resources, findings, output -------------------------------------------------------------------


def _of_counter(counter: Counter, verb: str) -> list[Nanoseconds] | None:
    times, values = counter.times, counter.values
    if re.match(_CHANGES, verb):
        return [times[i + 1] for i, (one, other) in enumerate(pairwise(values)) if one != other]
    if (match := re.match(_EQUALS, verb)) is not None:
        wanted = float(match[1])
        return [t for i, (t, v) in enumerate(zip(times, values, strict=True)) if v == wanted and _is_new(values, i)]
    for words, compare in _COMPARES.items():
        if (match := re.fullmatch(rf"(?:{words})\s*{_NUMBER}", verb, re.I)) is not None:
            holds = [compare(value, float(match[1])) for value in values]
            return [times[i] for i, so in enumerate(holds) if so and not (i and holds[i - 1])]
    return None


def _is_new(values: Sequence[float], i: int) -> bool:
    return i == 0 or values[i - 1] != values[i]


def _of_resource(history: History, resource: Resource, verb: str) -> list[Nanoseconds] | None:
    for pattern, times in ((_TAKEN, resource.taken), (_GIVEN, resource.given_back)):
        if (match := re.match(pattern, verb)) is not None:
            return [t for i in _by(history, match[1]) for t in times(i)]
    if (match := re.match(_WAITED, verb)) is not None:
        number = resource.definition.index
        who = [i for i in _by(history, match[1]) if i is not None] or list(history.shown)
        return [t for i in who for waits in history.processes[i].waits.values() for t in waits.begun(number)]
    return None


def _by(history: History, name: str | None) -> list[int | None]:
    """The processes of a name; [None] is all of them."""
    if name is None:
        return [None]
    found: list[int | None] = [i for i, _ in _exactly(_processes(history), name)]
    if not found:
        raise _unclear(history, name)
    return found


def _findings(found: Sequence[Finding], what: str) -> list[Nanoseconds]:
    wanted = _unquoted(what).lower().replace("_", " ")
    anything = wanted in {"anything", "something", "a finding", "any", "error", "problem"}
    return [each.at for each in found if anything or wanted in each.kind.replace("_", " ")]


def _said(history: History, text: str, who: set[int] | None) -> list[Nanoseconds]:
    wanted = text.lower()
    return [line.time for line in history.lines if wanted in line.text.lower() and (who is None or line.process in who)]


def _unquoted(text: str) -> str:
    return text.strip().strip("\"'`“”").strip()


def _unclear(history: History, text: str) -> Unclear:
    """Say whether it is the name or what comes after it that is not known, and what could be asked."""
    known = [name for _, name in (*_processes(history), *_resources(history)) if name]
    for name in sorted(known, key=len, reverse=True):
        if text.lower().startswith(name.lower()) and len(text) > len(name):
            counted = any(counter.name == name for counter in history.counters)
            could = "= 40, > 40 or changes" if counted else "waits, takes, taken, ends or says"
            return Unclear(f"what is to have happened to {_short(name)}? One of: {could}")
    names = ", ".join(map(_short, dict.fromkeys(known[:_MOST_NAMES])))
    first = text.split(" ")[0] if text else ""
    what = f"nobody and nothing here is called {_short(first)}" if first else "name somebody or something"
    return Unclear(f"{what}; there are {names}" + (" …" if len(known) > _MOST_NAMES else ""))


def _short(text: str) -> str:
    return clean(text, _LONGEST)
