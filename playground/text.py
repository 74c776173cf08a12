"""Text from processes and files, made safe to show. Pure."""

from typing import Any

_PICTURES = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421"}
_HIDDEN = (
    (0x80, 0x9F),
    (0xAD, 0xAD),
    (0x34F, 0x34F),
    (0x61C, 0x61C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xD800, 0xDFFF),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFB),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)


class _Safe(dict[int, int | str]):
    """Character to what is shown for it; hidden ones come in when they are met, since all of them are 6,000."""

    def __missing__(self, code: int) -> int | str:
        if any(low <= code <= high for low, high in _HIDDEN):
            self[code] = f"\\u{code:04x}"
            return self[code]
        return code


_TABLE = _Safe(_PICTURES)
_LINES_TABLE = _Safe({code: picture for code, picture in _PICTURES.items() if code not in (0x0A, 0x09)})


def clean(text: str, limit: int = 500) -> str:
    """Return the text without anything that a terminal would obey or hide, at most ``limit`` characters.

    Control characters become control pictures, invisible and direction-changing ones escapes.
    """
    if len(text) <= limit and text.isascii() and text.isprintable():
        return text
    return _cut(text, limit).translate(_TABLE)[: max(limit, 1)]


def clean_lines(text: str, limit: int = 20_000) -> str:
    """Like ``clean``, but line ends and tabs stay."""
    return _cut(text, limit).translate(_LINES_TABLE)[: max(limit, 1)]


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: max(limit - 1, 0)] + "…"


def clean_all(value: Any) -> Any:
    """A value in which all strings, those in its lists, tuples and objects too, are safe to show."""
    if isinstance(value, str):
        return clean(value, 4096)
    if isinstance(value, dict):
        return {clean(str(key)): clean_all(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(clean_all(each) for each in value)
    return value
