"""What a terminal makes of the bytes that it gets, as far as it stays when a program ends; and what nobody may send."""

import codecs
import re
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"\x1b\[(?P<csi>[0-?]*[ -/]*[@-~])"
    r"|\x1b\](?P<osc>[^\x07\x1b]*)(?:\x07|\x1b\\)"
    r"|\x1b(?P<esc>[ -/]*[0-Z\\^-~])"
    r"|\x1b(?P<torn>\[[^\x18\x1a\x1b@-~]*[@-~]|[\[\]][^\x18\x1a\x1b@-~\x07]*(?=\x1b))"
    r"|\x1b[\[\]](?P<cut>[^\x18\x1b]*)\x18"
    r"|(?P<control>[\x00-\x1a\x1c-\x1f\x7f-\x9f])"
    r"|(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
)
_MODE = re.compile(r"\?([\d;]+)([hl])$")
_OURS = re.compile(
    r"\d*(;\d+)?H|\d+C"  # a place, or cells further on
    r"|\?(7|25|1000|1002|1003|1004|1005|1006|1015|1016|1049|2004|2026|2048)[hl]"
    r"|\?(2026|2048)\$p"
    r"|>\d+u|<u"  # the keyboard protocol
    r"|[0-9;]*m"
)
_LOOK = r"(?:[012347]|9|[34]8;2;\d+;\d+;\d+|[34]9|2[12347]|[349][0-7]|10[0-7])"
_LOOKS = re.compile(rf"(?:{_LOOK}(?:;{_LOOK})*)?")
"""The looks (SGR) that are drawn with: no blinking, no concealing, no colours by number."""
_HIDDEN = re.compile("[\xad\u061c\u115f\u1160\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\ud800-\udfff]")
_SET_AT_FIRST = frozenset({7, 25})


@dataclass
class Escapes:
    """Takes bytes as they come and follows the modes of the terminal."""

    modes: set[int] = field(default_factory=lambda: set(_SET_AT_FIRST))
    keyboards: int = 0
    """How many keyboard protocols are pushed."""
    look: str = ""
    """The last SGR, without its end; "" is plain."""
    alien: list[str] = field(default_factory=list)
    """Sequences and characters that the playground does not send of itself."""
    _rest: str = ""
    _decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("surrogateescape")
    )

    def feed(self, data: bytes | bytearray) -> "Escapes":
        """Take bytes; what is cut at their end is completed by the next."""
        text = self._rest + self._decoder.decode(data)
        position = 0
        while found := _TOKEN.match(text, position):
            position = found.end()
            self._take(found)
        self._rest = text[position:]
        return self

    @property
    def dirty(self) -> list[str]:
        """What is not as it was at first; what was never finished belongs to it."""
        changed = [f"mode {mode}" for mode in sorted(self.modes ^ _SET_AT_FIRST)]
        keyboard = ["keyboard"] if self.keyboards > 0 else []
        look, rest = [f"look {self.look}"] if self.look else [], [repr(self._rest)] if self._rest else []
        return [*changed, *keyboard, *look, *rest]

    def _take(self, found: re.Match[str]) -> None:
        kind = found.lastgroup
        if kind == "csi":
            self._sequence(found["csi"])
        elif kind == "text":
            self.alien += [repr(each) for each in _HIDDEN.findall(found["text"])]
        elif kind == "osc" and re.fullmatch(r"22;[a-z-]+", found["osc"]):
            pass  # the shape of the pointer
        elif kind == "cut":
            pass  # its sender was killed, and somebody cleared up
        elif kind == "torn":
            self.alien.append(repr(found[0]))  # its sender was stopped, and somebody else wrote: nothing comes of it
        elif kind != "control" or found["control"] not in "\r\n\x18":
            self.alien.append(repr(found[0]))

    def _sequence(self, sequence: str) -> None:
        if mode := _MODE.match(sequence):
            numbers = {int(number) for number in mode[1].split(";")}
            self.modes = self.modes | numbers if mode[2] == "h" else self.modes - numbers
        elif sequence[0] in "<>" and sequence.endswith("u"):
            self.keyboards = self.keyboards + 1 if sequence[0] == ">" else max(self.keyboards - 1, 0)
        elif sequence.endswith("m") and sequence[:1] not in "<>?":
            self.look = "" if sequence in {"m", "0m"} else sequence[:-1]
        if not _OURS.fullmatch(sequence) or (sequence.endswith("m") and not _LOOKS.fullmatch(sequence[:-1])):
            self.alien.append(repr(f"\x1b[{sequence}"))
