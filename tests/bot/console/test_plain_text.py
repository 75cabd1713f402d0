"""A reply in a terminal: columns stay columns, also where a character is two wide."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.console.plain_text import reply_as_text
from bot.console.text_width import padded, width_of, wrapped
from handlers.messages import Figure, Reply, Table
from kpi.engagements import Role
from kpi.languages import Language
from kpi.tones import Tone
from tests.twins.console_world import SAO_PAULO, board_reply, person


def test_an_answer_reads_from_verdict_to_next_steps() -> None:
    """The whole layout at once, in the reading order of every platform."""
    assert reply_as_text(board_reply(Language.EN, "/kpi")).splitlines() == [
        "[! Needs a look] Lumina: /kpi",
        "",
        "MLB3882114205 left Full on 20/11 (71%).",
        "",
        "GMV               R$ 128,5 mil  ▼ 12,3%                88%",
        "转化率（美客多）         1.81%  ▼0.54个百分点  ! 变差  2.60%",
        "    134 / 7,404",
        "",
        "By store",
        "Store               GMV",
        "───────────────────────",
        "Lumina BR   R$ 88,1 mil",
        "Lumina MX  MX$ 40,2 mil",
        "",
        "[Picture: The chart of /kpi]",
        "",
        "· Amazon until 21:40",
        "",
        "Day 22/11 · D-20261122-07",
        "",
        "→ Targets      /kpi targets",
        "→ Definitions  https://example.com/",
    ]


def test_columns_stand_under_each_other_in_chinese() -> None:
    """Names of different width, one of them Chinese: the values end in the same column."""
    figures = (Figure("付款订单", "171"), Figure("GMV", "12"), Figure("断货SKU", "2"))
    lines = reply_as_text(Reply("x", Language.EN, figures=figures)).splitlines()[2:]
    assert {width_of(line) for line in lines} == {width_of("付款订单  171")}


def test_a_private_answer_says_so_and_a_neutral_one_has_no_mark() -> None:
    """The terminal's reader knows what a room would not have seen."""
    text = reply_as_text(Reply("Targets are set by your account manager.", Language.EN, is_private=True))
    assert text == "[only you see this] Targets are set by your account manager."


def test_whom_it_concerns_is_named_before_the_verdict() -> None:
    """A mention is a name where nobody can be pinged."""
    ana = person("ana", "Ana Souza", Role.ACCOUNT_MANAGER, Language.PT, SAO_PAULO)
    assert reply_as_text(Reply("Please look.", Language.EN, mention=ana)) == "@Ana Souza Please look."


@pytest.mark.parametrize(
    ("footer", "last_line"),
    [("", "Reference D-1"), ("Day 22/11", "Day 22/11 · Reference D-1"), ("Day 22/11 · D-1", "Day 22/11 · D-1")],
)
def test_a_reference_is_named_once(footer: str, last_line: str) -> None:
    """It finds the log line or the digest; twice in one line it would only be noise."""
    text = reply_as_text(Reply("x", Language.EN, footer=footer, reference="D-1"))
    assert text.splitlines()[-1] == last_line


@pytest.mark.parametrize("tone", list(Tone))
def test_every_tone_has_its_line(tone: Tone) -> None:
    """No tone falls through, and none is told by colour: there is none here."""
    assert reply_as_text(replace(board_reply(Language.EN, "x"), tone=tone)).splitlines()[0].endswith("Lumina: x")


def test_a_gap_in_words_does_not_push_a_column_of_numbers_to_the_left() -> None:
    """Missing is a word in a column of numbers."""
    table = Table(("Store", "Conversion"), (("A", "1.81%"), ("B", "2.40%"), ("C", "no data")))
    lines = reply_as_text(Reply("x", Language.EN, table=table)).splitlines()
    assert lines[-1] == "C         no data"
    assert lines[-2] == "B           2.40%"


def test_chinese_wraps_between_characters_and_never_before_a_full_stop() -> None:
    """Ten columns are five characters; the full stop stays with its sentence."""
    assert wrapped("主因退出仓位。负责人", 12) == ["主因退出仓位。", "负责人"]
    assert wrapped("one two three", 8) == ["one two", "three"]
    assert wrapped("· a note that goes on", 10, "  ") == ["· a note", "  that", "  goes on"]
    assert wrapped("a\n\nb", 10) == ["a", "", "b"]


@given(text=st.text(alphabet=st.sampled_from("ab é转化率。，▲🟠 -1%（）"), max_size=80), width=st.integers(8, 40))
def test_wrapping_loses_no_character_and_keeps_to_its_width(text: str, width: int) -> None:
    """Whatever is said arrives; a line is longer only by punctuation that must not start one, or one long word."""
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        longest_word = max((width_of(word) for word in line.split()), default=0)
        assert width_of(line.rstrip("。，）%-1 ")) <= max(width, longest_word)


@pytest.mark.parametrize(
    ("text", "width"), [("abc", 3), ("转化率", 6), ("▲1", 2), ("🟠", 2), ("e\u0301", 1), ("a\u200bb", 2), ("", 0)]
)
def test_the_width_of_text_is_counted_in_columns(text: str, width: int) -> None:
    """Chinese and emoji take two columns, accents and invisible characters none."""
    assert width_of(text) == width
    assert width_of(padded(text, 9)) == 9
    assert padded(text, 9, to_right=True).endswith(text)


def test_a_word_behind_a_closing_mark_may_still_wrap() -> None:
    """Only the mark itself is held back from the next line's start."""
    assert wrapped(" 。。。%a", 8) == [" 。。。%", "a"]
