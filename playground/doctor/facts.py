"""All that was looked at, in one value."""

from collections.abc import Mapping

from msgspec import Struct

from playground.doctor.machine import Machine, Python, look_at_machine, look_at_python
from playground.doctor.places import (
    Recordings,
    Runs,
    SharedMemory,
    look_at_recordings,
    look_at_runs,
    look_at_shared_memory,
)
from playground.doctor.rights import Rights, look_at_rights
from playground.doctor.terminal import Terminal, look_at_terminal
from playground.doctor.trials import Trial, try_start_methods


class Facts(Struct, frozen=True):
    """What ``judgement`` judges and ``doctor --json`` prints."""

    python: Python
    machine: Machine
    terminal: Terminal
    shared_memory: SharedMemory
    start_methods: Mapping[str, Trial]
    """Empty where there is no ``/proc`` to watch a run by."""
    rights: Rights
    runs: Runs
    recordings: Recordings


def look() -> Facts:
    """Look at everything; what earlier runs left is counted before runs are tried, which clear it."""
    runs, rights = look_at_runs(), look_at_rights()
    return Facts(
        python=look_at_python(),
        machine=look_at_machine(),
        terminal=look_at_terminal(),
        shared_memory=look_at_shared_memory(),
        start_methods=try_start_methods() if rights.proc else {},
        rights=rights,
        runs=runs,
        recordings=look_at_recordings(),
    )
