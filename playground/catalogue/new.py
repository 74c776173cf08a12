"""Writes the start of a scenario of the user's own."""

import os
import re
import sys
from pathlib import Path

from playground.catalogue import template, yours
from playground.errors import PlaygroundError


def write_start(name: str) -> Path:
    """Write a commented scenario that runs at once to NAME.py; raises PlaygroundError, never overwrites."""
    path = Path(name if name.endswith(".py") else f"{name}.py")
    stem = path.stem
    if not stem.isascii() or not stem.isidentifier():
        raise PlaygroundError(f"{stem!r} cannot be imported: take a name of letters, digits and _, like my_race")
    if stem in sys.stdlib_module_names:
        raise PlaygroundError(f"a file {stem}.py would hide Python's own module {stem}: take another name")
    text = Path(template.__file__).read_text(encoding="utf-8")
    title = re.sub(r"_+", " ", stem).strip().capitalize() or stem
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    except FileExistsError:
        raise PlaygroundError(f"{path} is there already, and stays as it is: take another name") from None
    except OSError as error:
        raise PlaygroundError(f"cannot write {path}: {error.strerror}; name a place that can be written") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text.replace("# TITLE", f"# {title}", 1))
    return path


def what_next(path: Path) -> str:
    """What can be done with the file that was written."""
    return (
        f"{path} is written. Run it:     mp-playground run {path}\n"
        f"In the gallery, as one of yours:  move it to {yours.folder()}"
    )
