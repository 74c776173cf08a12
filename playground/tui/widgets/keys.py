"""The line of keys at the bottom: as many as fit, and always those for help and for the way back."""

from collections.abc import Iterator, Sequence

from textual.widgets import Footer
from textual.widgets._footer import FooterKey

from playground.tui.widgets.question import Question

_ALWAYS = {"app.help", "help", "leave", "app.quit"}
_PADDING = 3


class Keys(Footer):
    """Leaves out what does not fit, the last first: the keys of what has the focus stand in front."""

    _shown: Sequence[tuple[object, ...]] = ()

    async def recompose(self) -> None:
        """Make the keys anew when they are others; Textual asks whenever they might be, even when we are gone."""
        if not self.is_attached:
            return
        wanted = [_told(key) for key in self.compose()]
        if wanted != self._shown:
            self._shown = wanted
            await super().recompose()

    def compose(self) -> Iterator[FooterKey]:
        """The keys that fit."""
        keys = [key for key in super().compose() if isinstance(key, FooterKey)]
        if isinstance(self.screen.focused, Question):  # nothing else is to be done before it has its answer
            keys = [key for key in keys if key.action.startswith("answer")]
        kept = {key: _width(key) for key in keys if key.action in _ALWAYS or key.has_class("-command-palette")}
        room = self.app.size.width - sum(kept.values()) - 1
        for key in keys:
            if key not in kept and _width(key) <= room:
                room -= _width(key)
                kept[key] = 0
            elif key not in kept:
                room = 0  # none of those behind it either: they matter less
        yield from (key for key in keys if key in kept)

    def on_resize(self) -> None:
        """There may be room for more, or for fewer."""
        self.refresh(recompose=True)


def _told(key: FooterKey) -> tuple[object, ...]:
    """All that a key shows and does."""
    return key.key, key.key_display, key.description, key.action, key.has_class("-disabled"), str(key.tooltip)


def _width(key: FooterKey) -> int:
    return len(key.key_display) + len(key.description) + _PADDING
