"""Two faces compared: what their summaries tell apart, and where in each run the processes part."""

from collections.abc import Callable, Mapping

from msgspec import Struct

from playground.comparison.compare import Comparison, Divergence, Sequences, compare
from playground.face import Face
from playground.history import COLUMNS, Batch, Definition, History, Mark, Nanoseconds, TextDefinition
from playground.recording import Reading
from playground.replay import Replay
from playground.summary import summarise

_FEW_ROWS = 8_000
_UNKNOWN = "Nobody knows where the processes part: a run with so many events has to be recorded for that"


class Parting(Struct, frozen=True):
    """The first difference of a process, with where it is in each run."""

    divergence: Divergence
    processes: tuple[int, int]
    """Index of the process in the first and in the other run."""
    instants: tuple[Nanoseconds, Nanoseconds]


class Compared(Struct, frozen=True):
    """All that tells two runs apart."""

    comparison: Comparison
    partings: tuple[Parting, ...]
    """In the order of their instants in the first run."""
    notice: str = ""
    """Why it is not known where processes part; "" when it is."""

    def instants(self, side: int) -> Mapping[int, Nanoseconds]:
        """Index to the instant at which the process parts, in one of the runs."""
        return {parting.processes[side]: parting.instants[side] for parting in self.partings}

    def marks(self, side: int) -> list[Mark]:
        """The same as marks."""
        return [
            Mark(each.instants[side], "partings", f"{each.divergence.process} parts", each.processes[side])
            for each in self.partings
        ]


def compare_faces(one: Face, other: Face, progress: Callable[[float], object] = lambda _: None) -> Compared:
    """Compare two runs, as far as they are known; takes long for long ones. Raises RecordingError.

    ``progress`` is told how much is done, from 0 to 1; what it raises ends the comparison.
    """
    mine = _what_they_did(one, lambda share: progress(share / 2))
    did = [mine, _what_they_did(other, lambda share: progress((1 + share) / 2))]
    summaries = [summarise(each.history, each.findings) for each in (one, other)]
    comparison = compare(summaries[0], summaries[1], did[0], did[1])
    if did[0] is None or did[1] is None:
        return Compared(comparison, (), _UNKNOWN)
    indices = [each.names() for each in did if each is not None]
    partings = []
    for divergence in comparison.divergences:
        processes = (indices[0][divergence.process], indices[1][divergence.process])
        instants = (
            _instant(one.history, processes[0], divergence.one.at),
            _instant(other.history, processes[1], divergence.other.at),
        )
        partings.append(Parting(divergence, processes, instants))
    return Compared(comparison, tuple(sorted(partings, key=lambda parting: min(parting.instants))))


def _instant(history: History, process: int, at: Nanoseconds | None) -> Nanoseconds:
    """Of who did nothing more, the end, or since when it has been standing still."""
    known = history.processes[process]
    if at is not None:
        return at
    return known.ended if known.ended is not None else known.last_row


def is_at_hand(face: Face) -> bool:
    """Whether a run is so short that it can be compared between two frames."""
    return face.history.rows <= _FEW_ROWS and _is_in_memory(face.history)


def _is_in_memory(history: History) -> bool:
    return len(history.time) == history.rows


def _what_they_did(face: Face, progress: Callable[[float], object]) -> Sequences | None:
    """What the processes of a run did: from memory while all of it is there, else from its recording."""
    history, did = face.history, Sequences()
    if _is_in_memory(history):
        definitions: list[Definition] = [
            *(process.definition for process in history.processes),
            *(resource.definition for resource in history.resources.values()),
            *history.sites.values(),
            *(TextDefinition(index, text) for index, text in history.texts.items()),
        ]
        batch = Batch(definitions, until=history.until)
        for name in COLUMNS:
            getattr(batch, name).fromlist(getattr(history, name))
        did.take(batch)
        return did
    path = face.path if isinstance(face, Replay) else None
    if path is None:
        return None
    reading = Reading(path)
    try:
        for batch in reading.batches():
            did.take(batch)
            progress(reading.share)
    finally:
        reading.close()
    return did
