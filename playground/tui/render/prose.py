"""Markdown in colours: what has paragraphs only by ourselves, since the general way takes long to import."""

import re
from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from rich.theme import Theme

_OTHER = re.compile(
    r"""^[ ]{0,3}([#>+|=]|[-*_~`]{3}|[-*][ ]|[-*]+$|--|\d+[.)])  # a block that is no paragraph
    |^[ ]{4}|[ ]{2}$                                          # indented, a line that ends here
    |[\\\[\]<>&!~]|``                                         # escapes, links, tags, entities, pictures, other code
    """,
    re.MULTILINE | re.VERBOSE,
)
_BLANK = re.compile(r"[^\S \n]")
_OPENS, _CLOSES = r"(?<![^\s(])", r"(?<=\S){0}(?![^\s.,;:?)])"
_MARKED = re.compile(
    rf"`([^`]+)`|{_OPENS}\*\*(?=\S)([^*`]+){_CLOSES.format('[*][*]')}|{_OPENS}\*(?=\S)([^*`]+){_CLOSES.format('[*]')}"
)


def drawn(text: str, accent: str, panel: str, *, dark: bool) -> RenderableType:
    """Markdown in the colours of a theme, not in those that rich has for a dark terminal."""
    code = _style(accent, panel)
    paragraphs = _paragraphs(text, code)
    return _Prose(paragraphs) if paragraphs is not None else _Markdown(text, accent, code, dark=dark)


class _Prose:
    def __init__(self, paragraphs: list[Text]) -> None:
        self._paragraphs = paragraphs

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for i, paragraph in enumerate(self._paragraphs):
            if i:
                yield Segment.line()
            yield from console.render(paragraph, options)


class _Markdown:
    def __init__(self, text: str, accent: str, code: Style, *, dark: bool) -> None:
        from rich.markdown import Markdown  # late: the first picture can do without

        self._markdown = Markdown(text, code_theme="github-dark" if dark else "default")
        styles = {"code": code, "h1": _style(accent, bold=True), "h2": _style(accent, bold=True)}
        styles |= {"link": _style(accent), "item.bullet": _style(accent, bold=True), "item.number": _style(accent)}
        self._theme = Theme({f"markdown.{name}": style for name, style in styles.items()}, inherit=True)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        with console.use_theme(self._theme):
            yield from console.render(self._markdown, options)


def _paragraphs(text: str, code: Style) -> list[Text] | None:
    """The paragraphs; None when there is something else in the text."""
    if _BLANK.search(text) or _OTHER.search(re.sub(r"`[^`\n]+`", "`", text)):
        return None
    found: list[Text] = []
    for block in re.split(r"\n\s*\n", text.strip()) if text.strip() else ():
        paragraph = Text(justify="left")
        for part, style in _parts(" ".join(line.strip() for line in block.splitlines()), code):
            if style is not code and not set(part).isdisjoint("*_`"):
                return None
            paragraph.append(part, style)
        found.append(paragraph)
    return found


def _parts(block: str, code: Style) -> Iterator[tuple[str, Style]]:
    end = 0
    for match in _MARKED.finditer(block):
        yield block[end : match.start()], Style.null()
        in_code, bold, italic = match.groups()
        yield in_code or bold or italic, code if in_code else Style(bold=True) if bold else Style(italic=True)
        end = match.end()
    yield block[end:], Style.null()


def _style(colour: str, ground: str = "", *, bold: bool = False) -> Style:
    """A style of two colours, as far as they are plain ones: the terminal's own have no number."""
    plain = {name: each for name, each in (("color", colour), ("bgcolor", ground)) if each.startswith("#")}
    return Style(bold=bold, **plain)  # type: ignore[arg-type]  # only these two
