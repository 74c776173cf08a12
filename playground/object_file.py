"""A small file that holds one JSON object: read with care, replaced in one go."""

import errno
import json
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

LARGEST = 8 << 20


def read_object(where: Path) -> dict[str, Any]:
    """What the file holds, nothing when there is none; raises OSError, and ValueError or RecursionError for others."""
    try:
        if not stat.S_ISREG(where.stat().st_mode):  # to open a pipe would wait for its writer
            raise OSError(errno.EINVAL, "it is no ordinary file")
        with where.open("rb") as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        return {}
    if len(data) > LARGEST:
        raise ValueError
    found = json.loads(data) if data.strip() else {}
    if not isinstance(found, dict):
        raise ValueError
    return found


def replace_object(where: Path, found: dict[str, Any]) -> None:
    """Write the object in place of what the file holds; nobody else may read it. Raises OSError."""
    text = json.dumps(found, indent=2, sort_keys=True) + "\n"
    descriptor, temporary = tempfile.mkstemp(dir=where.parent, prefix=f".{where.stem[:40]}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, where)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
