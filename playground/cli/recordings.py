"""``recordings``: what has been recorded."""

import json
import sys

import click

from playground.errors import PlaygroundError


@click.command("recordings")
@click.option("--json", "as_json", is_flag=True, help="an array of objects")
@click.option(
    "--prune", is_flag=True, help="delete what nobody keeps and is too old or too much, as settings.json says"
)
def command(as_json: bool, prune: bool) -> int:
    """List what has been recorded."""
    from datetime import datetime

    from playground import recording, settings
    from playground.listing import as_object, line

    if prune:
        kept = settings.load()
        if not kept.sound:
            raise PlaygroundError(f"nothing is deleted: {kept.problem}")
        gone = recording.prune(recording.Limits(kept.settings.recordings_days, kept.settings.recordings_mib))
        print(f"mp-playground: {len(gone)} recordings deleted", file=sys.stderr)
    entries = recording.Library().entries()
    if as_json:
        click.echo(json.dumps([as_object(entry) for entry in entries]))
        return 0
    now, count = datetime.now().astimezone(), 0
    for count, entry in enumerate(entries, 1):  # noqa: B007  # told below
        click.echo(line(entry, now))
    if not count:
        print(f"mp-playground: no recordings in {recording.directory()}; run something first", file=sys.stderr)
    return 0
