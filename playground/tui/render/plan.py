"""Which lanes stand where in the timeline. Pure; what is drawn and what is clicked both go by it."""

from msgspec import Struct

from playground.history import History, Nanoseconds
from playground.tui.arrange import depths
from playground.tui.moment import Moment

_FURNISHED = 8
"""From so many rows on there are marks and a legend too."""
_WIDEST_NAME = 18


class Plan(Struct, frozen=True):
    """The rows of a timeline: marks, then lanes from ``top`` on, then what is folded, the axis and the legend."""

    lanes: tuple[int, ...]
    """Indices of the processes that have a lane, those that are still to come last."""
    begun: int
    """So many of the lanes have begun."""
    folded: int
    """So many processes have ended and got no lane, for want of room."""
    top: int
    """Place of the lane in the first row."""
    rows: int
    """Rows of a lane: 4 where bars can be thick, 3 with room for what is held and some air, 2 without air, else 1."""
    room: int
    """Rows for lanes."""
    furnished: bool
    """Whether there are marks and a legend."""
    names: int
    """Cells for the names at the left."""
    depth: dict[int, int]
    """How far the name of a process is indented."""

    @property
    def thick(self) -> bool:
        """Whether bars are one and a half rows high."""
        return self.rows > 3

    @property
    def airy(self) -> bool:
        """Whether there is an empty row between lanes."""
        return self.rows > 2

    @property
    def shown(self) -> int:
        """So many lanes have a place on the screen."""
        return self.room // self.rows

    @property
    def above(self) -> int:
        """So many lanes are scrolled out at the top."""
        return self.top

    @property
    def below(self) -> int:
        """So many lanes are out of sight at the bottom."""
        return max(0, len(self.lanes) - self.top - self.shown)

    @property
    def first_row(self) -> int:
        """Row of the first lane."""
        return 1 if self.furnished else 0

    @property
    def axis_row(self) -> int:
        """Row of the time axis."""
        return self.first_row + self.room + (1 if self.folded else 0)

    def lane_at(self, y: int) -> int | None:
        """Index of the process in a row."""
        place = self.top + (y - self.first_row) // self.rows
        inside = self.first_row <= y < self.first_row + self.room
        return self.lanes[place] if inside and place < len(self.lanes) else None

    def row_of(self, index: int) -> int | None:
        """Row of a process's lane; None when it is not on the screen."""
        if index not in self.lanes:
            return None
        place = self.lanes.index(index) - self.top
        return self.first_row + place * self.rows if 0 <= place < self.shown else None


def plan(moment: Moment, height: int, top: int | None, start: Nanoseconds) -> Plan:
    """Place the lanes; ``top`` is the first one that was scrolled to, None puts the selected one in the middle.

    ``start`` is the left edge of the screen: lanes that ended before it have nothing to show.
    """
    furnished = height >= _FURNISHED
    room = max(1, height - (3 if furnished else 1))
    lanes = [state.index for state in moment.states]
    coming = _coming(moment)
    folded: set[int] = set()
    if len(lanes) > room and not moment.view.ended:
        folded = _folded(moment, len(lanes) - room + 1, start)
        lanes = [index for index in lanes if index not in folded]
    room = max(1, room - bool(folded))
    begun = len(lanes)
    lanes += coming
    rows = next((rows for rows in (4, 3, 2) if rows * len(lanes) <= room), 1)
    shown = room // rows
    if top is None:
        place = lanes.index(moment.selected) if moment.selected in lanes else 0
        top = place - shown // 2
    top = max(0, min(top, len(lanes) - shown))
    depth = depths(moment.history, moment.states) if moment.view.order == "tree" else {}
    return Plan(tuple(lanes), begun, len(folded), top, rows, room, furnished, _names(moment, lanes, depth), depth)


def scrolled(before: Plan, moment: Moment, *, to_selected: bool) -> int:
    """The lane to begin with in the next frame: the same as before, or so that the selected one can be seen."""
    if not to_selected or moment.selected not in before.lanes:
        return before.top
    place = before.lanes.index(moment.selected)
    return min(max(before.top, place - before.shown + 1), place)


def _names(moment: Moment, lanes: list[int], depth: dict[int, int]) -> int:
    longest = max((len(moment.history.name(index)) + depth.get(index, 0) * 2 for index in lanes), default=4)
    return min(max(longest, 6), _WIDEST_NAME) + 3


def _coming(moment: Moment) -> list[int]:
    """Processes that begin after the instant shown, in the order in which they will."""
    if moment.until <= moment.at:
        return []
    words = moment.view.words.lower().split()
    found = [
        (process.began, index)
        for index, process in moment.history.shown.items()
        if process.began is not None and process.began > moment.at
    ]
    return [index for _, index in sorted(found) if all(word in moment.history.name(index).lower() for word in words)]


def _folded(moment: Moment, most: int, start: Nanoseconds) -> set[int]:
    """Processes that need no lane: those that ended before what is on screen, then those that ended first."""
    ended = sorted(
        (_ended(moment.history, state.index), state.index)
        for state in moment.states
        if state.state.final and state.index != moment.selected
    )
    if len(ended) == len(moment.states) or (len(ended) + 1 == len(moment.states) and not moment.live):
        ended = [each for each in ended if each[0] < start]
    return {index for _, index in ended[:most]}


def _ended(history: History, index: int) -> Nanoseconds:
    return history.processes[index].ended or 0
