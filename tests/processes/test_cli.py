"""The command line: streams, exit codes, bad input, and nothing left behind whatever ends it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from playground.recording import change_notes, directory
from tests.conftest import wait_for
from tests.unit.pairs import BROKEN, put

COMMAND = [sys.executable, "-m", "playground"]


def playground(*arguments: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    settings = {"capture_output": True, "timeout": 60, "check": False, "stdin": subprocess.DEVNULL, **options}
    return subprocess.run([*COMMAND, *arguments], **settings)  # type: ignore[call-overload, no-any-return]  # test's options


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "lost_updat"], "did you mean sharing/lost_update"),
        (
            ["run", "--headless", "-p", "workers=99", "lost_update"],
            "workers=99: workers takes a whole number from 2 to 64",
        ),
        (["run", "--headless", "-p", "worker=3", "lost_update"], "did you mean workers"),
        (["run", "--headless", "lost_update", "stray"], "options go before the name"),
        (
            ["run", "--headless", "--python", "python3", "hello"],
            "runs with the Python of mp-playground",
        ),
        (["run", "--headless", "--start-method", "spwan", "hello"], "choose fork, spawn, forkserver"),
        (["run", "--headless", "missing.py"], "cannot read missing.py: No such file"),
        (["run", "--headless", "-m"], "-m needs the name of a module"),
        (["run", "--json", "hello"], "--json goes with --headless"),
        (["run", "--nonsense", "hello"], "No such option"),
        (["run", "hello"], "a screen needs a terminal"),
        ([], "a screen needs a terminal"),
        (["replay", "--headless", "missing.jsonl"], "cannot read missing.jsonl"),
        (["replay", "--headless", "/"], "is a directory"),
        (["replay", "--headless"], "no recordings"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(arguments: list[str], says: str, tmp_path: Path) -> None:
    done = playground(*arguments, cwd=tmp_path)
    text = done.stderr.decode()
    assert (done.returncode, done.stdout) == (2, b""), text
    assert says in text
    assert len(text.splitlines()) == 1


@pytest.mark.parametrize("content", [b"", b"garbage\n", b'{"mpr":[9,0],"info":{}}\n["C",0,0,0]\n', b"\x00\xff" * 400])
def test_what_is_no_recording_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "no.mpr.jsonl"
    path.write_bytes(content)
    done = playground("replay", "--headless", "--json", str(path))
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("import sys; sys.exit(3)", 3),
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", 128 + 15),
        ("1 / 0", 1),
        ("import time; time.sleep(60)", 124),
        ("def broken(:\n  pass", 1),
    ],
)
def test_the_exit_code_is_the_programs_own(program: str, code: int, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(program)
    assert playground("run", "--headless", "--timeout", "1.5", str(path)).returncode == code


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["-p", "hold_ms=30", "two_locks_deadlock"], 1),
        (["-p", "hold_ms=30", "-p", "variant=fixed", "two_locks_deadlock"], 0),
        (["-p", "gap_ms=1", "--json", "lost_update"], 1),
        (["-p", "work_ms=50", "daemon_shutdown"], 0),
        (["fails.py", "--its", "own"], 1),
        (["raises.py"], 1),
        (["--timeout", "0.5", "sleeps.py"], 1),
        (["works.py"], 0),
        (["killed.py"], 0),
        (["--fail-on", "warning", "killed.py"], 1),
        (["--fail-on", "warning", "works.py"], 0),
        (["missing.py"], 2),
        (["--fail-on", "nothing", "works.py"], 2),
        (["--timeout", "0", "works.py"], 2),
    ],
)
def test_check_says_by_its_exit_code_whether_something_is_wrong(
    arguments: list[str], code: int, tmp_path: Path
) -> None:
    programs = {
        "fails.py": "import sys; sys.exit(3)",
        "raises.py": "1 / 0",
        "sleeps.py": "import time; time.sleep(60)",
        "killed.py": "import multiprocessing as mp, signal\nif __name__ == '__main__':\n"
        "    p = mp.Process(target=signal.raise_signal, args=(9,)); p.start(); p.join()",
        "works.py": "import multiprocessing as mp\nif __name__ == '__main__': print(mp.Pool(2).map(abs, [-1, 2]))",
    }
    for name, text in programs.items():
        (tmp_path / name).write_text(text)
    done = playground("check", *arguments, cwd=tmp_path)
    assert done.returncode == code, done.stderr.decode()
    if code < 2 and "--json" not in arguments:
        assert ("✓" if code == 0 else "✗") in {line[:1] for line in done.stderr.decode().splitlines()}
    if "--json" in arguments:
        assert json.loads(done.stdout)["findings"][0]["kind"] == "lost_update"


def test_output_passes_through_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text("import sys\nsys.stdout.buffer.write(bytes(range(256)) * 999)\nsys.stderr.write('to stderr')\n")
    done = playground("run", "--headless", str(path))
    assert done.stdout == bytes(range(256)) * 999
    assert b"to stderr" in done.stderr
    with_json = playground("run", "--headless", "--json", str(path))
    assert bytes(range(256)) * 999 in with_json.stderr
    assert json.loads(with_json.stdout)["outcome"] == "finished"


def test_arguments_after_the_target_are_the_programs_own(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text("import sys; print(sys.argv[1:])")
    assert (
        playground("run", "--headless", str(path), "--json", "-p", "x", "-h").stdout == b"['--json', '-p', 'x', '-h']\n"
    )


def test_listing_imports_no_screen() -> None:
    program = (
        "import sys; from playground.cli import run_command_line as r; r(['list']); assert 'textual' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, capture_output=True).returncode == 0


HANGS = """
import multiprocessing as mp, os, sys, time
def wait(lock, event):
    with lock:
        event.wait()
if __name__ == "__main__":
    lock, event = mp.Lock(), mp.Event()
    for i in range(3): mp.Process(target=wait, args=(lock, event)).start()
    open(sys.argv[1], "w").write("up")
    time.sleep(600)
"""


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_nothing_is_left_when_the_playground_is_ended(ending: signal.Signals, tmp_path: Path) -> None:
    path, up = tmp_path / "program.py", tmp_path / "up"
    path.write_text(HANGS)
    process = subprocess.Popen(
        [*COMMAND, "run", "--headless", str(path), str(up)], stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    )
    wait_for(up.exists, 20)
    os.kill(process.pid, ending)
    assert process.wait(10) == (-ending if ending == signal.SIGKILL else 128 + ending)


def test_a_terminated_run_tells_its_summary_and_closes_its_recording(tmp_path: Path) -> None:
    path, up = tmp_path / "program.py", tmp_path / "up"
    path.write_text(HANGS)
    command = [*COMMAND, "run", "--headless", "--json", str(path), str(up)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    wait_for(up.exists, 20)
    process.terminate()
    told, _ = process.communicate(timeout=20)
    summary = json.loads(told)
    assert (process.returncode, summary["outcome"]) == (128 + signal.SIGTERM, "stopped")
    again = json.loads(playground("replay", "--headless", "--json", summary["recording"]).stdout)
    assert again["outcome"] == "stopped"


SERVES = """
import multiprocessing as mp, os, signal, sys, time
def end(signum, frame):
    worker.terminate()
    worker.join()
    os.unlink(sys.argv[1])
    print("in good order", worker.exitcode, flush=True)
    sys.exit(7)
def ignore(signum, frame):
    print("not yet", flush=True)
if __name__ == "__main__":
    worker = mp.Process(target=time.sleep, args=(600,))
    worker.start()
    signal.signal(signal.SIGTERM, end if sys.argv[2] == "end" else ignore)
    open(sys.argv[1], "w").write("up")
    while True:
        time.sleep(600)
"""


@pytest.mark.parametrize(
    ("does", "says", "code"),
    [("end", b"in good order -15\n", 7), pytest.param("ignore", b"not yet\n", 130, marks=pytest.mark.thorough)],
)
def test_who_handles_sigterm_may_end_in_good_order(does: str, says: bytes, code: int, tmp_path: Path) -> None:
    path, up = tmp_path / "program.py", tmp_path / "up"
    path.write_text(SERVES)
    command = [*COMMAND, "run", "--headless", "--json", "--no-record", str(path), str(up), does]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    wait_for(lambda: up.exists() and up.read_text() == "up", 20)
    process.terminate()
    told, said = process.communicate(timeout=20)
    summary = json.loads(told)
    assert says in said
    assert up.exists() == (does == "ignore")
    assert (process.returncode, summary["outcome"]) == (128 + signal.SIGTERM, "stopped")
    assert (summary["exitcode"], summary["findings"]) == (code, [])


def test_recordings_are_listed_and_pruned_as_the_settings_say(tmp_path: Path) -> None:
    none = playground("recordings")
    assert (none.returncode, none.stdout) == (0, b"")
    assert b"run something first" in none.stderr
    kept, old = (put(directory(), name, BROKEN, "broken") for name in ("kept", "old"))
    change_notes(kept, lambda notes: notes.titled("the one").with_bookmark(5, "here"))
    for path in (kept, old):
        os.utime(path, (1, 1))
    told = {Path(each["path"]).name: each for each in json.loads(playground("recordings", "--json").stdout)}
    assert told["kept.mpr.jsonl"]["title"] == "the one"
    assert told["kept.mpr.jsonl"]["bookmarks"] == [{"t": 5, "note": "here"}]
    assert (told["old.mpr.jsonl"]["variant"], told["old.mpr.jsonl"]["problem"]) == ("broken", "")
    settings = tmp_path / "config" / "settings.json"
    settings.parent.mkdir()
    settings.write_text('{"recordings_days": "never"}')
    refused = playground("recordings", "--prune")
    assert refused.returncode == 2
    assert b"nothing is deleted" in refused.stderr
    settings.write_text('{"recordings_days": 0}')
    assert b"0 recordings deleted" in playground("recordings", "--prune").stderr
    settings.unlink()
    listed = playground("recordings", "--prune")
    assert b"1 recordings deleted" in listed.stderr
    assert listed.stdout.startswith(b"kept.mpr.jsonl  the one  ")


def test_an_interrupt_reaches_the_program_and_ends_the_run(tmp_path: Path) -> None:
    path, up = tmp_path / "program.py", tmp_path / "up"
    path.write_text("import sys, time\nopen(sys.argv[1], 'w').close()\ntime.sleep(60)\n")
    process = subprocess.Popen(
        [*COMMAND, "run", "--headless", str(path), str(up)], stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    wait_for(up.exists, 20)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"KeyboardInterrupt" in error
    assert time.monotonic() - began < 20
