"""A recorded program of several files is replayed with the texts of all of them."""

import sys
from pathlib import Path

from playground.recording import open_recording
from playground.replay import Replay
from tests.processes.commands import within

MAIN = """\
import multiprocessing as mp
import helper

if __name__ == "__main__":
    gate = mp.Lock()
    child = mp.Process(target=helper.work, args=(gate,))
    child.start()
    child.join()
"""
HELPER = """\
def work(gate):
    with gate:
        print("in the helper")
"""


def test_what_the_program_was_made_of_is_in_its_recording(tmp_path: Path) -> None:
    for name, text in {"main.py": MAIN, "helper.py": HELPER}.items():
        (tmp_path / name).write_text(text)
    command = [sys.executable, "-m", "playground", "run", "--headless", "--record", "a.mpr.jsonl", "main.py"]
    done = within(60)(command, tmp_path)
    assert done.returncode == 0, done.stderr
    for name in ("main.py", "helper.py"):
        (tmp_path / name).unlink()
    history = Replay(tmp_path / "a.mpr.jsonl").history
    assert history.files == {str(tmp_path / "helper.py"): HELPER}
    assert open_recording(tmp_path / "a.mpr.jsonl").info.source == MAIN
