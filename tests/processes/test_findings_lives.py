"""What is found of how processes of real programs live and end, and of what they leave behind."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.processes.commands import playground
from tests.processes.thorough import FORK_FIRST, THOROUGH

GUARD = '\nif __name__ == "__main__":\n'


@pytest.fixture(params=FORK_FIRST)
def start_method(request: pytest.FixtureRequest) -> str:
    """Each start method in turn, all but fork on demand."""
    return str(request.param)


def run(tmp_path: Path, text: str, *arguments: str, timeout: float = 30) -> dict[str, Any]:
    """The summary of a run of this program, once its replay has been found to tell the same."""
    path = tmp_path / "program.py"
    path.write_text(text)
    options = ["run", "--headless", "--json", "--timeout", str(timeout)]
    live = playground(*options, str(path), *arguments)
    summary: dict[str, Any] = json.loads(live.stdout.splitlines()[-1])
    replayed = json.loads(playground("replay", "--headless", "--json", summary["recording"]).stdout)
    assert {**replayed, "recording": None} == {**summary, "recording": None}
    return summary


def found(summary: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Findings by kind."""
    kinds: dict[str, list[dict[str, Any]]] = {}
    for finding in summary["findings"]:
        kinds.setdefault(finding["kind"], []).append(finding)
    return kinds


# --- Pools ------------------------------------------------------------------------------------------

POOL = (
    """
import multiprocessing as mp, os, sys, time

def work(number):
    if number == 2 and sys.argv[2:]:
        {end}
    time.sleep(0.02)
    return number
"""
    + GUARD
    + """
    with mp.get_context(sys.argv[1]).Pool(2) as pool:
        results = pool.map_async(work, range(6), chunksize=1)
        results.wait(timeout=0.7)
"""
)


@pytest.mark.parametrize(
    ("end", "said"), [("os.kill(os.getpid(), 9)", "SIGKILL"), ("os._exit(7)", "exit 7"), ("sys.exit(3)", "exit 3")]
)
def test_a_task_dies_with_its_worker(end: str, said: str, tmp_path: Path) -> None:
    (finding,) = found(run(tmp_path, POOL.format(end=end), "fork", "broken"))["lost_task"]
    assert finding["severity"] == "error"
    worker = finding["processes"][1]
    assert finding["text"] == (
        f"task 2 of `pool` (job 0, submitted at program.py:13) died with {worker} ({said}): its result will never"
        " come; main waits for results (program.py:14)"
    )


def test_a_task_dies_with_its_worker_under_every_start_method(start_method: str, tmp_path: Path) -> None:
    assert len(found(run(tmp_path, POOL.format(end="os._exit(7)"), start_method, "broken"))["lost_task"]) == 1


@pytest.mark.parametrize(
    "leave", ["pass", "pool.terminate()", "pool.close(); pool.join()", "results.get()", "raise SystemExit(0)"]
)
def test_leaving_a_pool_in_whatever_way_loses_nothing(leave: str, tmp_path: Path) -> None:
    text = POOL.format(end="pass").replace("results.wait(timeout=2)", leave).replace("0.02", "0.2")
    summary = run(tmp_path, text, "fork")
    assert summary["findings"] == []
    assert "nothing wrong found" in summary["verdict"]


def test_workers_that_are_replaced_after_so_many_tasks_lose_nothing(start_method: str, tmp_path: Path) -> None:
    text = POOL.format(end="pass").replace("Pool(2)", "Pool(2, maxtasksperchild=1)")
    assert run(tmp_path, text, start_method)["findings"] == []


EXECUTOR = (
    """
import multiprocessing as mp, os, sys, time
from concurrent.futures import ProcessPoolExecutor

def work(number):
    if number == 2:
        {end}
    time.sleep(0.05)
    return number
"""
    + GUARD
    + """
    with ProcessPoolExecutor(2, mp.get_context(sys.argv[1])) as executor:
        futures = [executor.submit(work, i) for i in range(6)]
        {main}
"""
)


@pytest.mark.parametrize(("end", "said"), [("os.kill(os.getpid(), 9)", "SIGKILL"), ("os._exit(7)", "exit 7")])
def test_an_executor_breaks_with_its_worker(end: str, said: str, start_method: str, tmp_path: Path) -> None:
    text = EXECUTOR.format(end=end, main="print(sum(each.exception() is not None for each in futures))")
    (finding,) = found(run(tmp_path, text, start_method))["broken_pool"]
    assert finding["severity"] == "error"
    assert finding["processes"][0] == "main"
    assert finding["text"].startswith("executor `executor` is broken: ")
    assert f" ended ({said}) while it ran a task; " in finding["text"]
    assert finding["text"].endswith(" pending futures raise BrokenProcessPool")


@pytest.mark.parametrize("main", ["pass", "executor.shutdown(cancel_futures=True)", "futures[5].cancel()"])
def test_leaving_an_executor_in_whatever_way_breaks_nothing(main: str, start_method: str, tmp_path: Path) -> None:
    assert run(tmp_path, EXECUTOR.format(end="pass", main=main), start_method)["findings"] == []


# --- Ends -------------------------------------------------------------------------------------------

CHILD = (
    """
import ctypes, multiprocessing as mp, os, signal, sys, time

def work():
    {work}
"""
    + GUARD
    + """
    mp.set_start_method(sys.argv[1])
    child = mp.Process(target=work, name="w1"{daemon})
    child.start()
    {main}
"""
)


def test_the_child_of_a_killed_process_is_an_orphan(start_method: str, tmp_path: Path) -> None:
    text = CHILD.format(work="time.sleep(1.5)", daemon="", main="time.sleep(0.5); os.kill(os.getpid(), 9)")
    (finding,) = found(run(tmp_path, text, start_method))["orphan"]
    assert (finding["severity"], finding["processes"]) == ("warning", ["w1", "main"])
    assert finding["text"].startswith("w1 lives on although main, which started it, ended (SIGKILL) at ")


@pytest.mark.parametrize(("daemon", "main"), [("", "child.join()"), ("", "pass"), (", daemon=True", "time.sleep(0.1)")])
def test_a_program_that_ends_in_order_leaves_no_orphan(
    daemon: str, main: str, start_method: str, tmp_path: Path
) -> None:
    summary = run(tmp_path, CHILD.format(work="time.sleep(0.7)", daemon=daemon, main=main), start_method)
    assert summary["findings"] == []
    assert summary["verdict"].endswith("processes, nothing wrong found")


@pytest.mark.parametrize("how", ["terminate", "kill"])
def test_what_the_program_ends_itself_has_not_failed(how: str, start_method: str, tmp_path: Path) -> None:
    main = f"time.sleep(0.1); child.{how}(); child.join()"
    summary = run(tmp_path, CHILD.format(work="time.sleep(60)", daemon="", main=main), start_method)
    assert summary["findings"] == []
    assert summary["verdict"].endswith("processes, nothing wrong found")


def test_a_crash_is_an_error(start_method: str, tmp_path: Path) -> None:
    text = CHILD.format(work="ctypes.string_at(0)", daemon="", main="child.join()")
    (finding,) = found(run(tmp_path, text, start_method))["killed"]
    assert (finding["severity"], finding["text"]) == ("error", "w1 was ended by SIGSEGV")


ZOMBIES = (
    """
import multiprocessing as mp, sys, time

def work(seconds):
    time.sleep(seconds)
"""
    + GUARD
    + """
    seconds = (2.5, 0.3, 0.3, 0.3, 0.3, 0.3)
    children = [mp.Process(target=work, args=(each,), name=f"w{i}") for i, each in enumerate(seconds)]
    for child in children:
        child.start()
    until = time.monotonic() + 2.5
    while sys.argv[1:] and time.monotonic() < until:
        sum(range(1000))
    for child in children:
        child.join()
"""
)


def test_children_that_wait_to_be_joined_are_zombies(tmp_path: Path) -> None:
    (finding,) = found(run(tmp_path, ZOMBIES, "busy"))["zombie"]
    assert finding["severity"] == "info", "all were joined in the end"
    names, _, rest = finding["text"].partition(" were ")
    assert sorted(names.split(", ")) == ["w1", "w2", "w3", "w4", "w5"], "in the order of their ends"
    assert rest.startswith("5 zombies for up to 2.")


def test_children_that_are_joined_in_turn_are_none(tmp_path: Path) -> None:
    assert run(tmp_path, ZOMBIES)["findings"] == []


# --- Leftovers --------------------------------------------------------------------------------------

BLOCK = (
    """
import multiprocessing as mp, sys
from multiprocessing import shared_memory

def work(name):
    block = shared_memory.SharedMemory(name)
    block.buf[0] = 1
    block.close()
"""
    + GUARD
    + """
    mp.set_start_method(sys.argv[1])
    block = shared_memory.SharedMemory(create=True, size=65536)
    child = mp.Process(target=work, args=(block.name,), name="w1")
    child.start()
    child.join()
    block.close()
    {end}
"""
)


def test_shared_memory_that_nobody_unlinks_is_a_leak(start_method: str, tmp_path: Path) -> None:
    (finding,) = found(run(tmp_path, BLOCK.format(end=""), start_method))["leak"]
    assert finding["severity"] == "warning"
    assert "the resource tracker" in finding["text"]


def test_shared_memory_that_is_unlinked_is_none(start_method: str, tmp_path: Path) -> None:
    assert run(tmp_path, BLOCK.format(end="block.unlink()"), start_method)["findings"] == []


LOCKS = (
    """
import multiprocessing as mp, os, signal
from multiprocessing import resource_tracker
"""
    + GUARD
    + """
    mp.set_start_method("{method}")
    gate = mp.Lock()
    {end}
"""
)


def test_a_semaphore_that_nobody_unlinks_outlives_the_program(tmp_path: Path) -> None:
    end = "os.kill(resource_tracker._resource_tracker._pid, signal.SIGKILL); os._exit(0)"
    (finding,) = found(run(tmp_path, LOCKS.format(method="spawn", end=end)))["leak"]
    assert finding["text"] == "semaphore `gate` (created at program.py:8) was not unlinked and outlived the program"
    assert finding["resources"] == ["gate"]


@pytest.mark.parametrize("end", ["pass", "raise SystemExit(3)"])
def test_semaphores_of_a_program_that_ends_in_order_are_none(end: str, start_method: str, tmp_path: Path) -> None:
    assert run(tmp_path, LOCKS.format(method=start_method, end=end))["findings"] == []


def test_semaphores_are_unlinked_at_once_under_fork(tmp_path: Path) -> None:
    assert run(tmp_path, LOCKS.format(method="fork", end="os._exit(0)"))["findings"] == []


def test_a_run_that_is_ended_leaks_nothing(tmp_path: Path) -> None:
    text = LOCKS.format(method="spawn", end="signal.pause()")
    assert "leak" not in found(run(tmp_path, text, timeout=1.5))


# --- Before the bootstrap ---------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_starting_processes_on_import_is_one_finding(method: str, tmp_path: Path) -> None:
    text = f"""
import multiprocessing as mp
mp.set_start_method("{method}", force=True)
children = [mp.Process(target=print, name=f"w{{i}}") for i in range(3)]
for child in children:
    child.start()
for child in children:
    child.join()
"""
    summary = run(tmp_path, text)
    (finding,) = summary["findings"]
    assert finding["kind"] == "missing_guard"
    assert finding["text"] == "program.py starts processes when it is imported (program.py:6): 3 children died of it"
    assert summary["verdict"] == finding["text"]


@THOROUGH
def test_a_pool_that_is_made_on_import_is_the_same_finding(tmp_path: Path) -> None:
    text = 'import multiprocessing as mp\nmp.set_start_method("spawn", force=True)\nmp.Pool(2).map(abs, [1])\n'
    summary = run(tmp_path, text, timeout=3)
    assert len(found(summary)["missing_guard"]) == 1
    assert "unhandled_exception" not in found(summary)
    assert summary["verdict"].startswith("program.py starts processes when it is imported (program.py:3): ")


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_what_ends_a_child_before_its_bootstrap_is_told(method: str, tmp_path: Path) -> None:
    text = CHILD.format(work="pass", daemon="", main="child.join()").replace(
        GUARD, GUARD + "    def late(): pass\n    late.__qualname__ = 'late'\n"
    )
    (finding,) = found(run(tmp_path, text.replace("target=work", "target=late"), method))["unhandled_exception"]
    assert "ended by AttributeError: Can't get attribute 'late' on <module '__mp_main__'" in finding["text"]
    assert "import the program anew" in finding["advice"]


def test_a_local_target_has_its_cure(tmp_path: Path) -> None:
    text = CHILD.format(work="pass", daemon="", main="child.join()").replace("target=work", "target=lambda: None")
    (finding,) = found(run(tmp_path, text, "spawn"))["unhandled_exception"]
    assert finding["text"].startswith("main ended by ")
    assert finding["text"].endswith("(program.py:11)")
    assert "top level of a module" in finding["advice"]


def test_an_item_that_cannot_be_pickled_ends_nobody(tmp_path: Path) -> None:
    puts = "queue = mp.Queue(); queue.put(lambda: 1); queue.put(2); queue.get()"
    text = f"import multiprocessing as mp\n{GUARD}    {puts}\n"
    (finding,) = found(run(tmp_path, text))["unhandled_exception"]
    assert finding["text"].startswith("main could not put an item into a queue, it is lost: ")
