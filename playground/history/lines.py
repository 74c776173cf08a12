"""What a run says in words: output, reports, actions; and the instants worth going to."""

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
