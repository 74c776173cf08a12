"""Clearing what runs left behind whose playground, warden and foster were killed in the same instant."""

import os
from collections.abc import Mapping
from functools import partial

from playground.warden import kernel, rundir
from playground.warden.sweep import sweep


def clear_abandoned() -> list[str]:
    """End the processes of abandoned runs and remove their names; returns the runs cleared."""
    cleared = []
    for directory in rundir.abandoned():
        if rundir.same_boot(directory.run, directory.path):
            sweep(partial(_processes, directory.run, directory.path), _nothing_to_reap)
        rundir.remove(directory.run, directory.path)
        cleared.append(directory.run)
    return cleared


def _processes(run: str, path: str, known: Mapping[int, kernel.Process]) -> list[kernel.Process]:
    """Processes of a run without their warden: noted ones, their groups and all below; else, ones with its mark.

    Groups of a run are in sessions of its own. The mark is in the environment, which is slow to read of a process that
    forks all the time, and which a resource tracker does not have.
    """
    found = {}
    for pid, start in rundir.known_processes(path):
        process = kernel.read(pid)
        if process is not None and process.start == start and process.alive:
            found[pid] = process
    found = found or {process.pid: process for process in kernel.with_environment(f"MPP_RUN={run}".encode())}
    groups = {process.group for process in found.values()} - {os.getpgrp()}
    everybody = {process.pid: process for process in kernel.everything(known)}
    found.update({pid: process for pid, process in everybody.items() if process.group in groups and process.alive})
    found.update({process.pid: process for process in kernel.descendants(found, known=everybody)})
    return list(found.values())


def _nothing_to_reap() -> None:
    """Leave reaping to init: none of them is our child."""
