"""What a detector concluded."""

from typing import Literal

from msgspec import Struct

from playground.history import Nanoseconds

Severity = Literal["error", "warning", "info"]


class Finding(Struct, frozen=True):
    """One conclusion: what happened in one sentence, what to do in another."""

    kind: str
    severity: Severity
    processes: tuple[int, ...]
    resources: tuple[int, ...]
    at: Nanoseconds
    text: str
    advice: str
    certain: bool = True
    edges: tuple[tuple[int, int], ...] = ()
    """Of a cycle: each waiting process and the resource it waits for."""
    key: tuple[object, ...] = ()
    """What makes it the same finding when it is stated anew with newer figures."""
    withdrawn: bool = False
    """What was seen later has shown that it is none; stated anew so, it is no longer shown."""
