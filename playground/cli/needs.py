"""What the commands need of the system and of the terminal; each is refused in one line."""

import os
import sys
from contextlib import suppress

import click

from playground.errors import PlaygroundError


def need_linux() -> None:
    """What a run needs of the system is Linux's alone: see ``playground/warden/kernel.py``."""
    if sys.platform != "linux":
        raise PlaygroundError(
            f"programs are run on Linux only, not on {sys.platform}; list, recordings and replay do without"
        )


def need_terminal() -> None:
    """A screen can be shown only where a person sees it."""
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise PlaygroundError("a screen needs a terminal on stdin, stdout and stderr; use --headless")
    if os.environ.get("TERM", "") in {"", "dumb", "unknown"}:
        raise PlaygroundError(f"TERM={os.environ.get('TERM', '')!r} cannot show a screen; use --headless")


def tell_of_background() -> None:
    """Say why nothing will be drawn: the system stops whoever changes a terminal that another job has."""
    with suppress(OSError):
        if os.tcgetpgrp(0) != os.getpgrp():
            click.echo(
                "mp-playground: another job has the terminal, so nothing is drawn until this one is in the foreground: "
                "`fg` in the shell; after `timeout`, say `timeout --foreground`",
                err=True,
            )
