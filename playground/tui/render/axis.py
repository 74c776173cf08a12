"""The scale on which a moment is shown, the same for every panel of a width."""

from playground.history import Nanoseconds
from playground.tui.moment import Moment
from playground.tui.render.scale import Scale, view


def scale_of(moment: Moment, cells: int, stretch: tuple[Nanoseconds, Nanoseconds] | None = None) -> Scale:
    """The stretch of time that somebody shows already, else what the person wants to see, on so many cells."""
    clock, look = moment.clock, moment.view
    wanted = stretch or look.stretch
    return view(*(clock.at, clock.until, cells, look.zoom), live=clock.live, since_ns=clock.since, stretch=wanted)
