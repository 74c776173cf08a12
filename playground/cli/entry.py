"""From the words of a command line to an exit code: streams that can be written to, errors in one line."""

import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

import click

from playground.cli.commands import commands
from playground.errors import PlaygroundError
from playground.text import clean

_LONGEST = 600
"""Characters of an error: what was given may be of any length."""


def run_command_line(arguments: Sequence[str]) -> int:
    """Run a command; returns the exit code. Errors are one line on stderr."""
    _open_streams()
    try:
        _refuse_what_cannot_be(arguments)
        code = commands.main([*arguments], prog_name="mp-playground", standalone_mode=False)
        return int(code or 0)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.ClickException as error:
        return _complain(error.format_message(), 2)
    except PlaygroundError as error:
        return _complain(str(error), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except MemoryError:
        return _complain("there is not enough memory for this; free some, or take a smaller recording", 2)
    except OSError as error:
        what = f" ({error.filename})" if error.filename else ""
        return _complain(f"the system refused{what}: {error.strerror}; make room or raise the limit, then try again", 2)


def _refuse_what_cannot_be(arguments: Sequence[str]) -> None:
    if not os.path.isfile(__file__):
        raise PlaygroundError("it cannot be run from an archive: programs load the probe from files; pip install it")
    if any("\0" in argument for argument in arguments):
        raise PlaygroundError("an argument has a NUL in it; leave it out")


def _open_streams() -> None:
    """Open what of the three streams was closed: no other file may get their numbers. Escape what they cannot carry."""
    for number, mode in ((0, "r"), (1, "w"), (2, "w")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
            setattr(sys, ("stdin", "stdout", "stderr")[number], os.fdopen(number, mode, closefd=False))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _complain(message: str, code: int) -> int:
    print(f"mp-playground: {clean(' '.join(message.splitlines()), _LONGEST)}", file=sys.stderr)
    return code
