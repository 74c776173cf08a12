"""The report's style sheet, with the colours of the stage in both themes."""

from pathlib import Path

from playground.tui.render.palette import HOLDING_COLOUR, Paint, Palette, blend, palette_of
from playground.tui.theme import DARK, LIGHT


def style() -> str:
    """The style sheet, with the colours of the stage in both themes."""
    sheet = Path(__file__).with_name("style.css").read_text(encoding="utf-8")
    light, dark = (_variables(theme.dark) for theme in (LIGHT, DARK))
    paints = "".join(f".b{p:d}{{fill:var(--p{p:d})}}.l{p:d}{{stroke:var(--p{p:d})}}" for p in Paint)
    held = ".b1.held,.b7.held{fill:var(--held)}"
    return f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n{sheet}{paints}{held}"


def _variables(dark: bool) -> str:
    theme = DARK if dark else LIGHT
    colours: dict[str, str] = {name: getattr(theme, name) for name in ("background", "foreground", "accent")}
    palette: Palette = palette_of(colours, dark=dark, plain=False)
    told = {f"p{paint:d}": palette.paint(paint) for paint in Paint if paint}
    told |= {"held": HOLDING_COLOUR, "hold": palette.held, "under": palette.under(Paint.LOCK | 16)}
    told |= {"holdtext": blend(palette.ground, HOLDING_COLOUR if dark else "#7A5200", 0.95)}
    told |= {name: getattr(palette, name) for name in ("ground", "text", "muted", "accent", "good", "warning", "bad")}
    told |= {"surface": (dark and theme.surface) or "#FFFFFF", "line": blend(palette.ground, palette.text, 0.14)}
    told |= {"code": blend(palette.ground, palette.text, 0.08)}
    told |= {"marked": blend(palette.ground, palette.accent, 0.14)}
    told |= {"markedbad": blend(palette.ground, palette.bad, 0.16)}
    return ";".join(f"--{name}:{colour}" for name, colour in told.items())
