"""A terminal's screen as it is after escapes were written to it: characters and colours, cell by cell."""

import re

from rich.cells import cell_len

_PIECES = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|(\n)|([^\x1b\n\r])|\r")


class Screen:
    """Understands what Textual's compositor writes: moves to a place and to the right, colours, text."""

    def __init__(self, width: int, height: int) -> None:
        self.cells = [[(" ", "")] * width for _ in range(height)]
        self._x = self._y = 0
        self._style: dict[str, str] = {}

    def write(self, text: str) -> None:
        """Do what the escapes say."""
        for match in _PIECES.finditer(text):
            numbers, command, newline, character = match.groups()
            if command == "H":
                y, x = numbers.split(";")
                self._x, self._y = int(x) - 1, int(y) - 1
            elif command == "C":
                self._x += int(numbers)
            elif command == "m":
                self._colour(numbers)
            elif newline:
                self._x, self._y = 0, min(self._y + 1, len(self.cells) - 1)
            elif character:
                self._put(character)

    def _put(self, character: str) -> None:
        style = ";".join(f"{key}={value}" for key, value in sorted(self._style.items()))
        for text in [character, "", ""][: cell_len(character)]:
            if self._x < len(self.cells[self._y]):
                self.cells[self._y][self._x] = (text, style)
            self._x += 1

    def _colour(self, numbers: str) -> None:
        codes = numbers.split(";") if numbers else ["0"]
        while codes:
            code = codes.pop(0)
            if code in {"38", "48"}:
                length = 4 if codes[0] == "2" else 2
                self._style[code] = ",".join(codes[:length])
                del codes[:length]
            elif code == "0":
                self._style.clear()
            else:
                self._style[code] = ""
