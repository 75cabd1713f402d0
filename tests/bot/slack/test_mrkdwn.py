"""Text for Slack: escaped, and shortened without breaking what a reader takes for one character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.mrkdwn import cut, cut_escaped, escape, graphemes, one_line, unescape

FAMILY, FLAG, ACCENTED, WAVE = "👩‍👩‍👧", "🇧🇷", "e\u0301", "👋🏽"


def test_characters_of_a_reader_stay_whole() -> None:
    """A family is one picture, a flag two letters, an accent belongs to its letter."""
    assert list(graphemes(f"a{FAMILY}{FLAG}{FLAG}{ACCENTED}{WAVE}汉")) == [
        "a",
        FAMILY,
        FLAG,
        FLAG,
        ACCENTED,
        WAVE,
        "汉",
    ]


@pytest.mark.parametrize("whole", [FAMILY, FLAG, ACCENTED, WAVE])
def test_a_cut_falls_between_characters(whole: str) -> None:
    """What does not fit whole is left out whole."""
    text = "ab" + whole + "cd"
    for limit in range(1, len(text) + 1):
        shown = cut(text, limit)
        assert len(shown) <= limit
        assert shown in {"…", "a…", "ab…", f"ab{whole}…", f"ab{whole}c…", text}


@pytest.mark.parametrize(("limit", "shown"), [(5, "abcde"), (4, "abc…"), (1, "…"), (0, "")])
def test_a_cut_text_has_exactly_its_limit(limit: int, shown: str) -> None:
    """The ellipsis counts."""
    assert cut("abcde", limit) == shown


@given(st.text(max_size=60), st.integers(1, 60))
def test_a_cut_entity_is_never_split(text: str, limit: int) -> None:
    """Escaping makes text longer: it is counted as Slack gets it."""
    shown = cut_escaped(text, limit)
    assert len(shown) <= limit
    assert escape(unescape(shown)) == shown


@given(st.text())
def test_what_is_escaped_reads_as_it_was_typed(text: str) -> None:
    """There and back."""
    assert unescape(escape(text)) == text
    assert "<" not in escape(text)


def test_one_line_has_no_breaks() -> None:
    """Bold ends at a line break."""
    assert one_line(" a\n\tb\u2028c ") == "a b c"
