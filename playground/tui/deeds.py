"""Everything that keys do, gathered from the bindings: for the palette and for the help."""

from collections.abc import Awaitable, Callable, Iterator

from msgspec import Struct
from textual.actions import parse
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from playground.tui.widgets.panel import Frame, Panel

_FEW = 3
"""More keys than these are not told for one thing."""


class Deed(Struct, frozen=True):
    """One thing that can be done now."""

    where: str
    """Where its keys work."""
    key: str
    """As it is shown."""
    text: str
    """What it does, in a line."""
    action: str
    node: DOMNode


def deeds(app: App[int], screen: Screen[object]) -> Iterator[Deed]:
    """All that our own bindings can do on a screen now, whatever has the focus; each key once for each place."""
    seen: set[tuple[str, str]] = set()
    nodes: list[DOMNode] = [*screen.walk_children(with_self=True), app]
    for node in nodes:
        if node is app or _can_be_seen(node):
            for where, binding in _bindings(node):
                if (where, binding.key) not in seen and _works(node, binding):
                    seen.add((where, binding.key))
                    text = binding.tooltip or binding.description
                    yield Deed(where, app.get_key_display(binding), text, binding.action, node)


def _can_be_seen(node: DOMNode) -> bool:
    """Whether it is on the screen, or a pane that can be brought to the front of a frame that is."""
    if not all(each.display for each in node.ancestors):
        return False
    return node.display or (isinstance(node, Panel) and isinstance(node.parent, Frame) and node.parent.offers(node))


def _bindings(node: DOMNode) -> Iterator[tuple[str, Binding]]:
    """Bindings of our own classes, with the title of the group that they are in."""
    for kind in type(node).__mro__:
        if kind.__module__.startswith("playground.") and "BINDINGS" in vars(kind):
            where = getattr(kind, "BINDING_GROUP_TITLE", None) or "Everywhere"
            for binding in Binding.make_bindings(vars(kind)["BINDINGS"]):
                if binding.description:
                    yield where, binding


def _works(node: DOMNode, binding: Binding) -> bool:
    """Whether the action can be done now."""
    namespace, name, arguments = parse(binding.action)
    return bool(namespace) or node.check_action(name, arguments) is True


def commands(app: App[int], screen: Screen[object]) -> Iterator[SystemCommand]:
    """Every deed as a line of the palette, with its key."""
    told: set[tuple[str, str]] = set()
    for deed in deeds(app, screen):
        if (deed.where, deed.action) not in told:
            told.add((deed.where, deed.action))
            yield SystemCommand(deed.text, f"{deed.key}   {deed.where}", _doing(app, deed))


def _doing(app: App[int], deed: Deed) -> Callable[[], Awaitable[None]]:
    async def do() -> None:
        if isinstance(deed.node, Panel):
            deed.node.come_forward()
        await app.run_action(deed.action, deed.node)

    return do


def by_place(app: App[int], screen: Screen[object]) -> dict[str, list[tuple[str, str]]]:
    """Where keys work to what they do there: the keys of one thing together, and its line."""
    found: dict[str, dict[str, list[str]]] = {}
    for deed in deeds(app, screen):
        keys = found.setdefault(deed.where, {}).setdefault(deed.text, [])
        if deed.key not in keys:
            keys.append(deed.key)
    return {where: [(_range(keys), text) for text, keys in lines.items()] for where, lines in found.items()}


def _range(keys: list[str]) -> str:
    """Keys that follow each other as a range, such as ``0 … 9``; of others the first few."""
    if len(keys) > _FEW and len(keys) == ord(keys[-1][0]) - ord(keys[0][0]) + 1:
        return f"{keys[0]} … {keys[-1]}"
    return " ".join(keys[:_FEW])
