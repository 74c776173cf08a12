"""What a run says: output, reports, actions, numbers it measured; and the instants worth going to."""

from msgspec import Struct

from playground.history.batch import Nanoseconds


class LogLine(Struct, frozen=True):
    """A line of output, or something said about the run."""

    time: Nanoseconds
    process: int
    stream: str
    text: str


class Mark(Struct, frozen=True):
    """An instant worth going to."""

    time: Nanoseconds
    kind: str
    text: str
    process: int
    severity: str = "error"
    """How grave what was found is."""


class Measurement(Struct, frozen=True):
    """A number that the program measured, to be compared with others of its unit."""

    time: Nanoseconds
    label: str
    value: float
    unit: str
