"""The replay as a film for terminals, asciicast version 2: what the stage shows, frame by frame.

Each frame writes the lines that have changed since the one before, each whole; the first one clears the screen.
"""

import asyncio
import json
from typing import TYPE_CHECKING, TextIO

from playground.errors import PlaygroundError
from playground.export.opening import Opening, Options
from playground.replay import Replay

if TYPE_CHECKING:
    from rich.style import Style
    from textual.strip import Strip

FRAMES = 10
"""A second."""
LONGEST_S = 600.0
_HOLD_S = 2.0
"""How long the last frame stays."""
_FIRST = "\x1b[?25l\x1b[0m\x1b[2J"


class _Clock:
    """A clock that stands still until it is told how much time has passed."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        return self.now


def write(opening: Opening, out: TextIO, options: Options) -> None:
    """Play the recording once, ``options.speed`` times as fast as it was. Raises PlaygroundError when that is long."""
    clock = _Clock()
    replay = opening.read(clock=clock, share=0.3)
    length = (replay.history.until - replay.history.since) / 1e9 / options.speed
    if length > LONGEST_S:
        faster = options.speed * length / LONGEST_S
        raise PlaygroundError(
            f"the film would be {length:,.0f} s long; make it faster, by --speed {faster:.3g} or more"
        )
    header = {
        "version": 2,
        "width": options.columns,
        "height": options.rows,
        "title": f"{replay.info.scenario}: {replay.summary['verdict']}",
        "env": {"TERM": "xterm-256color"},
    }
    out.write(json.dumps(header) + "\n")
    asyncio.run(_film(opening, replay, clock, out, options))


async def _film(opening: Opening, replay: Replay, clock: _Clock, out: TextIO, options: Options) -> None:
    from playground.tui.studio import studio

    def put(at_s: float, text: str) -> None:
        out.write(json.dumps([round(at_s, 6), "o", text]) + "\n")

    since, length = replay.history.since, max(replay.history.until - replay.history.since, 1)
    async with studio(replay, (options.columns, options.rows), light=options.light) as camera:
        replay.seek(since)
        replay.set_speed(options.speed)
        replay.playing = True
        shown: list[str] = []
        number = 0
        while True:
            await camera.show()
            drawn = [_escaped(strip) for strip in camera.lines()]
            changed = "".join(
                f"\x1b[{row};1H{line}" for row, line in enumerate(drawn, 1) if shown[row - 1 : row] != [line]
            )
            if changed:
                put(number / FRAMES, changed if shown else _FIRST + changed)
            shown = drawn
            opening.progress(0.3 + 0.7 * (replay.playhead - since) / length)
            if not replay.playing:
                break
            number += 1
            clock.now += round(1e9 / FRAMES)
    put(number / FRAMES + _HOLD_S, "\x1b[0m")


def _escaped(strip: "Strip") -> str:
    """A line with its colours as escapes; what the program said is in it as shown, and holds none of its own."""
    return "".join(_piece(segment.text, segment.style) for segment in strip) + "\x1b[0m"


def _piece(text: str, style: "Style | None") -> str:
    from rich.color import ColorSystem

    return style.render(text, color_system=ColorSystem.TRUECOLOR) if style is not None else text
