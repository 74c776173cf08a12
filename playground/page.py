"""Text drawn by rich for a stream of any kind: as wide as it is, in colour where wanted, with signs it can carry."""

import io
import os
from collections.abc import Callable, Iterable
from typing import TextIO

from rich.console import Console
from rich.text import Text

PIPED_WIDTH = 100
SIGNS = {
    "error": ("✗", "bold red"),
    "warning": ("!", "yellow"),
    "info": ("i", "cyan"),
    "ok": ("✓", "bold green"),
}
"""How grave something is to its sign and style, the gravest first."""
_NARROWEST = 40
_PLAIN = str.maketrans("✓✗→│▸…·", "+x>|>~-")
"""For streams that cannot carry the signs."""


def write_page(stream: TextIO, draw: Callable[[Console], None]) -> None:
    """Write what ``draw`` prints to a console, without blanks at the ends of lines; raises OSError."""
    console = Console(
        file=io.StringIO(),
        width=_width(stream),
        color_system="standard" if _in_colour(stream) else None,
        force_terminal=_in_colour(stream),
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
    )
    with console.capture() as capture:
        draw(console)
    text = "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())
    stream.write(_encodable(text, stream.encoding or "ascii"))
    stream.flush()


def say(console: Console, hanging: str, text: Text | str, *, style: str = "", indent: int = 0) -> None:
    """Print wrapped text; all lines but the first are indented by as much again as ``hanging`` is long."""
    words = Text(text, style) if isinstance(text, str) else text
    room = max(console.width - indent - len(hanging), 10)
    for i, line in enumerate(_wrapped(words, console, room + len(hanging), room)):
        console.print(Text(" " * (indent + (len(hanging) if i else 0))).append_text(line), no_wrap=True)


def _encodable(text: str, encoding: str) -> str:
    """The same with plain signs, and escapes for what is left, where the stream cannot carry them."""
    try:
        "✓│▸".encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_PLAIN).encode(encoding, "backslashreplace").decode(encoding)
    return text


def _in_colour(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM", "") not in {"", "dumb"}


def _width(stream: TextIO) -> int:
    try:
        columns = os.get_terminal_size(stream.fileno()).columns if stream.isatty() else PIPED_WIDTH
    except (OSError, ValueError):
        columns = PIPED_WIDTH
    return max(columns or PIPED_WIDTH, _NARROWEST)


def _wrapped(text: Text, console: Console, first: int, others: int) -> Iterable[Text]:
    """Lines of at most ``first`` columns, then ``others``."""
    lines = text.wrap(console, first)
    if len(lines) < 2:
        return lines
    rest = text[len(lines[0].plain) :]
    rest = rest[len(rest.plain) - len(rest.plain.lstrip()) :]
    return [lines[0], *rest.wrap(console, others)]
