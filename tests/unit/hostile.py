"""Characters that a terminal would obey or a person would not see, and texts made of them."""

from hypothesis import strategies as st

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ZERO_WIDTH = "\u00ad\u200b\u200c\u200d\u2060\u2061\u2064\ufe0f\ufeff\U000e0001\U000e0041"
LINE_ENDS = "\u2028\u2029\x85\x0b\x0c\x1c\x1d\x1e"

TEXTS = {
    "colour": "\x1b[31mred\x1b[0m",
    "clipboard": "\x1b]52;c;cm0gLXJmIC8=\x07",
    "title": "\x1b]0;mine\x1b\\",
    "8-bit escape": "\x9b2J\x9d52;c;x\x9c",
    "overwrite": "safe\rroot\x08\x08",
    "line": "one\ntwo\u2028three\x85four",
    "bidi": "invoice\u202efdp.exe",
    "zero width": "ad\u200bmin\ufeff",
    "surrogates": "caf\udce9 \ud83d \udc00",
    "nul": "a\x00b",
    "markup": "[red]not[/red] [@click=app.quit]this[/]",
    "long": "x" * 100_000,
}
"""Hostile names by what they try."""


def is_dangerous(character: str) -> bool:
    """C0, DEL, C1, surrogates, line and paragraph ends, direction marks and what has no width."""
    code = ord(character)
    return (
        code < 0x20
        or 0x7F <= code <= 0x9F
        or 0xD800 <= code <= 0xDFFF
        or 0xE0000 <= code <= 0xE0FFF
        or character in BIDI + ZERO_WIDTH + LINE_ENDS
    )


def texts(max_size: int = 60) -> st.SearchStrategy[str]:
    """Any text at all, dangerous characters more often than others."""
    anything = st.characters(exclude_categories=())
    control = st.integers(0, 0x9F).map(chr)
    return st.text(st.one_of(anything, control, st.sampled_from(BIDI + ZERO_WIDTH + LINE_ENDS)), max_size=max_size)
