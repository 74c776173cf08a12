"""The commands, a module for each. Textual is imported only when there is a screen to show."""

from playground.cli.entry import run_command_line

__all__ = ["run_command_line"]
