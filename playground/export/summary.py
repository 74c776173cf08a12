"""The summary of a recording, as ``replay --headless --json`` prints it."""

import json
from typing import TextIO

from playground.export.opening import Opening, Options


def write(opening: Opening, out: TextIO, options: Options) -> None:  # noqa: ARG001  # as all formats
    """Write one JSON object on one line."""
    out.write(json.dumps(opening.read().summary) + "\n")
