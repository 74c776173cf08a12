"""Names, output and files that try to command the terminal or to break the markup: shown, never obeyed."""

import os
from pathlib import Path

import pytest

from playground.history import RunInfo
from playground.history.batch import Batch, ProcessDefinition, ResourceDefinition, SiteDefinition, TextDefinition
from playground.live import LiveRun, RunOptions
from playground.probe import layout
from playground.recording import Writer
from playground.target import file_target
from tests.ui.driving import driven
from tests.ui.escapes import Escapes
from tests.ui.terminal import Terminal

EVIL = "[red]x[/]\x1b]52;c;AAAA\x07\x1b]0;title\x07\x1b[2J\x1b[5;8m\x9b31m\x9d0;x\x9c\u202eevil\u200b\x1bP1\x1b\\\x07[/"
"""For where there may be no NUL, no line end and no half of a surrogate pair."""
WORSE = EVIL + "\x00\n\r\t\u2028\ud800"
IN_PATHS = EVIL.replace("/", "|")

PROGRAM = """# EVIL: in the source itself
import logging, multiprocessing as mp, os, sys, threading, time
from multiprocessing import shared_memory
from playground import mark
WORSE = os.environ["MPP_TEST_WORSE"].encode("ascii").decode("unicode_escape")
here = mp.Lock()
def named(lock):
    with lock: time.sleep(0.05)
named.__code__ = named.__code__.replace(co_name=WORSE[:60], co_filename="/tmp/" + WORSE.replace("\\0", "") + ".py")
def work(lock):
    named(lock)
    logging.getLogger(WORSE).error(WORSE)
    raise ValueError(WORSE)
def fail(): raise KeyError(WORSE)
def stay(): time.sleep(30)
if __name__ == "__main__":
    block = shared_memory.SharedMemory("psm_\\x1b]0;mine\\x07[red", create=True, size=8)
    for name in (WORSE, "[/]", "a" * 100_000 + WORSE, "wide 日本"):
        mp.Process(target=stay, name=name, daemon=True).start()
    with here: failing = mp.Process(target=work, args=(here,), name=WORSE); failing.start(); time.sleep(0.05)
    failing.join()
    threading.Thread(target=fail, name=WORSE).start()
    mark(WORSE)
    time.sleep(0.5)  # so that the tracebacks come first
    print(WORSE.encode("utf-8", "replace").decode(), sys.argv[1:], os.environ["MPP_TEST_EVIL"], os.getcwd(), flush=True)
    sys.stderr.buffer.write(WORSE.encode("utf-8", "surrogatepass") + b"\\xff\\xfe raw\\n"); sys.stderr.flush()
    block.unlink()
    time.sleep(0.1)
    print("that was all", flush=True)
    if "stay" in sys.argv: time.sleep(30)
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a program; nothing about it is harmless."""
    monkeypatch.setenv("MPP_TEST_WORSE", WORSE.encode("unicode_escape").decode("ascii"))
    monkeypatch.setenv("MPP_TEST_EVIL", EVIL)
    monkeypatch.setenv("MP_PLAYGROUND_DATA", str(tmp_path / f"data{IN_PATHS}"))
    here = tmp_path / f"work{IN_PATHS}"
    here.mkdir()
    (here / f"{IN_PATHS}.py").write_text(PROGRAM.replace("EVIL:", EVIL), encoding="utf-8")
    monkeypatch.chdir(here)
    return here


def harmless(terminal: Terminal) -> None:
    """Fail when anything that is not ours reached the terminal, or is left in it."""
    escapes = Escapes().feed(terminal.read())
    assert set(escapes.alien) == set()
    assert escapes.dirty == []
    terminal.close()


@pytest.mark.usefixtures("place")
def test_a_hostile_program_live_in_the_gallery_and_in_a_replay() -> None:
    terminal = Terminal("run", f"{IN_PATHS}.py", EVIL, "stay", size=(160, 45))
    terminal.shows("thread [red]x[/]")
    terminal.press("p", "that was all", since=0)  # a new finding may turn the pages too
    for keys in ("p", "p", "?", "?", "i", "z", "z", "\x1b[B", "\x1b[B"):
        terminal.type(keys)
        terminal.settles()
    terminal.type("Q")
    assert terminal.ended() == 130
    harmless(terminal)

    terminal = Terminal(size=(160, 45))
    terminal.shows("how many greet")
    terminal.type("r")
    terminal.shows("52;c;AAAA")
    terminal.type("\x11")
    assert terminal.ended() == 0
    harmless(terminal)

    terminal = Terminal("replay", size=(160, 45))
    terminal.shows("REPLAY")
    for keys in ("\x1b[F", "p", "p", "p"):
        terminal.type(keys)
        terminal.settles()
    assert b"52;c;AAAA" in terminal.written
    terminal.type("\x11")
    assert terminal.ended() == 0
    harmless(terminal)

    for arguments in (("replay", "--headless"), ("recordings",)):
        terminal = Terminal(*arguments)
        assert terminal.ended() == 0
        assert b"52;c;AAAA" in terminal.written or arguments == ("recordings",)
        harmless(terminal)


@pytest.mark.parametrize(
    "arguments",
    [("run", f"{EVIL}.py"), ("run", EVIL), ("run", "-p", f"{EVIL}={EVIL}", "hello"), (EVIL,), ("replay", EVIL)],
)
def test_hostile_arguments_are_refused_harmlessly(arguments: tuple[str, ...]) -> None:
    terminal = Terminal(*arguments)
    assert terminal.ended() == 2
    assert b"mp-playground: " in terminal.written
    harmless(terminal)


def test_a_hostile_recording(tmp_path: Path) -> None:
    path = tmp_path / f"{IN_PATHS}.mpr.jsonl"
    info = RunInfo(
        *(EVIL, EVIL, {EVIL: EVIL}, (EVIL,), EVIL, EVIL + "\n\x1b[2J", EVIL),
        *({EVIL: 1.0}, {EVIL: 1}, EVIL, EVIL, EVIL),
    )
    writer = Writer(path, info)
    batch = Batch()
    batch.definitions += [
        ProcessDefinition(0, 1, 1, 0, EVIL, EVIL, False, EVIL),
        SiteDefinition(1, EVIL, 1, EVIL),
        ResourceDefinition(1, EVIL, EVIL, 0, 1, 1, EVIL),
        TextDefinition(1, EVIL + "\n\x1b[2J"),
        TextDefinition(2, f"3 {EVIL.split()[0]}\n{EVIL}\n\x1b[2J"),
    ]
    for number, kind in enumerate((layout.STDOUT, layout.MARK, layout.REPORT, layout.RAISED, layout.NOTICE)):
        batch.add((number * 1000, 0, layout.MAIN_THREAD, kind, 1, 1, 1))
    batch.add((9000, 0, layout.MAIN_THREAD, layout.MEASURED, 0, 0, 2))
    writer.append(batch)
    writer.finish({"verdict": EVIL, "outcome": EVIL, "duration_s": 1.0})
    terminal = Terminal("replay", str(path))
    terminal.shows("REPLAY")
    terminal.type("\x1b[F")
    terminal.shows("]52;c;AAAA")
    terminal.type("ppq")
    assert terminal.ended() == 0
    harmless(terminal)
    terminal = Terminal("replay", "--headless", str(path))
    assert terminal.ended() == 0
    harmless(terminal)


async def test_hostile_names_and_output_are_shown_as_they_are(place: Path) -> None:
    run = LiveRun(file_target(f"{IN_PATHS}.py", ["stay"], None), RunOptions())
    async with driven(run, size=(160, 45)) as app:
        await app.shows("of main ended by KeyError")
        while "that was all" not in app.text:
            await app.press("p")
        await app.shows("that was all", "[red]x[/]␛", "␛]52;c;AAAA␇␛]0;title␇", "\\u202eevil")
        lines = app.text
        assert not [c for c in lines if ord(c) < 32 and c != "\n"]
        assert not [c for c in lines if 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 or c in "\u202e\u2028"]
        assert lines.count("\n") == 44
        await app.press("p", "p", "z", "z", "down", "down", "down", "s")
        await app.shows("suspended")
    assert os.getcwd() == str(place)
