"""A real process at rest records something again: that is noticed without reading its journal."""

import os
import resource
from functools import partial
from pathlib import Path

from playground.collector.journal import Journal
from playground.collector.stirring import Stirring
from playground.probe import layout
from tests.chaos.probed import ProbedProgram
from tests.conftest import wait_for

PROGRAM = """
import sys, time
with open(sys.argv[1]) as pipe:
    for line in pipe:
        for _ in range(int(line)):
            time.sleep(0)
"""


def test_whoever_records_again_is_noticed(tmp_path: Path) -> None:
    pipe, taken = tmp_path / "pipe", [0]
    os.mkfifo(pipe)

    def enough(expected: int) -> bool:
        return sum(taken) >= expected

    program = ProbedProgram(tmp_path, PROGRAM, str(pipe), take=lambda batch: taken.append(len(batch)))
    try:
        with pipe.open("w", buffering=1) as orders:
            journals = program.collector.journals
            orders.write("1\n")
            program.drain_until(lambda: len(journals) == 1 and sum(taken) > 0)
            stirring, (journal,) = Stirring(journals), journals.values()
            segments = {journal.place[0]}
            for times in (1, 1, 3000, 1):  # among them more than a segment holds
                program.drain_until(lambda: not stirring.any())
                expected = sum(taken) + 2 * times
                orders.write(f"{times}\n")
                wait_for(stirring.any)
                program.drain_until(partial(enough, expected))
                segments.add(journal.place[0])
            program.drain_until(lambda: not stirring.any())
            assert len(segments) > 1
            stirring.forget()
            assert not stirring.any()
            os.truncate(journal.place[0], 0)
            assert stirring.any()
            stirring.forget()
        program.process.wait(20)
    finally:
        program.end()


def test_few_files_stay_open_however_many_processes_there_are(tmp_path: Path) -> None:
    journals = {}
    for pid in range(200):
        (tmp_path / f"{pid}-1-0.j").write_bytes(bytes(layout.SEGMENT_SIZE))
        journals[pid, 1] = Journal(pid, pid, 1, (tmp_path,), tmp_path)
        journals[pid, 1].put_off()
    limits, open_before = resource.getrlimit(resource.RLIMIT_NOFILE), len(os.listdir("/proc/self/fd"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, limits[1]))
    try:
        stirring = Stirring(journals)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    for journal in journals.values():  # as those are whose header was read
        journal._offset = layout.HEADER_SIZE
    assert not stirring.any()
    assert len(os.listdir("/proc/self/fd")) == open_before + 128
    stirring.forget()
    assert len(os.listdir("/proc/self/fd")) == open_before
