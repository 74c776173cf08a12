"""``run``: a program on the screen, or headless."""

import gc
from typing import Any

import click

from playground.cli.program import ProgramCommand, live_run, options_of_a_run
from playground.cli.screen import show
from playground.errors import PlaygroundError


@click.command("run", cls=ProgramCommand)
@options_of_a_run
@click.option("--headless", is_flag=True, help="without a screen")
@click.option("--json", "as_json", is_flag=True, help="headless: one JSON object on stdout")
@click.option("--allow-spawn", is_flag=True, help="let the spawn key start more processes of your program")
@click.option("--debug", is_flag=True, help="breakpoint() in any process opens pdb on the screen")
def command(headless: bool, as_json: bool, allow_spawn: bool, debug: bool, **options: Any) -> int:
    """Run a scenario, FILE.py or -m MODULE, and watch it."""
    if as_json and not headless:
        raise PlaygroundError("--json goes with --headless")
    if debug and headless:
        raise PlaygroundError("--debug needs a person before a screen; leave out --headless")
    options["debug"] = debug
    if not headless:
        gc.disable()  # as ``show`` does, for what a run imports
    run = live_run(options, options["timeout"], headless=headless, allow_spawn=allow_spawn)
    if not headless:
        return show(run)
    from playground.headless import run_headless

    return run_headless(run, as_json=as_json)
