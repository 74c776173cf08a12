"""Managers, their proxies, listeners and waits for connections in real processes: what is recorded of them."""

from pathlib import Path

import pytest

from playground.probe import layout
from tests.processes.probed import Probed, Row, run_plain, run_probed


@pytest.fixture(params=["fork", "spawn"])
def method(request: pytest.FixtureRequest) -> str:
    """The two start methods that differ in how proxies reach a process."""
    return str(request.param)


def kinds(run: Probed, name: str) -> list[str]:
    return [row.kind for row in run.of(name)]


def operations(rows: list[Row]) -> list[str]:
    return [layout.OPERATIONS[row.value & 0xFF] for row in rows if row.kind == "WAITING"]


PROXIES = """
import multiprocessing as mp
import sys

def work(shared, first, total, jobs, names, gate, turn, meeting, room):
    with first:
        total.value += 1
    shared["x"] = 1
    jobs.put("job")
    names.x = 3
    gate.wait()
    with turn:
        turn.notify()
    meeting.wait()
    with room:
        pass
    jobs.task_done()

if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    with mp.Manager() as manager:
        shared = manager.dict()
        first = manager.Lock()
        total = manager.Value("d", 0)
        jobs = manager.JoinableQueue(4)
        names = manager.Namespace()
        gate = manager.Event()
        turn = manager.Condition()
        meeting = manager.Barrier(3)
        room = manager.Semaphore(2)
        nested = manager.list([shared, manager.list()])
        nested[1].append(3)
        args = (shared, first, total, jobs, names, gate, turn, meeting, room)
        workers = [mp.Process(target=work, args=args, name=f"worker-{i}") for i in range(2)]
        for worker in workers:
            worker.start()
        jobs.get(), jobs.get()
        gate.set()
        with turn:
            turn.wait(0.01)
        meeting.wait()
        for worker in workers:
            worker.join()
        jobs.join()
        print(dict(shared), [key for key in shared], total.value, names.x, nested[0], list(nested[1]))
        print(first.acquire(False), first.acquire(False), first.acquire(True, 0.01))
        first.release()
        for attempt in (first.release, jobs.get_nowait, lambda: shared["no"]):
            try:
                attempt()
            except Exception as error:
                print(repr(error))
"""

PROXIES_SAID = """{'x': 1} ['x'] 2 3 {'x': 1} [3]
True False False
RuntimeError('release unlocked lock')
Empty()
KeyError('no')
"""


def test_proxies_are_seen_as_what_they_stand_for(tmp_path: Path, method: str) -> None:
    run = run_probed(tmp_path, PROXIES, method)
    assert (run.stdout, run.stderr) == (PROXIES_SAID, "")
    main = run.rows[0].pid
    assert {"CREATED", "WAITING", "ACQUIRED", "RELEASING", "TRY_FAILED", "TIMED_OUT"} <= set(kinds(run, "lock first"))
    assert kinds(run, "lock first")[-4:] == ["RELEASING", "WAITING", "WOKE", "RELEASE_FAILED"]
    assert [row.value for row in run.of("value total") if row.kind == "WROTE"] == [_bits(1.0), _bits(2.0)]
    queue = kinds(run, "joinable_queue jobs")
    assert (queue.count("PUTTING"), queue.count("GOT"), queue.count("TASK_DONE")) == (2, 2, 2)
    assert set(operations(run.of("joinable_queue jobs"))) == {"put", "get", "call", "join"}
    assert {"SETTING", "WAITING", "WOKE"} <= set(kinds(run, "event gate"))
    assert "event" in operations(run.of("event gate"))
    assert kinds(run, "condition turn").count("NOTIFYING") == 2
    assert "notify" in operations(run.of("condition turn"))
    assert operations(run.of("barrier meeting")) == ["barrier"] * 3
    assert kinds(run, "semaphore room").count("ACQUIRED") == 2
    assert set(operations(run.of("manager shared"))) == {"call"}
    for name in ("lock first", "value total", "joinable_queue jobs", "manager shared", "manager names"):
        assert {row.pid for row in run.of(name)} - {main}, f"{name} was not seen in a child"
        assert all(row.line for row in run.of(name)), f"a row of {name} has no line"


def _bits(value: float) -> int:
    import struct

    return int(struct.unpack("=q", struct.pack("=d", value))[0])


def test_nothing_but_what_the_program_made_is_shown(tmp_path: Path, method: str) -> None:
    run = run_probed(tmp_path, PROXIES, method)
    shown = {run.names.get(row.identity, "") for row in run.rows if row.identity}
    wanted = "manager manager,manager shared,lock first,value total,joinable_queue jobs,manager names,event gate"
    others = {"condition turn", "barrier meeting", "semaphore room", "manager nested", ""}
    assert shown == {*wanted.split(","), *others}
    nameless = {row.identity for row in run.rows if row.identity and row.identity not in run.names}
    assert len(nameless) == 1, "the inner list has no name of its own"


def test_a_manager_s_condition_is_not_held_while_it_waits(tmp_path: Path, method: str) -> None:
    run = run_probed(tmp_path, PROXIES, method)
    holders: set[int] = set()
    for row in run.of("condition turn"):
        if row.kind == "ACQUIRED":
            assert not holders
            holders.add(row.pid)
        elif row.kind == "RELEASING":
            holders.remove(row.pid)
    assert not holders


def test_the_server_is_the_manager_and_records_nothing_of_its_own(tmp_path: Path, method: str) -> None:
    run = run_probed(tmp_path, PROXIES, method)
    lines = [line.split("\t") for text in tmp_path.glob("*.t") for line in text.read_text().splitlines()]
    (server,) = {int(fields[1]) for fields in lines if fields[0] == "P" and fields[4] == "SyncManager-1"}
    assert [fields[7] for fields in lines if fields[0] == "P" and fields[1] == str(server)][-1] == "manager"
    rows = [(row.kind, run.names.get(row.identity)) for row in run.rows if row.pid == server]
    told = [
        ("BEGAN", None),
        ("BOOTED", None),
        ("WAITING", "manager manager"),
        ("WOKE", "manager manager"),
        ("EXITING", None),
    ]
    assert rows == told


QUEUES = """
import multiprocessing as mp
import queue, sys
from multiprocessing.managers import BaseManager

class Works(BaseManager):
    def __init__(self, *args):
        super().__init__(*args)

jobs = queue.Queue()
Works.register("get_jobs", callable=lambda: jobs)

class Client(BaseManager):
    pass

Client.register("get_jobs")

def work(address):
    there = Client(address, b"key")
    there.connect()
    inbox = there.get_jobs()
    inbox.put(inbox.get() + 1)

if __name__ == "__main__":
    mp.set_start_method("fork")
    works = Works(("127.0.0.1", 0), b"key")
    works.start()
    outbox = works.get_jobs()
    outbox.put(1)
    worker = mp.Process(target=work, args=(works.address,))
    worker.start()
    worker.join()
    print(outbox.get(timeout=5), worker.exitcode)
    works.shutdown()
"""


def test_a_queue_of_a_manager_s_own_is_one_in_all_processes(tmp_path: Path) -> None:
    run = run_probed(tmp_path, QUEUES)
    assert (run.stdout, run.stderr) == ("2 0\n", "")
    (identity,) = {row.identity for row in run.rows if row.kind in {"PUTTING", "GOT"}}
    assert run.names[identity] in {"queue outbox", "queue inbox"}
    rows = [row for row in run.rows if row.identity == identity]
    assert [row.kind for row in rows if row.kind in {"PUTTING", "GOT"}] == ["PUTTING", "GOT", "PUTTING", "GOT"]
    assert len({row.pid for row in rows}) == 2
    managers = {row.identity for row in run.rows if run.names.get(row.identity, "").startswith("manager ")}
    assert len(managers) == 1, "the client's manager is the same"
    assert "CREATED" not in {row.kind for row in rows}, "the queue was there before anybody asked for it"


CONNECTIONS = """
import multiprocessing as mp
import sys
from multiprocessing.connection import Client, Listener, wait

def serve(ready, path):
    with Listener(path, authkey=b"key") as door:
        ready.set()
        with door.accept() as caller:
            caller.send(caller.recv() + 1)

if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    ready = mp.Event()
    server = mp.Process(target=serve, args=(ready, "socket"), name="server")
    server.start()
    ready.wait()
    link = Client("socket", authkey=b"key")
    print(wait(iter([link]), 0.01))
    link.send(1)
    print(wait([link, server.sentinel])[0] is link, link.recv())
    server.join()
    print(wait([server.sentinel]) == [server.sentinel])
"""


def test_listeners_and_their_connections_have_names(tmp_path: Path, method: str) -> None:
    run = run_probed(tmp_path, CONNECTIONS, method)
    assert (run.stdout, run.stderr) == ("[]\nTrue 2\nTrue\n", "")
    assert operations(run.of("listener door")) == ["accept"]
    assert {"CREATED", "RECEIVED", "SENDING"} <= set(kinds(run, "pipe caller"))
    assert {"CREATED", "RECEIVED", "SENDING"} <= set(kinds(run, "pipe link"))
    polls = [row for row in run.rows if row.kind == "WAITING" and row.value & 0xFF == layout.OP_POLL]
    assert [run.names.get(row.identity) for row in polls] == ["pipe link", "pipe link", None]
    assert "TIMED_OUT" in kinds(run, "pipe link")
    shown = {run.names.get(row.identity, row.identity) for row in run.rows if row.identity}
    assert shown == {"event ready", "listener door", "pipe caller", "pipe link"}


LIFETIMES = """
import gc, multiprocessing as mp, weakref
from multiprocessing.connection import Client, Listener
if __name__ == "__main__":
    gc.disable()
    with mp.Manager() as manager:
        for make in (manager.dict, manager.Lock, manager.Queue, manager.Barrier):
            thing = make(2) if make == manager.Barrier else make()
            dead = weakref.ref(thing)
            del thing
            print(dead())
        shared = manager.dict()
        each = iter(shared)
        dead = weakref.ref(each)
        del each
        print(dead(), manager._number_of_objects())
        print(sorted(vars(manager.Namespace(x=1)._getvalue())))
"""


def test_proxies_live_as_long_as_without_the_probe(tmp_path: Path) -> None:
    run = run_probed(tmp_path, LIFETIMES)
    plain = run_plain(tmp_path)
    assert (run.stdout, run.stderr) == (plain.stdout, plain.stderr)
