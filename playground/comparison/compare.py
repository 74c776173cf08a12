"""Two runs side by side: their summaries figure by figure, and where their processes part. Pure.

``compare`` takes two summaries, as ``summary.summarise`` makes them, and the ``Sequences`` of both runs where those are
known. Processes, resources and counters are matched by name, the second of a name with the second in the other.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct

from playground.comparison.sequences import Divergence, Event, Sequences, divergences, numbered

__all__ = ["Comparison", "Divergence", "Event", "Part", "Row", "Sequences", "compare"]

Summary = Mapping[str, Any]
Part = Literal["run", "process", "resource", "counter"]
_NOTEWORTHY_S, _NOTEWORTHY_SHARE = 0.01, 0.1
"""Times differ always: they count as different from 10 ms and a tenth of the longer one on."""
_RUN = ("scenario", "start_method", "outcome", "exitcode", "verdict", "duration_s", "events", "dropped")
_STATES = ("running", "waiting", "sleeping", "suspended")
_RESOURCE = ("kind", "acquired", "contended", "max_holders", "held_by", "waited_by")
_COUNTER = ("first", "last", "min", "max", "writes", "lost_updates")
_TITLES = {
    "start_method": "start method",
    "exitcode": "exit code",
    "duration_s": "duration",
    "max_holders": "most holders",
    "held_by": "held by at the end",
    "waited_by": "waited for by at the end",
    "lost_updates": "lost updates",
}


class Row(Struct, frozen=True):
    """One figure of both runs."""

    part: Part
    name: str
    """Whose it is; "" of the run itself."""
    what: str
    """"exit code", "waiting", "lost updates"; "" says whether there is such a one at all."""
    one: Any
    other: Any
    """Values as in the summary; None is "not known", or that there is none in this run."""
    unit: str = ""
    """"s" of times."""

    @property
    def differs(self) -> bool:
        """Whether the two are worth telling apart."""
        if self.unit == "s" and self.one is not None and self.other is not None:
            apart = abs(self.one - self.other)
            return bool(apart >= max(_NOTEWORTHY_S, _NOTEWORTHY_SHARE * max(self.one, self.other)))
        return bool(self.one != self.other)


class Comparison(Struct, frozen=True):
    """Everything that two runs have in common or not."""

    rows: tuple[Row, ...]
    only_one: tuple[Summary, ...]
    """Findings, as in the summary, that only the first run has."""
    only_other: tuple[Summary, ...]
    both: tuple[Summary, ...]
    """Findings of the first run that the other has too."""
    divergences: tuple[Divergence, ...]
    """The first difference of every process that is in both; empty without the sequences."""

    @property
    def differing(self) -> tuple[Row, ...]:
        """The rows that are worth telling."""
        return tuple(row for row in self.rows if row.differs)


def compare(
    one: Summary, other: Summary, one_did: Sequences | None = None, other_did: Sequences | None = None
) -> Comparison:
    """Compare two runs; ``one_did`` and ``other_did`` are what their processes did, for the divergences."""
    rows = (*_of_run(one, other), *_of_processes(one, other), *_of_resources(one, other), *_of_counters(one, other))
    parted = divergences(one_did, other_did) if one_did is not None and other_did is not None else []
    return Comparison(rows, *_findings(one["findings"], other["findings"]), tuple(parted))


def _of_run(one: Summary, other: Summary) -> Iterator[Row]:
    for key in _RUN:
        yield Row("run", "", _TITLES.get(key, key), one[key], other[key], "s" if key == "duration_s" else "")
    for key in dict.fromkeys([*one["parameters"], *other["parameters"]]):
        yield Row("run", "", f"parameter {key}", one["parameters"].get(key), other["parameters"].get(key))


def _of_processes(one: Summary, other: Summary) -> Iterator[Row]:
    for name, mine, yours in _matched(one["processes"], other["processes"]):
        if mine is None or yours is None:
            yield Row("process", name, "", _there(mine), _there(yours))
            continue
        for key in ("exitcode", "state"):
            yield Row("process", name, _TITLES.get(key, key), mine[key], yours[key])
        for key in _STATES:
            spent = mine["seconds"].get(key), yours["seconds"].get(key)
            if any(spent):
                yield Row("process", name, key, *spent, "s")


def _of_resources(one: Summary, other: Summary) -> Iterator[Row]:
    yield from _plain("resource", _RESOURCE, one["resources"], other["resources"])


def _of_counters(one: Summary, other: Summary) -> Iterator[Row]:
    yield from _plain("counter", _COUNTER, one["counters"], other["counters"])


def _plain(part: Part, keys: Sequence[str], one: Iterable[Summary], other: Iterable[Summary]) -> Iterator[Row]:
    for name, mine, yours in _matched(one, other):
        if mine is None or yours is None:
            yield Row(part, name, "", _there(mine), _there(yours))
            continue
        for key in keys:
            yield Row(part, name, _TITLES.get(key, key.replace("_", " ")), mine[key], yours[key])


def _there(thing: Summary | None) -> str | None:
    return None if thing is None else "there"


def _matched(one: Iterable[Summary], other: Iterable[Summary]) -> Iterator[tuple[str, Summary | None, Summary | None]]:
    """Name, and what goes by it in either run: first those of the first run, then what only the other has."""
    mine, yours = _by_name(one), _by_name(other)
    for name in dict.fromkeys([*mine, *yours]):
        yield name, mine.get(name), yours.get(name)


def _by_name(things: Iterable[Summary]) -> dict[str, Summary]:
    kept = list(things)
    return dict(zip(numbered(each["name"] or each.get("role", "") for each in kept), kept, strict=True))


def _findings(
    one: Sequence[Summary], other: Sequence[Summary]
) -> tuple[tuple[Summary, ...], tuple[Summary, ...], tuple[Summary, ...]]:
    """Those only in the first, only in the other, and in both: of one kind, on the same processes and resources."""
    mine, yours = {_key(each) for each in one}, {_key(each) for each in other}
    return (
        tuple(each for each in one if _key(each) not in yours),
        tuple(each for each in other if _key(each) not in mine),
        tuple(each for each in one if _key(each) in yours),
    )


def _key(finding: Summary) -> tuple[object, ...]:
    return finding["kind"], tuple(sorted(finding["processes"])), tuple(sorted(finding["resources"]))
