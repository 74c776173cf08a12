"""What went wrong, in full, with what to do about it."""

from textual.strip import Strip

from playground.tui.moment import Moment
from playground.tui.render.line import Line, remark, wrapped
from playground.tui.render.palette import Palette
from playground.tui.render.times import clock

_TONES = {"error": "bad", "warning": "warning", "info": "accent"}
_SIGNS = {"error": "✗", "warning": "!", "info": "i"}


def draw(moment: Moment, width: int, height: int, palette: Palette) -> list[Strip]:  # noqa: ARG001  # as all drawings
    """Each finding with its instant, its sentence and its advice, wrapped; the latest first."""
    if not moment.findings:
        return [remark("nothing wrong so far", width, palette)]
    lines: list[Line] = []
    for finding in reversed(moment.findings):
        tone = getattr(palette, _TONES[finding.severity])
        head = Line().add(
            f" {_SIGNS[finding.severity]} {finding.kind.replace('_', ' ')}", palette.style(tone, bold=True)
        )
        lines.append(head.add(f"  at {clock(finding.at)}", palette.style(palette.muted)))
        lines += [Line().add(f"   {part}", palette.style()) for part in wrapped(finding.text, width - 4)]
        advice = wrapped(finding.advice, width - 6)
        lines += [
            Line()
            .add("   → " if i == 0 else "     ", palette.style(palette.good))
            .add(part, palette.style(palette.good))
            for i, part in enumerate(advice)
        ]
        lines.append(Line())
    return [line.strip(width, palette.style()) for line in lines[:-1]]
