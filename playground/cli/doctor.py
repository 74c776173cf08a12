"""``doctor``: what works on this machine."""

import click


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="one JSON object on stdout")
def command(as_json: bool) -> int:
    """Say what works on this machine; exit with 1 when something that is needed does not."""
    from playground.doctor import examine

    return examine(as_json=as_json)
