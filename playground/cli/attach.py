"""``attach``: a program that runs already."""

from pathlib import Path

import click

from playground.cli.needs import need_linux, need_terminal
from playground.cli.screen import show
from playground.errors import PlaygroundError


@click.command("attach")
@click.option("--headless", is_flag=True, help="say what it waits for, and leave it alone")
@click.option("--json", "as_json", is_flag=True, help="headless: one JSON object on stdout")
@click.option("--timeout", type=click.FloatRange(0), default=0, help="headless: seconds to watch it, at least 1.5")
@click.option("--record", type=click.Path(path_type=Path), help="where to keep the recording")
@click.option("--no-record", is_flag=True, help="keep no recording")
@click.argument("pid", type=click.IntRange(1))
def command(pid: int, headless: bool, as_json: bool, timeout: float, record: Path | None, no_record: bool) -> int:
    """Watch a program that runs already, for instance one that hangs (Linux)."""
    need_linux()
    from playground import recording
    from playground.attach import Attached
    from playground.headless import run_headless

    if as_json and not headless:
        raise PlaygroundError("--json goes with --headless")
    if not headless:
        need_terminal()
    path = None if no_record else record or recording.new_path(f"pid-{pid}")
    run = Attached(pid, path, end_when_judged=headless, watch_s=timeout)
    return run_headless(run, as_json=as_json) if headless else show(run)
