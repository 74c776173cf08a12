"""``export``: a recording as a file for others."""

from pathlib import Path

import click

from playground.cli.named import named_recording
from playground.text import clean

FORMATS = ("html", "perfetto", "csv-events", "csv-intervals", "json", "svg", "asciicast")
"""What a recording can be exported to; told here so that no command has to import how."""


def _size(_context: click.Context, _option: click.Parameter, given: str) -> tuple[int, int]:
    columns, _, rows = given.partition("x")
    if not (columns.isdecimal() and rows.isdecimal() and 60 <= int(columns) <= 400 and 15 <= int(rows) <= 200):
        raise click.BadParameter(f"{clean(given, 40)!r} is no size from 60x15 to 400x200")
    return int(columns), int(rows)


@click.command("export")
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
def command(
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

    options = Options(at_s, *size, speed, light, named_recording(against) if against is not None else None)
    return run_export(named_recording(file), format, target, options, force=force, as_numbers=progress)
