"""``check``: a program's verdict as an exit code, for CI."""

from typing import Any

import click

from playground.cli.program import ProgramCommand, live_run, options_of_a_run

_LIMIT_S = 60.0
"""How long a checked program may take unless more is asked for."""


@click.command("check", cls=ProgramCommand)
@options_of_a_run
@click.option("--json", "as_json", is_flag=True, help="one JSON object on stdout")
@click.option("--fail-on", type=click.Choice(["error", "warning"]), default="error", show_default=True)
def command(as_json: bool, fail_on: str, **options: Any) -> int:
    """Run a scenario, FILE.py or -m MODULE without a screen; exit with 1 when something is wrong with it."""
    run = live_run(options, options["timeout"] or _LIMIT_S, headless=True, allow_spawn=False)
    from playground.headless import run_headless

    return run_headless(run, as_json=as_json, fail_on=fail_on)
