"""Our own streams: a reader that goes, no room, closed streams, a slow reader; and the start in the background."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import wait_for

COMMAND = [sys.executable, "-m", "playground", "run", "--headless", "--no-record", "--timeout", "60"]
FLOOD = """
import sys
try:
    while True:
        sys.stdout.write("y\\n" * 1000)
except BrokenPipeError:
    sys.stderr.write("nobody reads\\n")
    sys.exit(9)
"""
MUCH = "import sys; sys.stdout.write('y\\n' * 3_000_000); sys.exit(3)"


def script(directory: Path, text: str) -> str:
    path = directory / "program.py"
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize("command", [[sys.executable], COMMAND])
def test_a_program_learns_that_its_reader_has_gone(command: list[str], tmp_path: Path) -> None:
    running = subprocess.Popen([*command, script(tmp_path, FLOOD)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert running.stdout is not None
    assert running.stdout.readline() == b"y\n"
    running.stdout.close()
    running.stdout = None
    _, error = running.communicate(timeout=60)
    assert error.startswith(b"nobody reads\n")
    assert running.returncode == 9


def test_a_slow_reader_gets_everything_and_the_program_waits_for_it(tmp_path: Path) -> None:
    running = subprocess.Popen([*COMMAND, script(tmp_path, MUCH)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert running.stdout is not None
    digest, size = hashlib.sha256(), 0
    while data := running.stdout.read(100_000):
        digest.update(data)
        size += len(data)
    running.stdout.close()
    assert running.wait(60) == 3
    assert size == 6_000_000
    assert digest.digest() == hashlib.sha256(b"y\n" * 3_000_000).digest()


def test_a_reader_that_does_not_read_keeps_nobody_from_ending_the_run(tmp_path: Path) -> None:
    started = tmp_path / "started"
    program = f"open({str(started)!r}, 'w').close()\n" + MUCH
    running = subprocess.Popen([*COMMAND, script(tmp_path, program)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_for(started.exists, 20)
    running.terminate()
    assert running.wait(20) == 128 + signal.SIGTERM
    running.communicate()


def test_no_room_for_the_output_is_said_and_the_program_goes_on(tmp_path: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, script(tmp_path, "print('x', flush=True)")], stdout=full, stderr=-1, timeout=60, check=False
        )
    assert b"could not be written: No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr


def test_no_room_for_the_summary_is_one_line(tmp_path: Path) -> None:
    with open("/dev/full", "wb") as full:
        command = [*COMMAND, "--json", script(tmp_path, "")]
        done = subprocess.run(command, stdout=full, stderr=-1, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr.decode().splitlines() == [
        "mp-playground: the summary could not be written: No space left on device; it is in the recording"
    ]


@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (0, 1, 2)])
def test_streams_that_are_closed_are_no_others(closed: tuple[int, ...], tmp_path: Path) -> None:
    shell = f'exec "$@" {" ".join(f"{number}>&-" for number in closed)}'
    command = ["sh", "-c", shell, "sh", *COMMAND, script(tmp_path, "print('told'); raise SystemExit(4)")]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert done.returncode == 4
    assert done.stdout == (b"" if 1 in closed else b"told\n")
    assert (done.stderr == b"") == (2 in closed)


def test_a_program_started_in_the_background_has_its_signals_at_their_defaults(tmp_path: Path) -> None:
    """A shell lets its background commands ignore SIGINT; the program is to be stopped by ctrl+c all the same."""
    program = "import signal; print(signal.getsignal(signal.SIGINT).__name__, signal.getsignal(signal.SIGHUP))"
    command = ["sh", "-c", 'trap "" HUP; "$@" & wait $!', "sh", *COMMAND, script(tmp_path, program)]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert done.stdout == b"default_int_handler 0\n"


def test_an_interrupt_of_the_program_by_itself_is_no_interrupt_of_ours(tmp_path: Path) -> None:
    path = script(tmp_path, "raise KeyboardInterrupt")
    check = [sys.executable, "-m", "playground", "check", "--json", path]
    done = subprocess.run(check, capture_output=True, timeout=60, check=False)
    summary = json.loads(done.stdout)
    assert (done.returncode, summary["exitcode"], summary["outcome"]) == (1, -signal.SIGINT, "failed")
    assert summary["verdict"] == "the program was ended by SIGINT"


def test_a_check_that_takes_too_long_says_what_everybody_waits_for(tmp_path: Path) -> None:
    program = (
        "import multiprocessing as mp, time\n"
        "if __name__ == '__main__':\n"
        "    child = mp.Process(target=time.sleep, args=(60,), name='napper')\n"
        "    child.start()\n"
        "    child.join()\n"
    )
    check = [sys.executable, "-m", "playground", "check", "--timeout", "1", script(tmp_path, program)]
    done = subprocess.run(check, capture_output=True, timeout=60, check=False, env={**os.environ, "NO_COLOR": "1"})
    assert done.returncode == 1
    told = done.stderr.decode()
    assert told.startswith("✗ timed out after 1.0")
    assert "main waits for napper to end (program.py:5)" in told
    assert "napper sleeps" in told
