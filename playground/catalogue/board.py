"""What stands after everything that has been seen: verdicts by scenario and variant, and what is next. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct

from playground.catalogue.progress import Progress, Seen
from playground.scenario import Scenario


class Row(Struct, frozen=True):
    """One verdict; or a scenario of which there is none."""

    scenario: Scenario
    variant: str
    seen: Seen | None
    mark: str


def mark(scenario: Scenario, progress: Progress) -> str:
    """One glyph: broken, not run, run but not broken and fixed, all seen."""
    if scenario.problem:
        return "✗"
    return "✓" if progress.done(scenario) else "◐" if progress.run([scenario]) else "·"


def following(known: Sequence[Scenario], progress: Progress) -> Scenario | None:
    """What to run next: the first one in the order of learning that was never asked for."""
    return next((each for each in known if not each.problem and not progress.of(each)), None)


def rows(known: Iterable[Scenario], progress: Progress) -> Iterator[Row]:
    """All scenarios in their order, those with verdicts once for each variant that was seen."""
    for each in known:
        seen, sign = progress.of(each), mark(each, progress)
        for variant in sorted(seen, key=_place(each.variants)) or [""]:
            yield Row(each, variant, seen.get(variant), sign)


def _place(variants: tuple[str, ...]) -> Any:
    return lambda variant: variants.index(variant) if variant in variants else len(variants)


def told(known: Sequence[Scenario], progress: Progress) -> Iterator[str]:
    """The board as lines of text."""
    yield f"{progress.run(known)} of {len(known)} scenarios run"
    topic = name = ""
    for row in rows(known, progress):
        if row.scenario.topic != topic:
            topic = row.scenario.topic
            own = [each for each in known if each.topic == topic]
            yield ""
            yield f"{topic}  {progress.run(own)} of {len(own)}"
        head = f"  {row.mark} {row.scenario.title}" if row.scenario.name != name else ""
        name = row.scenario.name
        verdict = f"{row.variant:8} {row.seen.outcome:9} {row.seen.verdict}" if row.seen is not None else ""
        yield f"{head:46}  {verdict}".rstrip()


def described(known: Sequence[Scenario], progress: Progress) -> dict[str, Any]:
    """The board as ``board --json`` tells it."""
    verdicts = [
        {
            "name": row.scenario.name,
            "variant": row.variant,
            "outcome": row.seen.outcome,
            "verdict": row.seen.verdict,
            "at": row.seen.at,
            "runs": row.seen.runs,
        }
        for row in rows(known, progress)
        if row.seen is not None
    ]
    return {"format": 1, "run": progress.run(known), "of": len(known), "verdicts": verdicts}
