"""A program that is to be run: its place on the command line, the options for it, the run."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from playground.cli.needs import need_linux, need_terminal
from playground.errors import PlaygroundError

if TYPE_CHECKING:
    from playground.live import LiveRun


class ProgramCommand(click.Command):
    """What comes after its own options is the program's: everything from ``-m`` or the first word that is no option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Have click read what stands before the program, and nothing of the program's."""
        options = [each for each in self.params if isinstance(each, click.Option)]
        valued = {name for each in options if not each.is_flag for name in each.opts}
        place = 0
        while place < len(args) and args[place].startswith("-") and args[place] not in {"-m", "--"}:
            place += 2 if args[place] in valued else 1
        rest = args[place:]
        return super().parse_args(ctx, [*args[:place], *([] if rest[:1] == ["--"] else ["--"]), *rest])


def options_of_a_run(command: Callable[..., int]) -> Callable[..., int]:
    """What can be said of how a program is run, whatever is done with it."""
    for option in reversed(
        (
            click.option(
                "-p", "parameters", multiple=True, metavar="KEY=VALUE", help="a scenario's parameter; repeatable"
            ),
            click.option("--start-method", default="", help="fork, spawn or forkserver, for scenarios"),
            click.option("--python", default=None, help="interpreter for a program of your own"),
            click.option(
                "--timeout", type=click.FloatRange(0, min_open=True), help="seconds after which the run is ended"
            ),
            click.option("--record", type=click.Path(path_type=Path), help="where to keep the recording"),
            click.option("--no-record", is_flag=True, help="keep no recording"),
            click.option("--detail", is_flag=True, help="thread and source line of every acquire"),
            click.option("--max-processes", type=click.IntRange(1), default=1024, show_default=True),
            click.argument("target", nargs=-1, required=True),
        )
    ):
        command = option(command)
    return command


def live_run(options: dict[str, Any], timeout_s: float | None, *, headless: bool, allow_spawn: bool) -> "LiveRun":
    """Start what is on the command line, with what was said of how; raises PlaygroundError for what cannot be run."""
    need_linux()
    from playground.live import LiveRun, RunOptions

    chosen = _target(options["target"], options)
    if not headless:
        need_terminal()
    how = RunOptions(
        timeout_s,
        options["record"],
        not options["no_record"],
        options["detail"],
        allow_spawn,
        options["max_processes"],
        end_when_stuck=headless,
        inherit_stdin=headless,
        debug=options.get("debug", False),
    )
    return LiveRun(chosen, how)


def _target(words: tuple[str, ...], options: dict[str, Any]) -> Any:
    from playground.target import file_target, module_target, scenario_in, scenario_target, target_of

    head, *rest = words
    texts = dict(each.partition("=")[::2] for each in options["parameters"])
    if head == "-m":
        if not rest:
            raise PlaygroundError("-m needs the name of a module")
        return module_target(rest[0], rest[1:], options["python"])
    of_theirs = head.endswith(".py") or Path(head).is_file()
    described = scenario_in(head) if of_theirs else None
    if of_theirs and described is None:
        return file_target(head, rest, options["python"])
    if rest:
        raise PlaygroundError(
            f"a scenario takes no arguments ({rest[0]!r}): options go before the name, parameters by -p"
        )
    if options["python"]:
        raise PlaygroundError("--python: a scenario runs with the Python of mp-playground; install that into yours")
    if described is None:
        return scenario_target(head, texts, options["start_method"])
    return target_of(described, texts, options["start_method"])
