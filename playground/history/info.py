"""What is known of a run before its first event: the header of its recording."""

from collections.abc import Mapping

from msgspec import Struct, field


class RunInfo(Struct, frozen=True):
    """Description of one run."""

    scenario: str
    """``topic/name`` of a scenario, or the path or module of a program."""
    title: str
    parameters: Mapping[str, object]
    argv: tuple[str, ...]
    start_method: str
    """fork, spawn, forkserver, or "" when the program chose none that is known."""
    source: str
    """Text of the scenario or script, for the source pane; "" when unknown."""
    source_file: str
    expected: Mapping[str, float] = field(default_factory=dict)
    """Counter name to the value it should end with."""
    limits: Mapping[str, int] = field(default_factory=dict)
    """Resource name to how many may hold it at once, where the scenario declares it."""
    python: str = ""
    platform: str = ""
    started_at: str = ""
    """Wall-clock time of the start, ISO 8601 with offset."""
    allow_spawn: bool = False
