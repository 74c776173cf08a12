"""The commands. Textual is imported only when there is a screen to show."""

import gc
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from playground import __version__
from playground.errors import PlaygroundError
from playground.text import clean

if TYPE_CHECKING:
    from playground.live import LiveRun
    from playground.replay import Replay

_VALUED = {"-p", "--start-method", "--python", "--timeout", "--record", "--max-processes", "--fail-on"}
_LONGEST = 600
"""Characters of an error: what was given may be of any length."""
FORMATS = ("html", "perfetto", "csv-events", "csv-intervals", "json", "svg", "asciicast")
"""What a recording can be exported to; told here so that no command has to import how."""
_CHECKED_S = 60.0
"""How long a checked program may take unless more is asked for."""


def run_command_line(arguments: Sequence[str]) -> int:
    """Run a command; returns the exit code. Errors are one line on stderr."""
    _open_streams()
    try:
        _refuse_what_cannot_be(arguments)
        code = _commands.main([*_with_tail(arguments)], prog_name="mp-playground", standalone_mode=False)
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


def _with_tail(arguments: Sequence[str]) -> Sequence[str]:
    """Protect what belongs to the program from click: everything from ``-m`` or the first non-option on."""
    if not arguments or arguments[0] not in {"run", "check"}:
        return arguments
    i = 1
    while i < len(arguments) and arguments[i].startswith("-") and arguments[i] != "-m":
        i += 2 if arguments[i] in _VALUED else 1
    return [*arguments[:i], "--", *arguments[i:]]


@click.group(invoke_without_command=True)
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def _commands(context: click.Context) -> int | None:
    """See, break and replay real multiprocessing programs. Without a command: the gallery."""
    if sys.platform == "win32":
        raise PlaygroundError("this runs on Linux, not on Windows")
    if context.invoked_subcommand is not None:
        return None
    _need_linux()
    _need_terminal()
    from playground.warden.client import Warden

    warden = None
    with suppress(OSError):  # the gallery opens without it, tries once more, and says what is wrong
        warden = Warden()
    return _screen(warden)


@_commands.command("list")
@click.option("--json", "as_json", is_flag=True, help="an array of objects")
def _list(as_json: bool) -> int:
    """List the scenarios, yours too, and the items that are none."""
    from playground.gallery import with_own
    from playground.yours import describe_all
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


@_commands.command("board")
@click.option("--json", "as_json", is_flag=True, help="one JSON object")
def _board(as_json: bool) -> int:
    """Tell what you have run so far, and what it said."""
    from playground import progress, standing
    from playground.gallery import with_own
    from playground.yours import describe_all

    known, seen = with_own(describe_all()), progress.load()
    if as_json:
        click.echo(json.dumps(standing.described(known, seen)))
    else:
        click.echo("\n".join(standing.told(known, seen)))
    return 0


@_commands.command("new")
@click.argument("name")
def _new(name: str) -> int:
    """Write the start of a scenario of your own to NAME.py; it is never overwritten."""
    from playground.starting import what_next, write_start

    click.echo(what_next(write_start(name)))
    return 0


def _options_of_a_run(command: Callable[..., int]) -> Callable[..., int]:
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


@_commands.command("run")
@_options_of_a_run
@click.option("--headless", is_flag=True, help="without a screen")
@click.option("--json", "as_json", is_flag=True, help="headless: one JSON object on stdout")
@click.option("--allow-spawn", is_flag=True, help="let the spawn key start more processes of your program")
@click.option("--debug", is_flag=True, help="breakpoint() in any process opens pdb on the screen")
def _run(headless: bool, as_json: bool, allow_spawn: bool, debug: bool, **options: Any) -> int:
    """Run a scenario, FILE.py or -m MODULE, and watch it."""
    if as_json and not headless:
        raise PlaygroundError("--json goes with --headless")
    if debug and headless:
        raise PlaygroundError("--debug needs a person before a screen; leave out --headless")
    options["debug"] = debug
    run = _live_run(options, options["timeout"], headless=headless, allow_spawn=allow_spawn)
    if not headless:
        return _screen(run)
    from playground.headless import run_headless

    return run_headless(run, as_json=as_json)


@_commands.command("check")
@_options_of_a_run
@click.option("--json", "as_json", is_flag=True, help="one JSON object on stdout")
@click.option("--fail-on", type=click.Choice(["error", "warning"]), default="error", show_default=True)
def _check(as_json: bool, fail_on: str, **options: Any) -> int:
    """Run a scenario, FILE.py or -m MODULE without a screen; exit with 1 when something is wrong with it."""
    run = _live_run(options, options["timeout"] or _CHECKED_S, headless=True, allow_spawn=False)
    from playground.headless import run_headless

    return run_headless(run, as_json=as_json, fail_on=fail_on)


def _live_run(options: dict[str, Any], timeout_s: float | None, *, headless: bool, allow_spawn: bool) -> "LiveRun":
    _need_linux()
    from playground.live import LiveRun, RunOptions

    chosen = _target(options["target"], options)
    if not headless:
        _need_terminal()
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


@_commands.command("replay")
@click.option("--headless", is_flag=True, help="print the summary only")
@click.option("--json", "as_json", is_flag=True, help="headless: one JSON object on stdout")
@click.argument("file", required=False, type=click.Path(path_type=Path))
def _replay(file: Path | None, headless: bool, as_json: bool) -> int:
    """Replay a recording; the newest without FILE."""
    from playground.headless import tell
    from playground.replay import Replay

    path = _recording(file)
    if not headless:
        _need_terminal()
    replay = Replay(path, at_once=False)
    if not headless:
        return _screen(replay)
    _read_whole(replay, path)
    for notice in replay.notices:
        print(f"mp-playground: {notice}", file=sys.stderr)
    tell(replay, replay.summary, as_json=as_json)
    return 0


def _read_whole(replay: "Replay", path: Path) -> None:
    """Read all of a recording, and say how far that is when it takes long."""
    from playground.so_far import SoFar

    telling = SoFar(f"reading {clean(path.name, 80)}")
    try:
        while not replay.whole:
            replay.tick()
            telling(replay.share_read)
    finally:
        telling.done()


def _recording(given: Path | None) -> Path:
    """The recording that is meant: a path, a name in the directory of recordings, or ``last``; the newest for None."""
    from playground import recording

    if given is None or (str(given) == "last" and not given.exists()):
        if (newest := recording.newest()) is None:
            raise PlaygroundError(f"no recordings in {recording.directory()}; run something first")
        return newest
    kept = recording.directory() / given.name
    return kept if given.parent == Path() and not given.exists() and kept.exists() else given


def _size(_context: click.Context, _option: click.Parameter, given: str) -> tuple[int, int]:
    columns, _, rows = given.partition("x")
    if not (columns.isdecimal() and rows.isdecimal() and 60 <= int(columns) <= 400 and 15 <= int(rows) <= 200):
        raise click.BadParameter(f"{clean(given, 40)!r} is no size from 60x15 to 400x200")
    return int(columns), int(rows)


@_commands.command("export")
@click.option("--to", "format", type=click.Choice(FORMATS), default="html", show_default=True)
@click.option("-o", "target", metavar="FILE", help="where to, - for stdout; else named like the recording")
@click.option("--force", is_flag=True, help="overwrite the file")
@click.option("--at", "at_s", type=click.FloatRange(0), metavar="SECONDS", help="svg: the instant; the end without")
@click.option("--speed", type=click.FloatRange(1 / 64, 64), default=1.0, help="asciicast: how much faster than the run")
@click.option(
    "--size",
    callback=_size,
    default="140x40",
    show_default=True,
    metavar="COLUMNSxROWS",
    help="svg, asciicast: of the terminal",
)
@click.option("--light", is_flag=True, help="svg, asciicast: dark on light")
@click.option("--against", type=click.Path(path_type=Path), metavar="FILE", help="html: compared with this recording")
@click.option("--progress", is_flag=True, hidden=True)
@click.argument("file", type=click.Path(path_type=Path), metavar="RECORDING|last")
def _export(
    file: Path,
    format: str,
    target: str | None,
    force: bool,
    at_s: float | None,
    speed: float,
    size: tuple[int, int],
    light: bool,
    against: Path | None,
    progress: bool,
) -> int:
    """Make a report, a trace, tables, a picture or a film of a recording."""
    from playground.export import Options
    from playground.export.command import run_export

    options = Options(at_s, *size, speed, light, _recording(against) if against is not None else None)
    return run_export(_recording(file), format, target, options, force=force, as_numbers=progress)


@_commands.command("diff")
@click.option("--json", "as_json", is_flag=True, help="one JSON object on stdout")
@click.argument("one", type=click.Path(path_type=Path))
@click.argument("other", type=click.Path(path_type=Path))
def _diff(one: Path, other: Path, as_json: bool) -> int:
    """Say what differs between two recordings, or two summaries as JSON."""
    from playground.diff import run_diff

    return run_diff(_recording(one), _recording(other), as_json=as_json)


@_commands.command("recordings")
@click.option("--json", "as_json", is_flag=True, help="an array of objects")
@click.option(
    "--prune", is_flag=True, help="delete what nobody keeps and is too old or too much, as settings.json says"
)
def _recordings(as_json: bool, prune: bool) -> int:
    """List what has been recorded."""
    from datetime import datetime

    from playground import recording, settings
    from playground.listing import as_object, line

    if prune:
        kept = settings.load()
        if not kept.sound:
            raise PlaygroundError(f"nothing is deleted: {kept.problem}")
        gone = recording.prune(recording.Limits(kept.settings.recordings_days, kept.settings.recordings_mib))
        print(f"mp-playground: {len(gone)} recordings deleted", file=sys.stderr)
    entries = recording.Library().entries()
    if as_json:
        click.echo(json.dumps([as_object(entry) for entry in entries]))
        return 0
    now, count = datetime.now().astimezone(), 0
    for count, entry in enumerate(entries, 1):  # noqa: B007  # told below
        click.echo(line(entry, now))
    if not count:
        print(f"mp-playground: no recordings in {recording.directory()}; run something first", file=sys.stderr)
    return 0


@_commands.command("attach")
@click.option("--headless", is_flag=True, help="say what it waits for, and leave it alone")
@click.option("--json", "as_json", is_flag=True, help="headless: one JSON object on stdout")
@click.option("--timeout", type=click.FloatRange(0), default=0, help="headless: seconds to watch it, at least 1.5")
@click.option("--record", type=click.Path(path_type=Path), help="where to keep the recording")
@click.option("--no-record", is_flag=True, help="keep no recording")
@click.argument("pid", type=click.IntRange(1))
def _attach(pid: int, headless: bool, as_json: bool, timeout: float, record: Path | None, no_record: bool) -> int:
    """Watch a program that runs already, for instance one that hangs (Linux)."""
    _need_linux()
    from playground import recording
    from playground.attach import Attached
    from playground.headless import run_headless

    if as_json and not headless:
        raise PlaygroundError("--json goes with --headless")
    if not headless:
        _need_terminal()
    path = None if no_record else record or recording.new_path(f"pid-{pid}")
    run = Attached(pid, path, end_when_judged=headless, watch_s=timeout)
    return run_headless(run, as_json=as_json) if headless else _screen(run)


@_commands.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="one JSON object on stdout")
def _doctor(as_json: bool) -> int:
    """Say what works on this machine; exit with 1 when something that is needed does not."""
    from playground.doctor import examine

    return examine(as_json=as_json)


def _need_linux() -> None:
    """What a run needs of the system is Linux's alone: see ``playground/warden/kernel.py``."""
    if sys.platform != "linux":
        raise PlaygroundError(
            f"programs are run on Linux only, not on {sys.platform}; list, recordings and replay do without"
        )


def _need_terminal() -> None:
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise PlaygroundError("a screen needs a terminal on stdin, stdout and stderr; use --headless")
    if os.environ.get("TERM", "") in {"", "dumb", "unknown"}:
        raise PlaygroundError(f"TERM={os.environ.get('TERM', '')!r} cannot show a screen; use --headless")


def _screen(start: Any) -> int:
    """Show a run, or with a warden or nothing the gallery; warden and guard start up while the screen is imported."""
    gc.disable()  # until the first picture: nothing that is imported is garbage
    from playground.terminal.keeper import Keeper

    keeper = Keeper()
    from playground.tui.app import run

    return run(start, keeper)
