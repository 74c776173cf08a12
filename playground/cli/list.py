"""``list``: the scenarios."""

import json

import click


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="an array of objects")
def command(as_json: bool) -> int:
    """List the scenarios, yours too, and the items that are none."""
    from playground.catalogue.discovery import with_own
    from playground.catalogue.yours import describe_all
    from scenarios import LEFT_OUT

    known = with_own(describe_all())
    if as_json:
        click.echo(json.dumps([each.describe() for each in known]))
        return 0
    for each in known:
        said = f"cannot be run: {each.problem}" if each.problem else f"{each.title}  [{', '.join(each.covers)}]"
        click.echo(f"{each.name:44} {said}".removesuffix("  []"))
    for item, why in LEFT_OUT.items():
        click.echo(f"{item:44} {why}")
    return 0
