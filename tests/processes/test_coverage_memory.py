"""Shared memory and raw values in real processes: blocks, lists in them, and what only sampling can tell."""

import ctypes
import itertools
import os
import sys
from pathlib import Path

import pytest

from playground.collector import Collector
from playground.history import History
from playground.inspection import sampler
from playground.inspection.memory_sampler import SAMPLE_NS, MemorySampler
from playground.probe import layout
from tests.conftest import SHM
from tests.processes.observed import observe
from tests.processes.probed import run_probed
from tests.unit.rows import INFO

METHODS = pytest.mark.parametrize("method", ["fork", "spawn"])

BLOCKS = """
import multiprocessing as mp, sys
from multiprocessing import shared_memory
def work(block, name):
    block.buf[0] = 7
    again = shared_memory.SharedMemory(name)
    again.close()
    again.close()
    block.close()
if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    frames = shared_memory.SharedMemory(create=True, size=4096)
    named = shared_memory.SharedMemory("mppt-coverage-block", create=True, size=100)
    worker = mp.Process(target=work, args=(frames, named.name))
    worker.start()
    worker.join()
    print(frames.buf[0], frames.size)
    for block in (frames, named):
        block.close()
        block.unlink()
"""


@METHODS
def test_blocks_are_followed_from_their_making_to_their_end(method: str, tmp_path: Path) -> None:
    run = run_probed(tmp_path, BLOCKS, method)
    assert (run.stdout, run.stderr) == ("7 4096\n", "")
    main = run.rows[0].pid
    frames, named = run.of("shared_memory frames"), run.of("shared_memory named")
    own = [(row.kind, row.value, row.line) for row in frames if row.pid == main]
    assert own == [("CREATED", 4096, 12), ("CLOSED", 0, 19), ("UNLINKING", 0, 20)]
    attached = [("ATTACHED", 4096)] if method == "spawn" else []
    assert [(row.kind, row.value) for row in frames if row.pid != main] == [*attached, ("CLOSED", 0)]
    assert [(row.kind, row.value) for row in named if row.pid != main][:2] == [("ATTACHED", 100), ("CLOSED", 0)]
    assert [row.kind for row in named if row.pid == main] == ["CREATED", "CLOSED", "UNLINKING"]


def test_names_the_program_chose_are_written_down_and_crossed_out(tmp_path: Path) -> None:
    run_probed(tmp_path, BLOCKS, "fork")
    assert (tmp_path / "names").read_text() == "+mppt-coverage-block\n-mppt-coverage-block\n"


TAKEN = """
from multiprocessing import shared_memory
block = shared_memory.SharedMemory("mppt-coverage-taken", create=True, size=10)
try:
    shared_memory.SharedMemory("mppt-coverage-taken", create=True, size=10)
except FileExistsError:
    print("taken")
block.unlink()
"""


def test_a_name_somebody_else_has_is_not_taken_for_the_runs_own(tmp_path: Path) -> None:
    other = SHM / "mppt-coverage-other"
    other.write_bytes(b"theirs")
    try:
        script = TAKEN.replace(
            '("mppt-coverage-taken", create=True, size=10)\nexcept', '("mppt-coverage-other", True, 9)\nexcept'
        )
        assert run_probed(tmp_path, script).stdout == "taken\n"
        assert "other" not in (tmp_path / "names").read_text()
        observe(tmp_path, script)
        assert other.read_bytes() == b"theirs"
    finally:
        other.unlink()


KILLED = """
import os, signal, sys
from multiprocessing import resource_tracker, shared_memory
blocks = [shared_memory.SharedMemory(f"mppt-coverage-{i}", create=True, size=10) for i in range(3)]
blocks.append(shared_memory.SharedMemory(create=True, size=10))
print(*(block.name for block in blocks), flush=True)
os.kill(resource_tracker._resource_tracker._pid, signal.SIGKILL)  # nobody of the program's is left to remove them
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_program_leaves_no_block_behind(tmp_path: Path) -> None:
    run = observe(tmp_path, KILLED)
    assert run.summary["exitcode"] == -9
    assert [each["kind"] for each in run.summary["resources"]] == ["shared_memory"] * 4
    names = run.lines("stdout")[0][1].split()
    assert len(names) == 4
    assert not any((SHM / name).exists() for name in names)


LIST = """
import multiprocessing as mp, sys
from multiprocessing import shared_memory
def work(cells, read, wrote):
    read.wait()
    seen = cells[-3]
    wrote.wait()
    cells[0] = seen + 1
    cells[1] = "word"
if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    cells = shared_memory.ShareableList([3, "text", FILL])
    read, wrote = mp.Barrier(2), mp.Barrier(2)
    worker = mp.Process(target=work, args=(cells, read, wrote), name="worker")
    worker.start()
    read.wait()
    seen = cells[0]
    wrote.wait()
    worker.join()
    cells[0] = seen + 1
    print(list(cells))
    cells.shm.close()
    cells.shm.unlink()
"""


@METHODS
@pytest.mark.parametrize("fill", ["0", "0.5"])
def test_lost_updates_of_a_list_are_counted(method: str, fill: str, tmp_path: Path) -> None:
    script = LIST.replace("FILL", fill)
    run = observe(tmp_path, script, method)
    assert f"[4, 'word', {fill}]" in run.stderr
    counter = run.counter("cells")
    assert (counter["writes"], counter["lost_updates"]) == (2, 1)
    (finding,) = run.summary["findings"]
    assert finding["text"].startswith("lost 1 of 2 updates of `cells[0]`: main wrote 4 after worker had changed it")
    assert finding["advice"] == "Hold one lock over the read and the write: `with lock:`."


RAW = """
import ctypes, multiprocessing as mp, sys, time
def work(count, cells, stop):
    for i in range(1, 4):
        count.value = i
        cells[1] = i / 2
        time.sleep(0.3)
    stop.wait()
class Point(ctypes.Structure):
    _fields_ = [("x", ctypes.c_int)]
def main():
    count, cells = mp.RawValue("i", 100), mp.RawArray("d", [9, 0, 0])
    plain = mp.Value("i", 5, lock=False)
    guarded, point = mp.Value("i", 1), mp.RawValue(Point, 4)
    stop = mp.Event()
    worker = mp.Process(target=work, args=(count, cells, stop), name="worker")
    worker.start()
    time.sleep(1)
    stop.set()
    worker.join()
    plain.value = 6
    count.value = 1000
    print(count.value, list(cells), guarded.value, point.x)
if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    main()
"""


@METHODS
def test_raw_values_are_sampled(method: str, tmp_path: Path) -> None:
    run = observe(tmp_path, RAW, method)
    assert "1000 [9.0, 1.5, 0.0] 1 4\n" in run.stderr
    kinds = {each["name"]: each["kind"] for each in run.summary["resources"] if each["kind"] != "event"}
    assert kinds == {
        "count": "raw_value",
        "cells": "raw_array",
        "plain": "raw_value",
        "guarded": "value",
        "point": "raw_value",
    }
    (count,) = (each for each in run.history.counters if each.name == "count")
    assert list(count.values) == [100, 1, 2, 3, 1000]
    (cell,) = (each for each in run.history.counters if each.name == "cells[1]")
    assert list(cell.values)[-3:] == [0.5, 1.0, 1.5]
    assert run.counter("plain")["last"] == 6
    for name in ("count", "cells", "plain"):
        assert (run.counter(name)["writes"], run.counter(name)["lost_updates"]) == (None, None)
    assert run.counter("guarded")["writes"] == 0
    assert run.findings == []


FREED = """
import ctypes, multiprocessing as mp, time
def make():
    first = mp.RawValue("i", 1)
    time.sleep(0.3)
    first.value = 2
    return ctypes.addressof(first)
if __name__ == "__main__":
    address = make()
    second = mp.RawValue("i", 99)
    print(ctypes.addressof(second) == address)
    time.sleep(0.4)
"""


def test_memory_that_was_freed_is_not_read_for_its_former_owner(tmp_path: Path) -> None:
    run = observe(tmp_path, FREED)
    assert "True\n" in run.stderr, "the second value took the place of the first"
    values = {each.name: list(each.values) for each in run.history.counters}
    assert values == {"first": [1, 2], "second": [99]}


def test_a_reading_counts_only_if_the_object_was_still_there_after_it(tmp_path: Path) -> None:
    collector = Collector([tmp_path], tmp_path, 0)
    start = sampler.look(os.getpid())
    assert start is not None
    index = collector.observe_process(os.getpid(), start.start, 0, "self", "main", 0)
    history, times = History(INFO), itertools.count(0, SAMPLE_NS)
    history.append(collector.drain(SAMPLE_NS, final=True))
    memory = MemorySampler(collector, history, lambda: next(times))
    value = ctypes.c_int(5)
    for number in (1, 2):
        collector.names.place(number, os.getpid(), start.start, ctypes.addressof(value), "i", 0)
    assert memory.look() == []
    collector.names.place(2, os.getpid(), start.start, 0, "", 0)
    told = [(process, kind, number, was) for _, process, _, kind, number, _, was in memory.look()]
    assert told == [(index, layout.SAMPLED, 1, 5)]
    assert memory.look() == [], "it has not changed"


ORPHANED = """
import multiprocessing as mp, os, sys, time
def work(count):
    while os.getppid() == int(sys.argv[1]):
        time.sleep(0.01)
    time.sleep(0.3)
    count.value = 7
    time.sleep(0.5)
if __name__ == "__main__":
    if sys.argv[1:] == []:
        maker = os.fork()
        if maker:
            os.waitpid(maker, 0)
            time.sleep(1.5)
        else:
            sys.argv.append(str(os.getpid()))
            count = mp.RawValue("i", 1)
            mp.Process(target=work, args=(count,), name="worker").start()
            time.sleep(0.3)
            os._exit(0)
"""


def test_a_raw_value_is_read_on_in_another_process_when_its_maker_is_gone(tmp_path: Path) -> None:
    run = observe(tmp_path, ORPHANED)
    assert (run.counter("count")["last"], run.process("main>fork-1")["exitcode"]) == (7, 0)
    readers = {name for name, _, _ in run.rows(layout.SAMPLED)}
    assert readers == {"main>fork-1", "worker"}


def test_a_managers_blocks_and_lists_go_by_the_programs_names(tmp_path: Path) -> None:
    script = (
        "from multiprocessing.managers import SharedMemoryManager\n"
        "if __name__ == '__main__':\n"
        "    with SharedMemoryManager() as manager:\n"
        "        block, cells = manager.SharedMemory(64), manager.ShareableList([1, 2])\n"
        "        cells[0] += 1\n"
        "        print(block.size, cells[0])\n"
    )
    run = run_probed(tmp_path, script)
    assert (run.stdout, run.stderr) == ("64 2\n", "")
    assert [row.kind for row in run.of("shared_memory block")][:1] == ["CREATED"]
    kinds = [row.kind for row in run.of("shared_memory cells")]
    assert kinds[:4] == ["CREATED", "ITEM_READ", "ITEM_WROTE", "ITEM_READ"]


@pytest.mark.skipif(sys.version_info < (3, 13), reason="track is new in 3.13")
def test_an_untracked_block_is_the_programs_own_business(tmp_path: Path) -> None:
    script = (
        "from multiprocessing import shared_memory\n"
        "block = shared_memory.SharedMemory('mppt-coverage-kept', create=True, size=9, track=False)\n"
        "block.close()\n"
    )
    run_probed(tmp_path, script)
    (SHM / "mppt-coverage-kept").unlink()
    assert not (tmp_path / "names").exists()


KEPT = """
import multiprocessing as mp, os
os.kept = mp.RawValue("i", 5)
os.kept.value = 6
"""


def test_a_raw_value_that_outlives_the_probe_says_nothing(tmp_path: Path) -> None:
    run = run_probed(tmp_path, KEPT)
    assert run.stderr == ""
    assert [row.value for row in run.rows if row.kind == "SAMPLED"] == [6]
