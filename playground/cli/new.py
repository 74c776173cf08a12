"""``new``: the start of a scenario."""

import click


@click.command("new")
@click.argument("name")
def command(name: str) -> int:
    """Write the start of a scenario of your own to NAME.py; it is never overwritten."""
    from playground.catalogue.new import what_next, write_start

    click.echo(what_next(write_start(name)))
    return 0
