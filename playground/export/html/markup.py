"""Markup that cannot be broken by what stands in it: every text is escaped unless it is markup already. Pure."""

import html


class Html(str):
    """Text that is markup."""

    __slots__ = ()


def text(value: object) -> Html:
    """Any value as text."""
    return value if isinstance(value, Html) else Html(html.escape(str(value)))


def join(*parts: object) -> Html:
    """Parts one after the other; None is left out."""
    return Html("".join(text(part) for part in parts if part is not None))


def tag(name: str, /, *children: object, **attributes: object) -> Html:
    """An element; ``class_`` is class, ``stroke_width`` stroke-width, an attribute that is None is left out."""
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{name}{told}>{join(*children)}</{name}>")


def void(name: str, /, **attributes: object) -> Html:
    """An element that holds nothing, as in SVG."""
    return Html(tag(name, **attributes).replace(f"></{name}>", "/>"))
