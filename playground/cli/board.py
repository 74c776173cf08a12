"""``board``: what was run so far."""

import json

import click


@click.command("board")
@click.option("--json", "as_json", is_flag=True, help="one JSON object")
def command(as_json: bool) -> int:
    """Tell what you have run so far, and what it said."""
    from playground.catalogue import board, progress
    from playground.catalogue.discovery import with_own
    from playground.catalogue.yours import describe_all

    known, seen = with_own(describe_all()), progress.load()
    if as_json:
        click.echo(json.dumps(board.described(known, seen)))
    else:
        click.echo("\n".join(board.told(known, seen)))
    return 0
