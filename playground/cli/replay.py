"""``replay``: a recording on the screen, or its summary."""

import sys
from pathlib import Path

import click

from playground.cli.named import named_recording
from playground.cli.needs import need_terminal
from playground.cli.screen import show


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
    replay = Replay(path, at_once=headless)
    for notice in replay.notices if headless else ():
        print(f"mp-playground: {notice}", file=sys.stderr)
    if headless:
        tell(replay, replay.summary, as_json=as_json)
        return 0
    return show(replay)
