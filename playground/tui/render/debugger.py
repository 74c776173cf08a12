"""The debugger's pane: what was said in the session of the selected process, and who else waits."""

from collections.abc import Iterator, Sequence

from rich.cells import chop_cells
from rich.style import Style
from textual.strip import Strip

from playground.debugger import Session
from playground.tui.moment import Moment
from playground.tui.render.line import Line, remark, remarks
from playground.tui.render.palette import Palette

PROMPT = "(Pdb) "
_NAMED = 3


def standing(moment: Moment) -> list[int]:
    """Processes that stand at a breakpoint, or go on step by step, in the order in which they came there."""
    debugger = moment.face.debugger
    found = (_process(moment, session) for session in (debugger.open if debugger is not None else ()))
    return list(dict.fromkeys(index for index in found if index is not None))


def session_of(moment: Moment, index: int) -> Session | None:
    """The session of a process, open or over."""
    debugger, processes = moment.face.debugger, moment.history.processes
    if debugger is None or index >= len(processes):
        return None
    return debugger.of(processes[index].definition.pid, processes[index].definition.start_ticks)


def told(moment: Moment) -> str:
    """``A stands at a breakpoint (work.py:12): g goes to its debugger``; "" when nobody does."""
    history, found = moment.history, standing(moment)
    if not found:
        return ""
    names = ", ".join(history.name(index) for index in found[:_NAMED])
    if len(found) > 1:
        more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        return f"{names}{more} stand at breakpoints: g goes to the next debugger"
    sites = history.processes[found[0]].sites
    place = history.place(sites[-1]) if sites else ""
    return f"{names} stands at a breakpoint{f' ({place})' if place else ''}: g goes to its debugger"


def prompt_of(session: Session | None) -> str:
    """What stands before the answer; another one than pdb's usual while it reads more lines of something."""
    said = session.prompt if session is not None else ""
    return said if 0 < len(said) <= len(PROMPT) else PROMPT


def draw(moment: Moment, session: Session | None, width: int, palette: Palette) -> Sequence[Strip]:
    """All lines of a session, without the prompt that waits for an answer; or why there are none."""
    name = moment.history.name(moment.selected) if moment.history.processes else "nobody"
    if session is None:
        others = standing(moment)
        more = f"; g goes to {moment.history.name(others[0])}, who does" if others else ""
        return remarks(f"{name} stands at no breakpoint{more}", width, palette)
    strips = [strip for line in session.lines for strip in _strips(line, width, palette)]
    if not session.open:
        strips.append(remark(f"{name} goes on", width, palette))
    elif len(session.prompt) > len(PROMPT):
        strips += _strips(session.prompt, width, palette)
    return strips


def _strips(text: str, width: int, palette: Palette) -> Iterator[Strip]:
    style = _style(text, palette)
    for piece in chop_cells(text, max(width - 1, 2)) or [""]:
        yield Line().add(" ", palette.style()).add(piece, style).strip(width, palette.style())


def _style(text: str, palette: Palette) -> Style:
    """Commands stand out, and the line that comes next."""
    if text.startswith(("(Pdb", "((Pdb")):
        return palette.style(palette.accent)
    if text.startswith("-> "):
        return palette.style(palette.text, bold=True)
    if text.startswith("*** "):
        return palette.style(palette.warning)
    return palette.style(palette.muted if text.startswith("> ") else palette.text)


def _process(moment: Moment, session: Session) -> int | None:
    index = moment.history.pids.get(session.pid)
    known = index is not None and moment.history.processes[index].definition.start_ticks == session.start
    return index if known else None
