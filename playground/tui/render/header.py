"""The first lines of the stage: which run, at which instant, what is wrong with it."""

from rich.style import Style
from textual.strip import Strip

from playground.history import State
from playground.scenario import NOT_RUN
from playground.tui.moment import Moment
from playground.tui.render.findings import TONES, worst
from playground.tui.render.line import Line, fitted, sentence
from playground.tui.render.palette import HOLDING_COLOUR, Palette, blend
from playground.tui.render.times import clock

_COUNTED = (
    (State.RUNNING, "running"),
    (State.WAITING, "waiting"),
    (State.SLEEPING, "sleeping"),
    (State.SUSPENDED, "suspended"),
)


def header(moment: Moment, width: int, height: int, palette: Palette) -> list[Strip]:  # noqa: ARG001  # as all drawings
    """Scenario and parameters at the left, mode, time and counts at the right."""
    info = moment.history.info
    name, right = info.scenario, status(moment, palette, counts=True)
    texts = [f"{name} {value}" for name, value in info.parameters.items()]
    texts += [f"start_method {info.start_method}"] if info.start_method else []
    short, room = name.rpartition("/")[2] or name, width - right.width - 2
    variant = len(texts[0]) + 3 if texts else 0  # it stands first
    if len(name) > room or len(short) + variant <= room < len(name) + variant:
        name = short
    if len(name) + 2 + right.width > width:
        right = status(moment, palette, counts=False)
    line = Line().add(f" {name} ", palette.style(palette.text, palette.selected, bold=True))
    for text in texts:
        if line.width + len(text) + 3 + right.width > width:
            break
        line.add(f"  {text}", palette.style(palette.muted))
    line.reach(width - right.width, palette.style())
    return [line.join(right).strip(width, palette.style())]


def side(moment: Moment, label: str, width: int, palette: Palette, *, in_front: bool) -> list[Strip]:
    """The line over one of two runs: what tells it from the other, how it stands, and whether it has the keys."""
    named = palette.style(palette.accent if in_front else palette.text, palette.selected, bold=True)
    right = status(moment, palette, counts=True)
    if len(label) + 4 + right.width > width:
        right = status(moment, palette, counts=False)
    label = fitted(label, max(width - right.width - 2, 1)).rstrip()
    line = Line().add(f"{'▌' if in_front else ' '}{label} ", named)
    line.reach(width - right.width, palette.style())
    return [line.join(right).strip(width, palette.style())]


def status(moment: Moment, palette: Palette, *, counts: bool) -> Line:
    """Mode and time, how many processes are in which state where there is room, and what was found."""
    mode, tone = _mode(moment, palette)
    line = Line().add(mode, palette.style(tone, bold=True))
    line.add(f" {clock(moment.at)} ", palette.style(bold=True))
    if not moment.live and moment.history.outcome:
        line.add(f" {moment.history.outcome}", palette.style(palette.muted))
    states = [state.state for state in moment.states]
    for state, name in _COUNTED:
        if counts and state in states:
            line.add(f"  {states.count(state)} {name}", palette.style(palette.muted))
    if moment.live and moment.face.debugger is not None and (count := len(moment.face.debugger.open)):
        line.add(f"  {count} in the debugger (g)", palette.style(palette.warning, bold=True))
    if moment.findings:
        count, tone = len(moment.findings), getattr(palette, TONES[worst(moment.findings)])
        line.add(f"  {count} finding{'s' if count > 1 else ''}", palette.style(tone, bold=True))
    if moment.ended_before:
        line.add(f"  {moment.ended_before:,} ended before", palette.style(palette.muted))
    if moment.history.dropped:
        line.add(f"  {moment.history.dropped} events dropped", palette.style(palette.warning, bold=True))
    return line.add(" ", palette.style())


def _mode(moment: Moment, palette: Palette) -> tuple[str, str]:
    """What is shown, and the colour of that word."""
    if moment.frozen:
        return "‖ FROZEN", palette.warning
    if moment.clock.live and not moment.live:
        return "■ ENDED", palette.muted  # and another run beside it goes on
    return ("● LIVE", palette.good) if moment.live else ("■ REPLAY", palette.accent)


def banner(moment: Moment, notice: str, width: int, most: int, palette: Palette, *, least: int = 0) -> list[Strip]:
    """The gravest thing to be said now, on at most ``most`` lines, at ``least`` so many; nothing when all is quiet."""
    errors = [finding for finding in moment.findings if finding.severity == "error"]
    if errors:
        style = palette.style(palette.on_banner, palette.alarm, bold=True)
        advice = palette.style(blend(palette.alarm, palette.on_banner, 0.8), palette.alarm)
        named = _named(palette, bold=True), _named(palette, bold=False)
        text = sentence(f"✗ {errors[-1].text}", width - 4, style, named[0], most - 1)
        text += sentence(f"→ {errors[-1].advice}", width - 4, advice, named[1], most - len(text))
    elif notice:
        style = palette.style(palette.on_banner, palette.question, bold=True)
        text = sentence(notice, width - 2, style, None)[:2]
    elif not moment.live and moment.at >= moment.until and (verdict := moment.history.last_report):
        kept = _keeps_its_promises(moment)
        between = kept and moment.history.info.parameters.get("variant", "fixed") != "fixed"
        between = between or verdict.startswith(NOT_RUN)  # neither right nor wrong
        sign = "▪" if between else "✓" if kept else "!"  # a variant between broken and fixed may be right or wrong
        ground = palette.selected if between else palette.verdict if kept else palette.question
        style = palette.style(palette.text if between else palette.on_banner, ground, bold=True)
        text = sentence(f"{sign} {verdict}", width - 2, style, None)[:2]
    else:
        return []
    text += [Line() for _ in range(least - len(text))]
    return [Line().add(" ", style).join(line).strip(width, style) for line in text]


def _named(palette: Palette, *, bold: bool) -> Style | None:
    """The style of names in the banner of an error; None where no colour is wanted."""
    amber = blend(palette.on_banner, HOLDING_COLOUR, 0.45)
    return None if palette.plain else palette.style(amber, palette.alarm, bold=bold)


def _keeps_its_promises(moment: Moment) -> bool:
    """Whether nothing is wrong with the result: each counter as expected and within its limit, no warning.

    A lesson's broken variant always gives a wrong one, also where no counter or finding tells.
    """
    info = moment.history.info
    if moment.interfered:
        return True
    if info.parameters.get("variant") == "broken" or any(each.severity == "warning" for each in moment.findings):
        return False
    for counter in moment.history.counters:
        expected, limit = info.expected.get(counter.name), info.limits.get(counter.name)
        if expected is not None and counter.last != expected:
            return False
        if limit is not None and (counter.highest or 0) > limit:
            return False
    return True
