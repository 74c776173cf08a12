"""A real process at rest records something again: that is noticed without reading its journal."""

import os
from functools import partial
from pathlib import Path

from playground.collector.stirring import Stirring
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
        program.process.wait(20)
    finally:
        program.end()
