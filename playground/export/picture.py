"""The stage at one instant, as an SVG that loads nothing."""

import asyncio
import re
from typing import TextIO

from playground.export.opening import Opening, Options
from playground.replay import Replay

_FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}\s*")
"""Where the drawing would fetch its font from the network."""
_FAMILY = re.compile(r"font-family:\s*Fira Code,\s*monospace")
_FAMILIES = "font-family: 'Fira Code', 'DejaVu Sans Mono', Menlo, Consolas, monospace"


def write(opening: Opening, out: TextIO, options: Options) -> None:
    """Draw the stage as it was at ``options.at_s``, or at the end."""
    replay = opening.read()
    at = replay.history.until if options.at_s is None else round(options.at_s * 1e9)
    out.write(without_network(asyncio.run(_drawn(replay, at, options))))


async def _drawn(replay: Replay, at: int, options: Options) -> str:
    from playground.tui.studio import studio

    async with studio(replay, (options.columns, options.rows), light=options.light) as camera:
        await camera.show(at)
        return camera.picture(replay.info.scenario)


def without_network(svg: str) -> str:
    """The same drawing with fonts that are there."""
    return _FAMILY.sub(_FAMILIES, _FONT_FACE.sub("", svg))
