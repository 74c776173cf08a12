"""What a run says: output, reports, actions, numbers it measured; and the instants worth going to."""

from dataclasses import dataclass

from playground.history.batch import Nanoseconds


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of output, or something said about the run."""

    time: Nanoseconds
    process: int
    stream: str
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """An instant worth going to."""

    time: Nanoseconds
    kind: str
    text: str
    process: int
    severity: str = "error"
    """How grave what was found is."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """A number that the program measured, to be compared with others of its unit."""

    time: Nanoseconds
    label: str
    value: float
    unit: str
