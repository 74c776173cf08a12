"""The line of keys at the bottom: as many as fit, and always those for help and for the way back."""

from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual import events
from textual.app import RenderResult
from textual.binding import ActiveBinding
from textual.screen import Screen
from textual.widget import Widget

from playground.tui.widgets.question import Question

_ALWAYS = {"app.help", "help", "leave", "app.quit"}


class Key(NamedTuple):
    """One key of the line."""

    key: str
    shown: str
    does: str
    action: str
    enabled: bool
    tooltip: str

    @property
    def width(self) -> int:
        """Cells that it takes: a blank stands before, between and behind."""
        return len(self.shown) + len(self.does) + 3


class Keys(Widget):
    """One widget for all keys, where Textual has one for each: it is made anew whenever the focus moves.

    Leaves out what does not fit, the last first: the keys of what has the focus stand in front.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"keys--key", "keys--does", "keys--line", "keys--hover"}
    DEFAULT_CSS = """
    Keys { dock: bottom; width: 100%; height: 1; color: $footer-foreground; background: $footer-background; }
    Keys:hover { pointer: pointer; }
    Keys .keys--key { color: $footer-key-foreground; background: $footer-key-background; text-style: bold; }
    Keys .keys--does { color: $footer-description-foreground; background: $footer-description-background; }
    Keys .keys--line { color: $foreground 20%; }
    Keys .keys--hover { color: $footer-key-foreground; background: $block-hover-background; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._keys: list[Key] = []
        self._palette: Key | None = None
        self._hovered: Key | None = None
        self._mouse: int | None = None
        """The cell under the mouse."""

    def on_mount(self) -> None:
        """Follow what the keys do."""
        self.screen.bindings_updated_signal.subscribe(self, self._follow)

    def _follow(self, screen: Screen[object]) -> None:
        if screen.app.app_focus:
            self.call_after_refresh(self._look)

    def on_resize(self) -> None:
        """There may be room for more, or for fewer."""
        self._look()

    def _look(self) -> None:
        """Find the keys that fit; draw them when they are others."""
        if not self.is_attached:
            return
        before = self._keys, self._palette
        active = self.screen.active_bindings
        palette = active.get(self.app.COMMAND_PALETTE_BINDING)
        self._palette = self._key(palette) if palette is not None and not self._asked else None
        self._keys = list(self._fitting(active))
        if (self._keys, self._palette) != before:
            self._hover(self._mouse)
            self.refresh()

    @property
    def _asked(self) -> bool:
        """Whether there is a question, and nothing else is to be done before it has its answer."""
        return isinstance(self.screen.focused, Question)

    def _fitting(self, active: dict[str, ActiveBinding]) -> Iterator[Key]:
        """Those that fit, a key for each action."""
        keys: dict[str, Key] = {}
        for each in active.values():
            if each.binding.show and (not self._asked or each.binding.action.startswith("answer")):
                keys.setdefault(each.binding.action, self._key(each))
        always = [key for key in keys.values() if key.action in _ALWAYS]
        room = self.size.width - sum(key.width for key in always)
        room -= self._palette.width if self._palette is not None else 0
        for key in keys.values():
            if key not in always:
                if key.width > room:
                    room = 0  # none of those behind it either: they matter less
                    continue
                room -= key.width
            yield key

    def _key(self, active: ActiveBinding) -> Key:
        binding, tooltip = active.binding, active.tooltip or active.binding.description
        shown = self.app.get_key_display(binding)
        return Key(binding.key, shown, binding.description, binding.action, active.enabled, tooltip)

    def render(self) -> RenderResult:
        """All keys in one line, that of the palette at its end."""
        text = Text(no_wrap=True, end="")
        for key in self._keys:
            self._draw(key, f" {key.shown} ", f"{key.does} ", text)
        if self._palette is not None:
            text.append(" " * max(self.size.width - len(text) - self._palette.width, 0))
            text.append("▏", self.get_component_rich_style("keys--line", partial=True))
            self._draw(self._palette, f"{self._palette.shown} ", f"{self._palette.does} ", text)
        return text

    def _draw(self, key: Key, shown: str, does: str, text: Text) -> None:
        begin = len(text)
        text.append(shown, self.get_component_rich_style("keys--key"))
        text.append(does, self.get_component_rich_style("keys--does"))
        if not key.enabled:
            text.stylize("dim", begin)
        elif key == self._hovered:
            text.stylize(self.get_component_rich_style("keys--hover", partial=True), begin)

    # --- Mouse -----------------------------------------------------------------------------------------

    def _at(self, x: int) -> Key | None:
        """The key at a cell."""
        if self._palette is not None and x >= self.size.width - self._palette.width:
            return self._palette
        end = 0
        for key in self._keys:
            end += key.width
            if x < end:
                return key
        return None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Do what the key would."""
        key = self._at(event.x)
        if key is not None and key.enabled:
            self.app.simulate_key(key.key)
        elif key is not None:
            self.app.bell()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Say more about the key under the mouse."""
        self._hover(event.x)

    def on_leave(self) -> None:
        """Nothing is pointed at."""
        self._hover(None)

    def _hover(self, x: int | None) -> None:
        self._mouse = x
        key = self._at(x) if x is not None else None
        if key != self._hovered:
            self._hovered = key
            self.tooltip = key.tooltip if key is not None else None
            self.refresh()
