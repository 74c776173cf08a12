"""What ``mp-playground export`` does: to a file or a stream, with progress, and a word about what it contains."""

import os
import signal
import sys
from pathlib import Path

from playground.errors import PlaygroundError
from playground.export import FORMATS, Options, export, suggested, write
from playground.so_far import SoFar
from playground.text import clean

_PLAIN = Options()


def run_export(
    source: Path, format: str, target: str | None, options: Options, *, force: bool, as_numbers: bool = False
) -> int:
    """Export a recording to a file, or to stdout for ``-``; returns the exit code. Raises PlaygroundError."""
    chosen = FORMATS[format]
    stray = [
        name
        for name in ("at_s", "speed", "columns", "light", "against")
        if getattr(options, name) != getattr(_PLAIN, name)
    ]
    if wrong := [name for name in stray if name not in chosen.takes]:
        told = {"at_s": "--at", "columns": "--size"}.get(wrong[0], f"--{wrong[0]}")
        takers = [each.name for each in FORMATS.values() if wrong[0] in each.takes]
        raise PlaygroundError(f"{told} goes with {' and '.join(takers)}, not with {format}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # what is half written goes
    telling = SoFar(f"making {chosen.name}", as_numbers=as_numbers)
    try:
        if target == "-":
            with open(1, "w", encoding="utf-8", newline="", closefd=False) as out:
                write(source, format, out, options, telling)
            return 0
        path = Path(target) if target else suggested(source, format)
        export(source, format, path, options=options, force=force, progress=telling)
    finally:
        telling.done()
    size = os.path.getsize(path)
    print(f"mp-playground: {clean(str(path), 4096)}, {size / 1024:,.0f} KiB. {chosen.title}", file=sys.stderr)
    print(f"mp-playground: it contains {chosen.contains}: look at it before you give it away", file=sys.stderr)
    return 0
