"""The counters of a report, each as one SVG: what it was when, what it should have been, where its limit is. Pure."""

import math
from collections.abc import Callable

from playground.export.html.markup import Html, join, tag, void
from playground.export.html.timeline import AIR, NAMES, WIDTH, axis, scale_of, x_of
from playground.history import Counter, History
from playground.tui.moment import Moment
from playground.tui.render.plots import Plot, plots, value_text
from playground.tui.render.scale import Scale
from playground.tui.render.times import number

HEIGHT = 74
MOST_PLOTS = 24
_GO_ON = ("of ", "inside", "hold it", "tasks")
"""How words begin that go on after the value without a comma."""
_MOST_STEPS = 2000
"""A counter with more steps is drawn as its extremes, column by column."""


def drawings(moment: Moment) -> tuple[list[Html], int]:
    """A figure for each counter, what is wrong first; and how many more there are."""
    found = [plot for plot in plots(moment) if any(each.times for each in plot.counters)]
    return [_figure(moment, plot) for plot in found[:MOST_PLOTS]], max(len(found) - MOST_PLOTS, 0)


def _figure(moment: Moment, plot: Plot) -> Html:
    value, beside, wrong = value_text(moment, plot)
    resource = moment.history.resources.get(plot.counter.resource)
    kind = resource.definition.kind.replace("_", " ") if resource is not None else ""
    unit = {"holders": "how many hold it", "depth": "items inside", "tasks": "tasks done"}.get(plot.counter.unit, "")
    said = f"{value}{' ' if beside.startswith(_GO_ON) else ', ' if beside else ''}{beside}"
    head = tag(
        "figcaption",
        tag("b", plot.name),
        tag("span", f" {kind}{f', {unit}' if unit else ''}", class_="quiet"),
        tag("span", said, class_="value bad" if wrong or plot.exceeded else "value"),
    )
    return tag("figure", head, tag("div", _plot(moment, plot), class_="wide"), class_="plot")


def _plot(moment: Moment, plot: Plot) -> Html:
    history = moment.history
    scale = scale_of(history)
    told = [value for value in (plot.limit, plot.expected) if value is not None]
    known = [v for each in plot.counters for v in (each.lowest, each.highest) if v is not None and math.isfinite(v)]
    low, high = min([*known, *told, 0.0]), max([*known, *told, low_high(known)])

    def y(value: float) -> float:
        return round(HEIGHT - (value - low) / ((high - low) or 1) * (HEIGHT - 6) - 2, 2)

    parts = [axis(scale, history, HEIGHT)]
    for value, word, tone in ((plot.limit, "limit", "warn"), (plot.expected, "expected", "good")):
        if value is not None:
            parts.append(void("line", x1=0, y1=y(value), x2=WIDTH, y2=y(value), class_=f"level {tone}"))
            parts.append(tag("text", f"{word} {number(value)}", x=WIDTH + 6, y=y(value) + 4, class_=f"tick {tone}"))
    for counter in plot.counters:
        path = _path(history, counter, scale, y)
        if not plot.size:
            first = x_of(scale, max(counter.times[0], history.since))
            parts.append(void("path", d=f"{path}V{y(max(low, 0.0))}H{first}Z", class_="area"))
        parts.append(tag("path", tag("title", counter.name), d=path, class_="step"))
    sides = join(
        tag("text", number(high), x=NAMES - 8, y=12, class_="tick", text_anchor="end"),
        tag("text", number(low), x=NAMES - 8, y=HEIGHT, class_="tick", text_anchor="end"),
    )
    return tag(
        "svg",
        sides,
        tag("g", *parts, transform=f"translate({NAMES} 2)"),
        viewBox=f"0 0 {NAMES + WIDTH + AIR} {HEIGHT + 24}",
        role="img",
        aria_label=f"{plot.name} over time",
    )


def low_high(known: list[float]) -> float:
    """A highest value where there is none, or only 0."""
    return 1.0 if not any(known) else max(known)


def _path(history: History, counter: Counter, scale: Scale, y: Callable[[float], float]) -> str:
    """Steps one by one, or the extremes of every half unit where there are very many."""
    steps = [(max(t, history.since), v) for t, v in zip(counter.times, counter.values, strict=True) if math.isfinite(v)]
    if not steps:
        return "M0 0"
    parts = [f"M{x_of(scale, steps[0][0])} {y(steps[0][1])}"]
    if len(steps) <= _MOST_STEPS:
        parts += [f"H{x_of(scale, t)}V{y(value)}" for t, value in steps[1:]]
    else:
        parts += _extremes(steps, scale, y)
    return "".join([*parts, f"H{x_of(scale, history.until)}"])


def _extremes(steps: list[tuple[int, float]], scale: Scale, y: Callable[[float], float]) -> list[str]:
    columns: dict[int, list[float]] = {}
    for t, value in steps:
        columns.setdefault(int(x_of(scale, t) * 2), []).append(value)
    return [f"H{column / 2}V{y(min(v))}V{y(max(v))}V{y(v[-1])}" for column, v in columns.items()]
