"""An app that wears its theme from the first picture on, and parses its style sheets once."""

from typing import Any

from textual.app import App
from textual.css.stylesheet import Stylesheet
from textual.screen import Screen
from textual.widget import AwaitMount

from playground.tui.theme import DARK, HIGH_CONTRAST, THEMES


class _LastingStylesheet(Stylesheet):
    """Keeps what is parsed: Textual parses all of it twice whenever there is another source."""

    def reparse(self) -> None:
        """Take in what is new; with other colours everything is parsed, since no rule was kept."""
        self.parse()


class ThemedApp(App[int]):
    """A theme that is set when the app is there costs parsing and styling everything once more."""

    def __init__(self, theme: str, **how: Any) -> None:
        """Wear the theme of that name, the usual one where there is none."""
        super().__init__(**how)
        for each in THEMES:
            self.register_theme(each)
        self.set_reactive(App.theme, theme if theme in self.available_themes else DARK.name)
        self._worn = self.theme
        dark = self.current_theme.dark
        for name, on in (
            ("-dark-mode", dark),
            ("-light-mode", not dark),
            (f"-theme-{self.theme}", True),
            ("contrast", self.theme == HIGH_CONTRAST.name),
        ):
            self.set_class(on, name, update=False)
        self.stylesheet = _LastingStylesheet(variables=self.get_css_variables())

    def _get_screen(self, screen: Screen[Any] | str) -> tuple[Screen[Any], AwaitMount]:
        """Read its style sheet first: from Python 3.12 on its widgets are made and styled before Textual would."""
        self._load_screen_css(self.get_screen(screen))
        return super()._get_screen(screen)

    def refresh_css(self, animate: bool = True) -> None:
        """Style everything anew if the theme has changed: Textual asks for it at the start too."""
        if self.theme != self._worn:
            self._worn = self.theme
            self.set_class(self.theme == HIGH_CONTRAST.name, "contrast", update=False)
            super().refresh_css(animate)
