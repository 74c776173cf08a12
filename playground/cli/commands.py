"""The commands by name, and what is done without one: the gallery."""

import sys
from contextlib import suppress
from importlib import import_module

import click

from playground import __version__
from playground.cli.needs import need_linux, need_terminal
from playground.cli.screen import show
from playground.errors import PlaygroundError

_NAMES = ["attach", "board", "check", "diff", "doctor", "export", "list", "new", "recordings", "replay", "run"]


class _Commands(click.Group):
    """Each command is the ``command`` of the module of its name, which is imported when it is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click gives it
        """All names, in the order of the help."""
        return _NAMES

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click gives it
        """The command of a name; None when there is none."""
        if cmd_name not in _NAMES:
            return None
        found: click.Command = import_module(f"playground.cli.{cmd_name}").command
        return found


@click.group(cls=_Commands, invoke_without_command=True)
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def commands(context: click.Context) -> int | None:
    """See, break and replay real multiprocessing programs. Without a command: the gallery."""
    if sys.platform == "win32":
        raise PlaygroundError("this runs on Linux, not on Windows")
    if context.invoked_subcommand is not None:
        return None
    need_linux()
    need_terminal()
    from playground.warden.client import Warden

    warden = None
    with suppress(OSError):  # the gallery opens without it, tries once more, and says what is wrong
        warden = Warden()
    return show(warden)
