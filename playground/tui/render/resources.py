"""The table of what processes share: locks, queues, values and the like, who has them and who wants them."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from textual.strip import Strip

from playground.history import Nanoseconds, Resource, Wait
from playground.tui.arrange import in_order
from playground.tui.graph import waits_of
from playground.tui.moment import Moment
from playground.tui.render import table
from playground.tui.render.line import middle_out, narrow, remark
from playground.tui.render.palette import Palette
from playground.tui.render.processes import named
from playground.tui.render.table import Column
from playground.tui.render.times import number, span


class Usage(NamedTuple):
    """One resource at one instant."""

    resource: Resource
    holders: tuple[tuple[int, int, int, Nanoseconds], ...]
    """Process, thread, site and since."""
    waits: tuple[Wait, ...]
    at: Nanoseconds

    @property
    def longest_hold(self) -> Nanoseconds:
        """The longest hold, those that go on among them."""
        return max([self.resource.longest_hold, *(self.at - since for *_, since in self.holders)])

    @property
    def longest_wait(self) -> Nanoseconds:
        """The longest wait, those that go on among them."""
        return max([self.resource.longest_wait, *(self.at - wait.since for wait in self.waits)])

    @property
    def contended(self) -> float:
        """The share of the holds that had to be waited for, 0 to 1."""
        return min(max(self.resource.contended, 0) / self.resource.acquired, 1) if self.resource.acquired else 0.0


ORDERS: Mapping[str, Callable[[Usage], object]] = {
    "waiting": lambda usage: (-len(usage.waits), -len(usage.holders), -usage.resource.contended),
    "name": lambda usage: in_order(usage.resource.definition.name),
    "kind": lambda usage: usage.resource.definition.kind,
    "held": lambda usage: min((since for *_, since in usage.holders), default=1 << 62),
    "acquired": lambda usage: -usage.resource.acquired,
    "contended": lambda usage: -usage.contended,
    "hold": lambda usage: -usage.longest_hold,
    "wait": lambda usage: -usage.longest_wait,
}
"""Name of an order to what is compared."""


def usage_of(moment: Moment, number: int) -> Usage:
    """One resource at the moment."""
    resource = moment.history.resources[number]
    waits = tuple(wait for wait in waits_of(moment) if wait.resource == number)
    return Usage(resource, tuple(resource.owned_at(moment.at)), waits, moment.at)


@lru_cache(2)
def usages(moment: Moment) -> tuple[Usage, ...]:
    """All resources at the moment, in the order that is wanted."""
    waits: dict[int, list[Wait]] = {}
    for wait in waits_of(moment):
        waits.setdefault(wait.resource, []).append(wait)
    found = [
        Usage(each, tuple(each.owned_at(moment.at)), tuple(waits.get(each.definition.index, ())), moment.at)
        for each in moment.history.known_resources
    ]
    order = ORDERS[moment.view.resource_order]
    return tuple(sorted(found, key=order))  # type: ignore[arg-type]  # one kind of key


def draw(moment: Moment, width: int, height: int, palette: Palette, first: int = 0, chosen: int = 0) -> list[Strip]:
    """Titles, then a line for each resource from the place ``first`` on; ``chosen`` is a resource's number."""
    shown = columns(moment, width)
    strips = [table.titles(shown, moment.view.resource_order, width, palette)]
    known = usages(moment)
    if not known:
        return [*strips, remark("nothing is shared so far", width, palette)]
    for usage in known[first : first + max(height - 1, 1)]:
        strips.append(_row(moment, usage, shown, width, palette, chosen=usage.resource.definition.index == chosen))
    return strips


def columns(moment: Moment, width: int) -> list[Column]:
    """The columns for which there is room."""
    known = tuple(moment.history.known_resources)
    longest = max((len(each.definition.name) for each in known), default=4)
    kinds = max((len(_kind(each)) for each in known), default=4)
    made = max((len(moment.history.place(each.definition.site)) for each in known), default=4)
    wanted = [
        Column("NAME", min(max(longest, 5), 24 if width > 70 else 12), order="name"),
        Column("HELD BY", 12 if width < 70 else 16, order="held"),
        Column("WAIT", 5, right=True, order="waiting"),
        *([Column("VALUE", 8, right=True)] if any(each.counter is not None for each in known) else []),
        Column("KIND", min(max(kinds, 5), 17), order="kind"),
        Column("CONT", 5, right=True, order="contended"),
        Column("TAKEN", 7, right=True, order="acquired"),
        Column("MAX HOLD", 9, right=True, order="hold"),
        Column("MAX WAIT", 9, right=True, order="wait"),
        Column("MADE AT", min(max(made, 7), 24)),
    ]
    return table.fitting(wanted, width, needed=3)


def _row(moment: Moment, usage: Usage, shown: Sequence[Column], width: int, palette: Palette, *, chosen: bool) -> Strip:
    history, resource = moment.history, usage.resource
    ground = palette.selected if chosen else palette.ground
    text, muted = palette.style(palette.text, ground, bold=chosen), palette.style(palette.muted, ground)
    stuck = any(wait.process in moment.stuck for wait in usage.waits)
    hot = palette.style(palette.bad if stuck else palette.warning, ground, bold=True)
    room = next((column.cells for column in shown if column.title == "HELD BY"), 0)
    holders = [process for process, *_ in usage.holders]
    lost = any(history.processes[process].ended_by(moment.at) for process in holders)
    held = f"{'✗ ' if lost else ''}{named([history.name(process) for process in holders])}"
    texts = {
        "NAME": (middle_out(narrow(resource.definition.name), shown[0].cells), text),
        "HELD BY": (middle_out(held, room), palette.style(palette.bad, ground) if lost else muted),
        "WAIT": (str(len(usage.waits) or ""), hot),
        "VALUE": (value_text(moment, resource), muted),
        "KIND": (_kind(resource), muted),
        "CONT": (f"{usage.contended:.0%}" if resource.acquired else "", muted),
        "TAKEN": (str(resource.acquired or ""), muted),
        "MAX HOLD": (span(usage.longest_hold) if usage.longest_hold else "", muted),
        "MAX WAIT": (span(usage.longest_wait) if usage.longest_wait else "", muted),
        "MADE AT": (history.place(resource.definition.site), muted),
    }
    return table.row(shown, texts, chosen=chosen, width=width, palette=palette)


def _kind(resource: Resource) -> str:
    return resource.definition.kind.replace("_", " ")


def value_text(moment: Moment, resource: Resource) -> str:
    """The value, how many hold a semaphore of how many permits, or the depth of a queue; "" where there is none."""
    counter = resource.counter
    value = counter.at(moment.at) if counter is not None else None
    if counter is None or value is None:
        return ""
    return f"{number(value)}/{counter.limit}" if counter.limit else number(value)
