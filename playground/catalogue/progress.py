"""What the person has run so far and what it said: one small file in their data directory.

``{"format": 1, "seen": {scenario: {variant: {"outcome", "verdict", "at", "runs"}}}}``; without variants the variant is
"". A file that is damaged counts as none, one of a later format is left alone.
"""

import errno
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from playground import kept
from playground.scenario import NOT_RUN, Scenario
from playground.text import clean

_FORMAT = 1
SKIPPED = "skipped"
"""Outcome of a run that could show nothing; it was asked for, and does not count as run."""
_MOST = 1000
"""Scenarios that are kept, those run last."""
_LONGEST = 300


class Seen(Struct, frozen=True):
    """The last run of a variant, and how many there were."""

    outcome: str
    verdict: str
    at: str
    """When it ended: UTC, as in ISO 8601."""
    runs: int = 1


class Progress(Struct, frozen=True):
    """All that has been seen."""

    seen: Mapping[str, Mapping[str, Seen]]
    """Scenario to variant to its last run."""

    def of(self, scenario: Scenario) -> Mapping[str, Seen]:
        """Variant to its last run, of this scenario."""
        return self.seen.get(scenario.name, {})

    def done(self, scenario: Scenario) -> bool:
        """Whether it was seen broken and fixed; where it has no variants, and of a card, whether at all."""
        seen = {variant for variant, last in self.of(scenario).items() if last.outcome != SKIPPED}
        wanted = {"broken", "fixed"} & set(scenario.variants)
        return wanted <= seen if wanted and not scenario.proves else bool(seen)

    def run(self, scenarios: Iterable[Scenario]) -> int:
        """How many of these were run at least once."""
        return self.run_of(each.name for each in scenarios)

    def run_of(self, names: Iterable[str]) -> int:
        """How many of the scenarios of these names were run at least once."""
        return sum(any(last.outcome != SKIPPED for last in self.seen.get(name, {}).values()) for name in names)


def path() -> Path:
    """Where it is kept, beside the recordings."""
    return kept.data_directory() / "progress.json"


def load() -> Progress:
    """Read it; what cannot be read is nothing."""
    try:
        return Progress(_taken(_read()))
    except OSError:
        return Progress({})


def note(scenario: str, variant: str, outcome: str, verdict: str) -> str:
    """Keep that a run has ended by itself, as skipped if it says so; returns why that failed, or ""."""
    outcome = SKIPPED if verdict.startswith(NOT_RUN) else outcome
    try:
        seen = _taken(_read())
        mine = seen.pop(scenario, {})
        runs = mine[variant].runs + 1 if variant in mine else 1
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        seen[scenario] = mine | {variant: Seen(outcome, clean(verdict, _LONGEST), at, runs)}
        latest = sorted(seen, key=lambda name: max(each.at for each in seen[name].values()))[-_MOST:]
        rows = {name: {each: asdict(last) for each, last in seen[name].items()} for name in latest}
        kept.replace_linked(path(), {"format": _FORMAT, "seen": rows})
    except OSError as error:
        return f"what was seen is not kept: {clean(str(path()), 4096)}: {error.strerror}"
    return ""


def _read() -> dict[str, Any]:
    """What is in the file, nothing when that is damaged; raises OSError when it is to be left alone."""
    try:
        found = kept.read(path())
    except (ValueError, RecursionError):
        return {}
    version = found.get("format", _FORMAT)
    if isinstance(version, int) and version > _FORMAT:
        raise OSError(errno.EINVAL, "a later version of mp-playground has written it")
    return found


def _taken(found: Mapping[str, Any]) -> dict[str, dict[str, Seen]]:
    """The rows that are as they should be."""
    seen = found.get("seen")
    rows: dict[str, dict[str, Seen]] = {}
    for name, variants in seen.items() if isinstance(seen, dict) else ():
        for variant, each in variants.items() if isinstance(variants, dict) else ():
            if (row := _row(each)) is not None:
                rows.setdefault(clean(name, 200), {})[clean(variant, 60)] = row
    return rows


def _row(each: object) -> Seen | None:
    if not isinstance(each, dict):
        return None
    outcome, verdict, at, runs = (each.get(name) for name in ("outcome", "verdict", "at", "runs"))
    texts = isinstance(outcome, str) and isinstance(verdict, str) and isinstance(at, str)
    if not texts or not isinstance(runs, int) or not 0 < runs < 1 << 53:
        return None
    return Seen(clean(str(outcome), 40), clean(str(verdict), _LONGEST), clean(str(at), 40), runs)
