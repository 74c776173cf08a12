"""The row of marks over the lanes: what the person did, what the program said, what was found, and the playhead."""

from playground.history import Mark
from playground.replay import Replay
from playground.tui.moment import Moment
from playground.tui.render import findings
from playground.tui.render.line import fitted, narrow
from playground.tui.render.palette import Palette
from playground.tui.render.scale import Scale
from playground.tui.render.tokens import Token, tokens

_TONES = {"actions": "warning", "ends": "bad", "bookmarks": "good", "partings": "warning"}
_SIGNS = {"actions": "▾", "said": "▪", "ends": "■", "bookmarks": "◆", "partings": "≠"}
_MOST = 200
_LEAST_LABEL = 6
_Sign = tuple[int, str, str, str]
"""Cell, glyph, text, colour."""


def marks(moment: Moment, scale: Scale, palette: Palette) -> list[Token]:
    """One cell for each column; marks that would lie upon each other are counted.

    The words of the last one stand at its left where there is too little room at the right.
    """
    row: list[Token] = [(" ", palette.style())] * scale.width
    head = scale.x(moment.at)
    groups = _groups(_signs(moment, scale, palette))
    ends = [group[0][0] for group in groups[1:]] + [scale.width]
    free = 0
    for group, end in zip(groups, ends, strict=False):
        x, glyph, text, colour = group[0] if len(group) == 1 else _counted(group, palette)
        text, room = narrow(text), end - x - 3
        tone = colour if x <= head else palette.fade(colour)
        if end == scale.width and room < len(text) and free < x - len(text) - 1:
            x -= len(text) + 1
            label = f"{text} {glyph}"
        else:
            label = f"{glyph} {fitted(text, room).rstrip()}" if room >= min(_LEAST_LABEL, len(text)) else glyph
        shown = tokens(label[: scale.width - x], palette.style(tone, bold=True))
        row[x : x + len(shown)] = shown
        free = x + len(shown) + 1
    if 0 <= head < scale.width and row[head][0] == " ":
        row[head] = ("▼", palette.style(palette.accent, bold=True))
    return row


def sign_of(mark: Mark) -> str:
    """Its glyph, on the bar of a replay and in lists."""
    return findings.SIGNS[mark.severity] if mark.kind == "findings" else _SIGNS[mark.kind]


def tone_of(mark: Mark) -> str:
    """What a palette calls its colour."""
    return findings.TONES[mark.severity] if mark.kind == "findings" else _TONES.get(mark.kind, "text")


def _signs(moment: Moment, scale: Scale, palette: Palette) -> list[_Sign]:
    signs = [
        (scale.x(mark.time), "▾", " ".join(mark.text.split()), palette.warning)
        for mark in moment.history.marks[-_MOST:]
        if mark.kind in {"action", "mark"}
    ]
    for found in moment.face.findings.all:
        colour = getattr(palette, findings.TONES[found.severity])
        signs.append((scale.x(found.at), findings.SIGNS[found.severity], found.kind.replace("_", " "), colour))
    if isinstance(moment.face, Replay):
        bookmarks = moment.face.bookmarks.all
        signs += [(scale.x(at), _SIGNS["bookmarks"], note or "bookmark", palette.good) for at, note in bookmarks]
    return sorted(sign for sign in signs if 0 <= sign[0] < scale.width)


def _groups(signs: list[_Sign]) -> list[list[_Sign]]:
    """Marks with no room for a word between them stand together."""
    groups: list[list[_Sign]] = []
    for sign in signs:
        if groups and sign[0] - groups[-1][-1][0] < _LEAST_LABEL:
            groups[-1].append(sign)
        else:
            groups.append([sign])
    return groups


def _counted(group: list[_Sign], palette: Palette) -> _Sign:
    """``✗ 2 findings``, ``▾ 3 marks``; of the same thing several times, its name. The gravest gives the sign."""
    order = list(findings.SIGNS.values())
    found = sorted((sign for sign in group if sign[1] in order), key=lambda sign: order.index(sign[1]))
    same = len({sign[2] for sign in group}) == 1
    what = (
        f"{len(group)}× {group[0][2]}"
        if same
        else f"{len(group)} {'findings' if len(found) == len(group) else 'marks'}"
    )
    _, glyph, _, colour = found[0] if found else (0, "▾", "", palette.warning)
    return (group[0][0], glyph, what, colour)
