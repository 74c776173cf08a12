"""``diff``: what differs between two recordings."""

from pathlib import Path

import click

from playground.cli.named import named_recording


@click.command("diff")
@click.option("--json", "as_json", is_flag=True, help="one JSON object on stdout")
@click.argument("one", type=click.Path(path_type=Path))
@click.argument("other", type=click.Path(path_type=Path))
def command(one: Path, other: Path, as_json: bool) -> int:
    """Say what differs between two recordings, or two summaries as JSON."""
    from playground.comparison.diff import run_diff

    return run_diff(named_recording(one), named_recording(other), as_json=as_json)
