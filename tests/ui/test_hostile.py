"""Names and output that try to command the terminal or to break the markup: shown, never obeyed."""

from pathlib import Path

from playground.live import LiveRun, RunOptions
from playground.target import file_target
from tests.ui.driving import driven

PROGRAM = r"""
import multiprocessing as mp, sys, time
def work(): time.sleep(30)
if __name__ == "__main__":
    for name in ("[red]x[/", "[/]", "\x1b]52;c;AAAA\x07", "‮evil", "wide 日本", "a" * 5000, "\ud800"):
        mp.Process(target=work, name=name, daemon=True).start()
    print("\x1b]0;title\x07\x1b[2J\x9b31m [bold]output[/]", flush=True)
    sys.stdout.buffer.write(b"\xff\xfe raw\n"); sys.stdout.flush()
    print("done", flush=True)
    time.sleep(30)
"""


async def test_hostile_names_and_output_are_harmless(tmp_path: Path) -> None:
    path = tmp_path / "[bold]program.py"
    path.write_text(PROGRAM)
    async with driven(LiveRun(file_target(str(path), [], None), RunOptions()), size=(160, 45)) as app:
        await app.shows("done", "[red]x[/", "[bold]output[/]", "␛]52;c;AAAA␇", "␛]0;title␇", "\\u202eevil")
        text = app.text
        assert not [c for c in text if ord(c) < 32 and c != "\n"]
        assert not [c for c in text if 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 or c in "\u202e\u2028"]
        await app.press("p", "p", "z", "z", "down", "down", "down", "s")
        await app.shows("suspended")
