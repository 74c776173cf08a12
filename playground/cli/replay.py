"""``replay``: a recording on the screen, or its summary."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from playground.cli.named import named_recording
from playground.cli.needs import need_terminal
from playground.cli.screen import show
from playground.text import clean

if TYPE_CHECKING:
    from playground.replay import Replay


@click.command("replay")
@click.option("--headless", is_flag=True, help="print the summary only")
@click.option("--json", "as_json", is_flag=True, help="headless: one JSON object on stdout")
@click.argument("file", required=False, type=click.Path(path_type=Path))
def command(file: Path | None, headless: bool, as_json: bool) -> int:
    """Replay a recording; the newest without FILE."""
    from playground.headless import tell
    from playground.replay import Replay

    path = named_recording(file)
    if not headless:
        need_terminal()
    replay = Replay(path, at_once=False)
    if not headless:
        return show(replay)
    _read_whole(replay, path)
    for notice in replay.notices:
        print(f"mp-playground: {notice}", file=sys.stderr)
    tell(replay, replay.summary, as_json=as_json)
    return 0


def _read_whole(replay: "Replay", path: Path) -> None:
    """Read all of a recording, and say how far that is when it takes long."""
    from playground.so_far import SoFar

    telling = SoFar(f"reading {clean(path.name, 80)}")
    try:
        while not replay.whole:
            replay.tick()
            telling(replay.share_read)
    finally:
        telling.done()
