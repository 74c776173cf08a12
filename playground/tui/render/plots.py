"""Which counters there are to be shown, what is beside the truth in them, and how they are told in words. Pure."""

from bisect import bisect_right
from collections.abc import Iterable

from msgspec import Struct

from playground.findings import Finding
from playground.history import Counter, Nanoseconds
from playground.tui.moment import Moment
from playground.tui.render.times import number, span

_LIMITED = frozenset({"value", "holders"})
"""What can exceed its limit; a queue cannot."""


class Plot(Struct, frozen=True):
    """A counter, or the items of an array."""

    counters: tuple[Counter, ...]
    size: int = 0
    """Of an array: how many items it has."""
    typecode: str = "i"
    kind: str = ""
    limit: int | None = None
    """What may not be exceeded."""
    expected: float | None = None
    """What it should end with."""
    lost: int = 0
    """Updates lost by the end of what is known."""
    losing: bool = False
    """Whether some had been lost by the instant shown."""

    @property
    def counter(self) -> Counter:
        """The only one, or the first."""
        return self.counters[0]

    @property
    def key(self) -> tuple[int, bool]:
        """The resource, and whether it is its items that are shown."""
        return self.counter.resource, bool(self.size)

    @property
    def name(self) -> str:
        """Name of the counter, or of the array."""
        return self.counter.name.rpartition("[")[0] if self.size else self.counter.name

    @property
    def exceeded(self) -> bool:
        """Whether it was above its limit at any time of the run."""
        highest = self.counter.highest
        return self.limit is not None and highest is not None and highest > self.limit


def plots(moment: Moment) -> list[Plot]:
    """All of them: those that are wrong first, then those of which it is told what to expect, then those that change.

    The order goes by the whole run, so that nothing jumps while the playhead moves.
    """
    history, info = moment.history, moment.history.info
    items: dict[int, list[Counter]] = {}
    single: list[Counter] = []
    for counter in history.counters:
        if counter.unit == "item":
            items.setdefault(counter.resource, []).append(counter)
        else:
            single.append(counter)
    losing = _losing(moment.findings)
    lost = {resource: moment.face.findings.lost_updates(resource) for resource in _losing(moment.face.findings.all)}
    found: list[Plot] = []
    for counter in single:
        resource = history.resources.get(counter.resource)
        kind, typecode = (resource.definition.kind, resource.definition.typecode) if resource else ("", "i")
        limit = info.limits.get(counter.name, counter.limit if counter.unit in _LIMITED else None) or None
        expected, gone = info.expected.get(counter.name), lost.get(counter.resource, 0)
        found.append(Plot((counter,), 0, typecode, kind, limit, expected, gone, counter.resource in losing))
    for number_, counters in items.items():
        definition = history.resources[number_].definition
        counters.sort(key=index_of)
        size = max(definition.limit, index_of(counters[-1]) + 1)
        kind, typecode, gone = definition.kind, definition.typecode, lost.get(number_, 0)
        found.append(Plot(tuple(counters), size, typecode, kind, lost=gone, losing=number_ in losing))
    places = {id(counter): place for place, counter in enumerate(history.counters)}
    return sorted(found, key=lambda plot: (_rank(moment, plot), places[id(plot.counter)]))


def index_of(counter: Counter) -> int:
    """Which item of its array a counter is."""
    return int(counter.name.rpartition("[")[2].rstrip("]"))


def _rank(moment: Moment, plot: Plot) -> int:
    if plot.exceeded or falls_short(moment, plot, moment.until) or plot.lost:
        return 0
    if plot.expected is not None or plot.counter.name in moment.history.info.limits:
        return 1
    return 2 if any(each.lowest != each.highest or each.writes > 1 for each in plot.counters) else 3


def falls_short(moment: Moment, plot: Plot, at: Nanoseconds) -> bool:
    """Whether the run is over by an instant, and the counter has not come to its expected value."""
    over = not moment.live and at >= moment.until and not moment.interfered
    return over and plot.expected is not None and plot.counter.last != plot.expected


def _losing(findings: Iterable[Finding]) -> set[int]:
    """Resources of which updates were found to be lost."""
    return {resource for finding in findings if finding.kind == "lost_update" for resource in finding.resources}


# --- In words ----------------------------------------------------------------------------------------------


def shown(plot: Plot, value: float | None) -> str:
    """A value as the program has it: a number, or a character."""
    if value is None:
        return "–"
    if plot.typecode == "c":
        return repr(chr(int(value))) if 0 <= value < 0x110000 else number(value)
    return f"{value:.3g}" if abs(value) >= 1e15 else number(value)


def value_text(moment: Moment, plot: Plot) -> tuple[str, str, bool]:
    """The value, what is said beside it, and whether that is wrong."""
    at, counter = moment.at, plot.counter
    if plot.size:
        return f"{plot.size} items", _losses(moment, plot) or ("sampled" if counter.sampled else ""), plot.losing
    value = counter.at(at)
    short = falls_short(moment, plot, at)
    if value is None:
        return shown(plot, value), "", False
    words = [f"of {number(plot.expected)}"] if plot.expected else []
    words += _bounds(plot, value, at)
    if plot.losing:
        words.append(_losses(moment, plot))
    elif short:
        gap = (plot.expected or 0) - counter.last
        words.append(f"{number(abs(gap))} too {'few' if gap > 0 else 'many'}")
    if counter.sampled:
        words.append("sampled")
    return shown(plot, value), ", ".join(words), _above(plot, value) or plot.losing or short


def _losses(moment: Moment, plot: Plot) -> str:
    """How many updates were lost; their number is that of the end of what is known."""
    return "" if not plot.losing else f"{plot.lost} lost" if moment.at >= moment.until else "losing some"


def _above(plot: Plot, value: float) -> bool:
    return plot.limit is not None and value > plot.limit


def _bounds(plot: Plot, value: float, at: Nanoseconds) -> list[str]:
    """What the value may come to, or what it counts."""
    counter = plot.counter
    if plot.limit is not None:
        passed = plot.exceeded and not _above(plot, value)
        return [f"limit {plot.limit}", *([f"had {number(counter.highest or 0)}"] if passed else [])]
    if counter.unit == "tasks":
        return _tasks(counter, at)
    if counter.limit:
        return [f"room {counter.limit}"]
    return {"depth": ["inside"], "holders": ["hold it"]}.get(counter.unit, [])


def _tasks(counter: Counter, at: Nanoseconds) -> list[str]:
    if not counter.stages:
        return ["tasks"]
    submitted, started = (counter.stage(name).at(at) or 0 for name in ("submitted", "started"))
    running = int(started - (counter.at(at) or 0))
    return [f"of {number(submitted)} done", *([f"{running} run"] if running > 0 else [])]


def latest(plot: Plot, at: Nanoseconds) -> Counter:
    """The counter that changed last by an instant."""
    return max(plot.counters, key=lambda each: each.times[i] if (i := each.index_at(at)) >= 0 else -1)


def change(moment: Moment, plot: Plot) -> tuple[str, str]:
    """The last change: by whom and from what to what; when and where. Two empty texts where there was none."""
    at = moment.at
    counter = latest(plot, at)
    index = counter.index_at(at)
    if index < 0:
        return "", ""
    value = shown(plot, counter.values[index])
    before = shown(plot, counter.values[index - 1]) if index > 0 else ""
    item = f"[{index_of(counter)}] " if plot.size else ""
    ago = f"{span(at - counter.times[index])} ago"
    moved = f"{item}{before} → {value}" if before else f"{item}→ {value}"
    if counter.sampled:
        return moved, ago
    writer, history = counter.writers[index], moment.history
    who = history.name(writer) if writer < len(history.processes) else "?"
    place = _place(moment, writer, counter.times[index])
    return f"{who} {moved}", f"{ago}, {place}" if place else ago


def _place(moment: Moment, process: int, at: Nanoseconds) -> str:
    """The line of source of a change; "" where the change did not tell it."""
    if process >= len(moment.history.processes):
        return ""
    known = moment.history.processes[process]
    index = bisect_right(known.site_times, at) - 1
    return moment.history.place(known.sites[index]) if index >= 0 and known.site_times[index] == at else ""
