"""The colours of the theme in use, for every drawing."""

from typing import Any

from textual.app import App

from playground.tui.render.glyphs import ascii_only
from playground.tui.render.palette import Palette, palette_of

_palettes: dict[tuple[str, bool], Palette] = {}
"""By the theme's name and whether no colour is wanted."""


def palette_in_use(app: App[Any]) -> Palette:
    """The palette of an app's theme."""
    key = (app.theme, app.no_color)
    if key not in _palettes:
        theme = app.current_theme  # the app's variables are those of the theme before while it changes
        colours = {**theme.to_color_system().generate(), **theme.variables}
        _palettes[key] = palette_of(colours, dark=theme.dark, plain=app.no_color, ascii_only=ascii_only())
    return _palettes[key]
