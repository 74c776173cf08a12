"""The texts of the files that a run names, each read once for all panes."""

from weakref import WeakKeyDictionary

from playground.excerpt import Place, Sources, places
from playground.face import Face
from playground.findings import Finding
from playground.history import History
from playground.text import clean_lines

_LONGEST = 4 << 20


class Texts:
    """Of one run: its files as they may be shown, and the places that its findings speak of."""

    def __init__(self, face: Face) -> None:
        self._history = face.history
        self.sources = Sources(face.history, reads_files=face.reads_files)
        self._shown: dict[str, str] = {}
        self._places: dict[Finding, list[Place]] = {}

    def text(self, file: str) -> str:
        """A file's text without anything that a terminal would obey; "" when it is not known."""
        if file not in self._shown:
            text = clean_lines("\n".join(self.sources.lines(file)), _LONGEST)
            if not text:
                return ""  # it may yet come
            self._shown[file] = text
        return self._shown[file]

    def places(self, finding: Finding) -> list[Place]:
        """The lines that a finding speaks of."""
        if finding not in self._places:
            self._places[finding] = places(self._history, finding)
        return self._places[finding]


_texts: WeakKeyDictionary[History, Texts] = WeakKeyDictionary()


def texts_of(face: Face) -> Texts:
    """Give the texts of a run; they stay when it has ended and become its replay."""
    if face.history not in _texts:
        _texts[face.history] = Texts(face)
    return _texts[face.history]
