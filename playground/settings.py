"""What a person wants to find again next time: one small JSON file, made to be edited by hand too.

Only screens write it. Keys that are not known here are kept as they are.
"""

import json
import os
from pathlib import Path
from typing import Any

import platformdirs
from msgspec import Struct
from msgspec.structs import fields, replace

from playground import kept
from playground.text import clean


class Settings(Struct, frozen=True):
    """The choices of a person; these are the values of somebody who has made none."""

    theme: str = "playground-dark"
    pane: str = "log"
    """Which pane of the reader is in front."""
    order: str = "start"
    """How processes are ordered."""
    speed: float = 1.0
    """How fast recordings are played."""
    hidden: tuple[str, ...] = ()
    """Panels that are not shown."""
    recordings_days: float = 90.0
    """After so many days a recording is deleted that nobody keeps; 0: never."""
    recordings_mib: float = 2048.0
    """The oldest recordings that nobody keeps are deleted when all of those have more MiB than this; 0: never."""
    hint_seen: bool = False
    """Whether the hint for the first start has been put away."""


class SettingsFile(Struct):
    """The file and what is in it."""

    path: Path
    settings: Settings
    problem: str = ""
    """What is wrong with it, and what follows from that, in one line."""
    readable: bool = True
    """Whether it may be written: what could not be read is left to the person who wrote it."""
    sound: bool = True
    """Whether all that stands in it could be taken: where not, nothing is deleted by what it says."""

    def tell_problem(self) -> str:
        """What is wrong with the file, told once."""
        told, self.problem = self.problem, ""
        return told

    def save(self, **changes: Any) -> str:
        """Keep some settings; returns why that failed, or "".

        The file is read anew, so that what somebody else has written meanwhile stays, and replaced in one go.
        """
        changes = {name: value for name, value in changes.items() if getattr(self.settings, name) != value}
        self.settings = replace(self.settings, **changes)
        if not changes or not self.readable:
            return ""
        try:
            known = kept.read(self.path)
            whole = {**known, **{name: list(v) if isinstance(v, tuple) else v for name, v in changes.items()}}
            kept.replace_linked(self.path, whole)
        except (OSError, ValueError, RecursionError) as error:
            reason = getattr(error, "strerror", None) or "it is not readable any more"
            return f"settings are not kept: {clean(str(self.path), 4096)}: {reason}"
        return ""


def path() -> Path:
    """Where the settings are; ``MP_PLAYGROUND_CONFIG`` names another directory for them."""
    base = os.environ.get("MP_PLAYGROUND_CONFIG") or platformdirs.user_config_dir("mp-playground")
    return Path(base) / "settings.json"


def load() -> SettingsFile:
    """Read the settings; whatever is wrong with the file is told in ``problem``, and the usual value taken."""
    where = path()
    shown = clean(str(where), 4096)
    try:
        found = kept.read(where)
    except OSError as error:
        return SettingsFile(where, Settings(), f"cannot read {shown}: {error.strerror}; nothing is kept", False, False)
    except (ValueError, RecursionError) as error:
        line = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        problem = f"{shown}{line} is not a JSON object; nothing is kept until it is mended or deleted"
        return SettingsFile(where, Settings(), problem, False, False)
    usual = Settings()
    taken = {f.name: _taken(found[f.name], getattr(usual, f.name)) for f in fields(Settings) if f.name in found}
    wrong = sorted(name for name, value in taken.items() if value is None)
    problem = f"{shown}: {', '.join(wrong)} has a value of the wrong kind; the usual one is taken" if wrong else ""
    good: dict[str, Any] = {name: value for name, value in taken.items() if value is not None}
    return SettingsFile(where, replace(usual, **good), problem, sound=not wrong)


def _taken(value: object, usual: object) -> object:
    """A value from the file as what the usual one is; None when it is of another kind."""
    if isinstance(usual, bool):
        return value if isinstance(value, bool) else None
    if isinstance(usual, float):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return float(value) if number and abs(value) < 1e6 else None  # type: ignore[arg-type]  # a number
    if isinstance(usual, tuple):
        texts = isinstance(value, list) and all(isinstance(each, str) for each in value)
        return tuple(value) if texts else None  # type: ignore[arg-type]  # a list
    return value if isinstance(value, str) else None
