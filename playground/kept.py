"""Small JSON files that keep something for the next time: read with care, replaced in one go."""

import errno
import json
import os
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import platformdirs

_LARGEST = 8 << 20


def data_directory() -> Path:
    """Where what is kept for the person is; ``MP_PLAYGROUND_DATA`` moves it."""
    return Path(os.environ.get("MP_PLAYGROUND_DATA") or platformdirs.user_data_dir("mp-playground"))


def read(where: Path) -> dict[str, Any]:
    """What the file holds, nothing when there is none; raises OSError, ValueError and RecursionError."""
    try:
        if not stat.S_ISREG(where.stat().st_mode):  # to open a pipe would wait for its writer
            raise OSError(errno.EINVAL, "it is no ordinary file")
        with where.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except FileNotFoundError:
        return {}
    if len(data) > _LARGEST:
        raise ValueError
    found = json.loads(data) if data.strip() else {}
    if not isinstance(found, dict):
        raise ValueError
    return found


def replace(where: Path, whole: Mapping[str, Any]) -> None:
    """Replace the file in one go; nobody else may read it. Raises OSError."""
    descriptor, temporary = tempfile.mkstemp(dir=where.parent, prefix=f".{where.stem[:40]}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(json.dumps(whole, indent=2, sort_keys=True) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, where)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def replace_linked(where: Path, whole: Mapping[str, Any]) -> None:
    """The same for a file of the person's own: where it is a link, what it leads to; its directory is made."""
    where = where.resolve()
    where.parent.mkdir(parents=True, exist_ok=True)
    replace(where, whole)
