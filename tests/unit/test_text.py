"""Nothing that a terminal obeys or hides comes through, and nothing grows beyond its limit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.text import clean, clean_lines
from tests.unit.hostile import TEXTS, is_dangerous, texts


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ordinary Ünïcode — 日本語 👍", "ordinary Ünïcode — 日本語 👍"),
        ("\x1b[31mred\x00", "␛[31mred␀"),
        ("a\tb\nc\x7f", "a␉b␊c␡"),
        ("\x9b2J", "\\u009b2J"),
        ("ab\u202edc", "ab\\u202edc"),
        ("\ud800", "\\ud800"),
        ("[red]x[/]", "[red]x[/]"),
        ("", ""),
    ],
)
def test_what_is_shown_in_place(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_lines_keep_their_ends_and_tabs() -> None:
    assert clean_lines("one\n\ttwo\r\n\x1b[2Jthree\u2028") == "one\n\ttwo␍\n␛[2Jthree\\u2028"


@pytest.mark.parametrize(("limit", "shown"), [(6, "abcdef"), (5, "abcd…"), (2, "a…"), (1, "…"), (0, "…")])
def test_what_is_too_long_ends_in_dots(limit: int, shown: str) -> None:
    assert clean("abcdef", limit) == clean_lines("abcdef", limit) == shown


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_hostile_texts_come_out_clean(text: str) -> None:
    assert not any(map(is_dangerous, clean(text)))
    assert len(clean(text)) <= 500
    assert not any(is_dangerous(each) for each in clean_lines(text) if each not in "\n\t")
    assert len(clean_lines(text)) <= 20_000


def test_every_character_is_judged() -> None:
    everything = [chr(code) for code in range(0x110000)]
    assert [each for each in everything if is_dangerous(each) and clean(each) == each] == []
    assert [each for each in everything if is_dangerous(each) and clean_lines(each) == each] == ["\t", "\n"]


@given(texts(), st.integers(1, 70))
def test_clean_is_safe_short_and_settled(text: str, limit: int) -> None:
    shown = clean(text, limit)
    assert not any(map(is_dangerous, shown))
    assert len(shown) <= limit
    assert clean(shown, limit) == shown


@given(texts(), st.integers(1, 70))
def test_clean_lines_is_safe_short_and_settled(text: str, limit: int) -> None:
    shown = clean_lines(text, limit)
    assert not any(is_dangerous(each) for each in shown if each not in "\n\t")
    assert len(shown) <= limit
    assert clean_lines(shown, limit) == shown


@given(st.text(st.characters(categories=("Lu", "Ll", "Nd", "Pd", "Po", "Sm", "Sc", "Zs"))))
def test_what_is_harmless_is_kept(text: str) -> None:
    assert clean(text) == clean_lines(text) == text
