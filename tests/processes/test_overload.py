"""More events than a tick can take: each tick thins a part, and all that is counted is exact."""

import sys
from pathlib import Path

from playground.findings import Findings
from playground.history import History, RunInfo
from playground.pace import MOST
from tests.chaos.probed import ProbedProgram

TIMES = 20_000
PROGRAM = """
import multiprocessing as mp
def work(lock, number):
    for _ in range(TIMES):
        with lock:
            number.value += 1
if __name__ == "__main__":
    mp.set_start_method("fork")
    lock, number = mp.Lock(), mp.Value("i", 0)
    each = [mp.Process(target=work, args=(lock, number)) for _ in range(2)]
    for process in each: process.start()
    for process in each: process.join()
""".replace("TIMES", str(TIMES))


def test_what_is_thinned_in_parts_is_counted_exactly(tmp_path: Path) -> None:
    history = History(RunInfo("a", "a", {}, (sys.executable,), "fork", "", ""))
    program = ProbedProgram(tmp_path, PROGRAM, take=Findings(history).take)
    try:
        program.process.wait(60)
        collector = program.collector
        collector.most_rows, collector.far_behind, collector.in_time = MOST, 5, True
        program.drain_until(lambda: bool(collector.journals) and not collector.behind)
        program.drain(final=True)
    finally:
        program.end()
    resources = {each.definition.name: each for each in history.resources.values()}
    assert history.dropped > 0
    assert not [name for name, each in resources.items() if each.held]
    assert resources["lock"].acquired == 2 * TIMES
    number = resources["number"]
    assert number.counter is not None
    assert (number.counter.writes + number.unseen_writes, number.counter.last) == (2 * TIMES, 2 * TIMES)
