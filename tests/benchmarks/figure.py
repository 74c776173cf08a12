"""What the benchmarks have in common: figures against their budgets, two things measured in turn, the table."""

import statistics
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured, and what it may cost: as a multiple of ``rival``, or in its own unit where there is none."""

    what: str
    measured: float
    unit: str
    budget: float | None = None
    """None: for comparison only."""
    rival: str = ""
    """What was measured beside it in the same run."""
    rival_measured: float = 0.0
    spread: float = 0.0
    """Half of the distance between the quartiles, as a share of the median."""
    at_least: bool = False
    """Whether more is better."""

    @property
    def judged(self) -> float:
        """What the budget is about."""
        return self.measured / self.rival_measured if self.rival else self.measured

    @property
    def kept(self) -> bool:
        """Whether the budget is kept."""
        if self.budget is None:
            return True
        return self.judged >= self.budget if self.at_least else self.judged <= self.budget

    def as_json(self) -> dict[str, Any]:
        """All of it, for a file."""
        parts = {name: getattr(self, name) for name in self.__slots__}
        return {**parts, "judged": self.judged, "kept": self.kept}


class Part(NamedTuple):
    """Figures that belong together."""

    title: str
    figures: Callable[[int], Iterator[Figure]]
    """From the number of rounds to the figures."""


class Times(NamedTuple):
    """Measurements of one thing."""

    median: float
    spread: float


def times(measurements: Sequence[float]) -> Times:
    """Median and spread of at least two measurements."""
    first, median, third = statistics.quantiles(measurements, n=4, method="inclusive")
    return Times(median, (third - first) / 2 / median if median else 0.0)


def in_turn(rounds: int, *sides: Callable[[], float]) -> list[Times]:
    """Measure the sides in turn, so many times each, so that what the machine does meanwhile meets all of them."""
    measured: list[list[float]] = [[] for _ in sides]
    for _ in range(max(rounds, 2)):
        for side, found in zip(sides, measured, strict=True):
            found.append(side())
    return [times(found) for found in measured]


def table(title: str, figures: Iterable[Figure]) -> list[str]:
    """Lines for people."""
    heads = f"{'measured':>14}{'+-':>6}  {'beside it':<34}{'ratio':>9}{'budget':>12}"
    return [f"{title:<50}{heads}", *map(_line, figures)]


def _line(figure: Figure) -> str:
    measured = f"{_number(figure.measured)} {figure.unit}".strip()
    beside = f"{figure.rival} {_number(figure.rival_measured)}" if figure.rival else ""
    ratio = f"{figure.judged:.2f}x" if figure.rival else ""
    sign = ">=" if figure.at_least else "<="
    unit = "x" if figure.rival else ""
    budget = f"{sign} {figure.budget:g}{unit}" if figure.budget is not None else ""
    verdict = "" if figure.budget is None else "kept" if figure.kept else "MISSED"
    return f"{figure.what:<50}{measured:>14}{figure.spread:>6.0%}  {beside:<34}{ratio:>9}{budget:>12}  {verdict}"


def _number(value: float) -> str:
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 10 else f"{value:.1f}"


def markdown(title: str, figures: Iterable[Figure]) -> list[str]:
    """The same as a table for the docs."""
    lines = [f"| {title} | measured | beside it | ratio | budget | |", "|---|--:|---|--:|--:|---|"]
    for each in figures:
        ratio = f"{each.judged:.2f}x" if each.rival else ""
        sign, unit = "≥" if each.at_least else "≤", "x" if each.rival else ""
        budget = f"{sign} {each.budget:g}{unit}" if each.budget is not None else ""
        beside = f"{each.rival}: {_number(each.rival_measured)} {each.unit}" if each.rival else ""
        verdict = "" if each.budget is None else "kept" if each.kept else "**missed**"
        measured = f"{_number(each.measured)} {each.unit} ±{each.spread:.0%}"
        lines.append(f"| {each.what} | {measured} | {beside} | {ratio} | {budget} | {verdict} |")
    return lines
