"""The scale on which a moment is shown, the same for every panel of a width."""

from msgspec.structs import replace

from playground.history import Nanoseconds
from playground.tui.moment import Moment
from playground.tui.render.scale import Scale, view


def scale_of(moment: Moment, cells: int, stretch: tuple[Nanoseconds, Nanoseconds] | None = None) -> Scale:
    """The stretch of time that somebody shows already, else what the person wants to see, on so many cells."""
    clock, look = moment.clock, moment.view
    zero = clock.zero
    wanted = stretch or look.stretch
    shown = view(
        *(clock.at - zero, clock.until - zero, cells, look.zoom),
        live=clock.live,
        since_ns=clock.since - zero,
        stretch=(wanted[0] - zero, wanted[1] - zero) if wanted is not None else None,
    )
    return replace(shown, zero=zero)
