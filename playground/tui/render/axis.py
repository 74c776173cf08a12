"""The scale on which a moment is shown, the same for every panel of a width."""

from playground.tui.moment import Moment
from playground.tui.render.scale import Scale, view


def scale_of(moment: Moment, cells: int) -> Scale:
    """The stretch of time that the person wants to see, on so many cells."""
    clock, look = moment.clock, moment.view
    return view(*(clock.at, clock.until, cells, look.zoom), live=clock.live, since_ns=clock.since, stretch=look.stretch)
