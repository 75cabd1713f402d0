"""Text that cannot become markup, shortened by bytes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wecom.markdown import cut, escape, link, pieces, shown, size_of

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("<@all> wake up", "＜@all＞ wake up"),
        ("&lt;@all&gt;", "＆lt;@all＆gt;"),
        ("A&B", "A&B"),
        ("[free](https://bad.example)", "[free］(https://bad.example)"),
        ("**bold**", "＊＊bold＊＊"),
        ("# 1 seller", "＃ 1 seller"),
        ("type `/kpi`", "type `/kpi`"),
        ("a ` alone", "a ' alone"),
    ],
)
def test_what_people_wrote_never_becomes_markup(said: str, sent: str) -> None:
    """A store's name may hold anything; a mention in it would wake the whole group."""
    assert escape(said) == sent


@given(TEXTS)
def test_no_text_opens_a_tag_or_a_link(text: str) -> None:
    """Whatever is in it: no tag, no link, no bold, no lone backtick."""
    sent = escape(text)
    assert not set("<>*") & set(sent)
    assert "](" not in sent
    assert sent.count("`") % 2 == 0


@given(TEXTS, st.integers(8, 60))
def test_shown_text_stays_within_its_bytes(text: str, limit: int) -> None:
    """WeCom counts bytes, and refuses what is too long."""
    sent = shown(text, limit)
    assert size_of(sent) <= limit
    assert sent.count("`") % 2 == 0
    assert "\n" not in sent


@pytest.mark.parametrize(
    ("text", "limit", "kept"), [("汉字汉字", 12, "汉字汉字"), ("汉字汉字", 11, "汉字…"), ("abc", 3, "abc")]
)
def test_text_is_cut_by_bytes_and_not_by_characters(text: str, limit: int, kept: str) -> None:
    """Four Chinese characters are twelve bytes: they fit into twelve and not into eleven."""
    assert cut(text, limit) == kept


@given(TEXTS, st.integers(4, 40))
def test_pieces_are_the_whole_text_again(text: str, limit: int) -> None:
    """Nothing is lost between two pieces, and none is too long."""
    parted = list(pieces(text, limit))
    assert "".join(parted) == text
    assert all(size_of(piece) <= limit for piece in parted)


def test_an_accent_stays_with_its_letter() -> None:
    """A combining tilde alone at the start of a line would be unreadable."""
    first, second = pieces("na" + "a\u0303" + "o", 4)
    assert (first, second) == ("na", "a\u0303o")


def test_an_endless_cluster_is_parted_all_the_same() -> None:
    """A letter with a hundred accents must not stop the message."""
    parted = list(pieces("a" + "\u0303" * 100, 21))
    assert [size_of(piece) for piece in parted][:2] == [21, 20]
    assert all(left and right for left, right in pairwise(parted))


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://example.com/a", "[See［1］](https://example.com/a)"),
        ("https://example.com/(a) b", "[See［1］](https://example.com/%28a%29%20b)"),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_a_link_opens_a_page_and_nothing_else(url: str, sent: str) -> None:
    """A bracket in the address would end the link early; an address that runs something is no link."""
    assert link("See[1]", url) == sent
