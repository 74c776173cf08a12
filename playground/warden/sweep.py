"""Ending every process of a run, however stubborn: freeze, kill, let resource trackers unlink, reap."""

import os
import signal
import time
from collections.abc import Callable, Mapping
from typing import TypeAlias

from playground.warden.kernel import NOBODY, Process, is_resource_tracker, read, send_all, stop_group

Find: TypeAlias = Callable[[Mapping[int, Process]], list[Process]]
"""Lists the live processes that are to end, given those that are known and need not be looked at again."""
Reap: TypeAlias = Callable[[], None]
"""Reaps what has ended and is ours to reap; does not wait."""

_TRACKER_GRACE_S = 2.0
_LIMIT_S = 10.0
_PAUSE_S = 0.002


def sweep(find: Find, reap: Reap) -> list[Process]:
    """End all that ``find`` lists and return what could not be ended (other users', uninterruptible).

    Resource trackers are left to see the end of their users, unlink what these left, and exit.
    """
    started = time.monotonic()
    trackers: set[tuple[int, int]] = set()
    trackers_since = 0.0
    met: dict[int, Process] = {}
    while remaining := _remaining(find, met):
        now = time.monotonic()
        if now - started > _LIMIT_S:
            return remaining
        if any((process.pid, process.start) not in trackers for process in remaining):
            stopped = freeze(find)  # before anything is asked of them: who forks all the time is slow to answer
            met.update((process.pid, process) for process in stopped)
            trackers |= {(process.pid, process.start) for process in stopped if is_resource_tracker(process.pid)}
            send_all((each for each in stopped if (each.pid, each.start) not in trackers), signal.SIGKILL)
            trackers_since = now
        else:
            overdue = now - trackers_since > _TRACKER_GRACE_S
            send_all(remaining, signal.SIGKILL if overdue else signal.SIGCONT)
        reap()
        time.sleep(_PAUSE_S)
    reap()
    return []


def _remaining(find: Find, met: Mapping[int, Process]) -> list[Process]:
    """Who is found, and who was met before and lives: it may be found no more when its parent has ended."""
    found = {process.pid: process for process in find(NOBODY)}
    for pid, before in met.items():
        if pid not in found and (process := read(pid)) and process.start == before.start and process.alive:
            found[pid] = process
    return list(found.values())


def freeze(find: Find) -> list[Process]:
    """Stop all processes until no new one appears; returns all of them.

    Whole groups first: who forks all the time has forked again before a signal to each has gone round.
    """
    frozen: dict[int, Process] = {}
    groups = {os.getpgrp()}
    started = time.monotonic()
    while time.monotonic() - started < _LIMIT_S:
        fresh = [process for process in find(frozen) if process.pid not in frozen]
        if not fresh:
            break
        for process in fresh:
            if process.group not in groups:
                groups.add(process.group)
                stop_group(process)
        send_all(fresh, signal.SIGSTOP)
        frozen.update((process.pid, process) for process in fresh)
    return list(frozen.values())
