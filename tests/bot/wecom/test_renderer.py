"""Replies as WeCom markdown."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wecom.limits import APP_MARKDOWN_BYTES, APP_PART_BYTES, MARKDOWN_BYTES, MOST_PARTS, PART_BYTES, TEXT_BYTES
from bot.wecom.markdown import size_of
from bot.wecom.parts import in_parts
from bot.wecom.renderer import ping_text, plain_text, render
from handlers.messages import Button, Figure, Reply, Table
from kpi.languages import Language
from kpi.tones import Tone
from tests.bot.wecom.samples import ANA, STRANGER, a_long_reply
from tests.twins.wecom_server import _judge

DIGEST = Reply(
    headline="Lumina 巴西站 11-22（周日）：转化率连续3天偏低",
    language=Language.EN,
    text="美客多转化率 1.81%（初值；正常 2.17–2.53%）\n主因：MLB3882114205 退出 Full 仓，占GMV跌幅 71%。",
    tone=Tone.WATCH,
    figures=(
        Figure("GMV", "R$12.85万", "▼12.3%", "", Tone.NEUTRAL, "目标进度 88%"),
        Figure("转化率", "1.81%", "▼0.54个百分点", "变差", Tone.WATCH, "目标 2.60%", "134 / 7,404"),
    ),
    notes=("美客多 ✓ 亚马逊 ⏳",),
    footer="数据日：巴西时间 11-22｜编号 D-20261122-07",
    buttons=(Button("Why?", "/kpi why gmv"), Button("口径说明", url="https://example.com/definitions")),
    reference="D-20261122-07",
)


def test_a_digest_reads_from_the_verdict_to_the_fine_print() -> None:
    """Verdict, judgement in a word with the bold cause, a quoted line a figure, coverage, links, grey footer."""
    assert "\n".join(render(DIGEST)) == (
        "## 🟠 Lumina 巴西站 11-22（周日）：转化率连续3天偏低\n"
        '<font color="warning">Needs a look</font>　**美客多转化率 1.81%（初值；正常 2.17–2.53%）**\n'
        "主因：MLB3882114205 退出 Full 仓，占GMV跌幅 71%。\n"
        "> **GMV** R$12.85万　▼12.3%｜目标进度 88%\n"
        '> **转化率** 1.81%　▼0.54个百分点 🟠 <font color="warning">变差</font>｜目标 2.60%｜134 / 7,404\n'
        "美客多 ✓ 亚马逊 ⏳\n"
        "[口径说明](https://example.com/definitions)\n"
        '<font color="comment">数据日：巴西时间 11-22｜编号 D-20261122-07</font>'
    )


def test_what_a_page_shows_is_linked_before_other_pages() -> None:
    """Nobody can press anything in a group: the details are one tap away."""
    text = "\n".join(render(DIGEST, page_url="https://vigia.example.com/pages/abc"))
    assert "\n[Details](https://vigia.example.com/pages/abc)　[口径说明](https://example.com/definitions)\n" in text


def test_a_good_day_is_one_line_and_its_footer() -> None:
    """Nothing to decide: nothing to scroll."""
    reply = Reply("Lumina: all on target, GMV R$149K", Language.EN, tone=Tone.GOOD, footer="D-1")
    (text,) = render(reply)
    assert text == (
        '🟢 Lumina: all on target, GMV R$149K (<font color="info">On track</font>)\n<font color="comment">D-1</font>'
    )


@pytest.mark.parametrize("tone", [Tone.GOOD, Tone.WATCH, Tone.BAD, Tone.UNKNOWN])
def test_a_colour_never_stands_without_a_word(tone: Tone) -> None:
    """Red means "up" to Chinese readers, and some readers see no red."""
    (text,) = render(replace(DIGEST, tone=tone, figures=(Figure("GMV", "1", tone=tone),)))
    coloured = re.findall(r'<font color="(\w+)">([^<]*)</font>', text)
    assert {colour for colour, _ in coloured} <= {"info", "comment", "warning"}
    assert all(word.strip() for _, word in coloured)
    assert len(coloured) == 3


def test_a_repeat_says_so_before_the_verdict() -> None:
    """Who reads it twice must know that it is one event."""
    (text,) = render(DIGEST, is_repeat=True)
    assert text.startswith("## (sent again) 🟠 Lumina")


def test_a_person_is_called_by_name_in_the_markdown() -> None:
    """The ping itself needs a text message: mentions in markdown reach nobody reliably."""
    (text,) = render(replace(DIGEST, mention=ANA))
    assert "\nAna Souza, please look at this.\n" in text
    assert "<@" not in text


def test_a_table_becomes_lines_below_the_names_of_its_columns() -> None:
    """Webhook markdown has no tables; an empty cell keeps its place, or the numbers would change their meaning."""
    table = Table(("Store", "GMV", "Orders"), (("Lumina BR", "", "120"), ("Lumina MX", "MX$ 40K", "9"), ()), "By store")
    (text,) = render(Reply("Stores", Language.EN, table=table))
    assert text == (
        "## Stores\n**By store**\n"
        '<font color="comment">Store · GMV · Orders</font>\n'
        "> **Lumina BR**　— · 120\n> **Lumina MX**　MX$ 40K · 9"
    )


def test_a_reference_appears_once() -> None:
    """It finds the log line; the footer may name it already."""
    assert render(DIGEST)[0].count("D-20261122-07") == 1
    assert "Reference: R-9" in render(replace(DIGEST, reference="R-9"))[0]


def test_a_long_reply_is_numbered_and_ends_with_its_footer() -> None:
    """Cut on line ends: each line is whole in exactly one message."""
    parts = render(replace(a_long_reply(), footer="D-1"))
    assert len(parts) == 2
    assert parts[0].endswith("\n…(1/2)")
    assert parts[1].endswith('<font color="comment">D-1</font>\n(2/2)')
    for number in range(1, 120):
        assert sum(f"Line {number} of" in part for part in parts) == 1


def test_what_fits_into_no_message_is_admitted() -> None:
    """Three messages at most; the last says that something is missing, and keeps the footer."""
    parts = render(replace(a_long_reply(2000), footer="D-1"))
    assert len(parts) == MOST_PARTS
    assert "… the rest did not fit into WeCom's messages." in parts[-1]
    assert parts[-1].endswith("D-1</font>\n(3/3)")
    assert max(map(size_of, parts)) <= PART_BYTES


@pytest.mark.parametrize(("extra", "messages"), [(0, 1), (1, 2)])
def test_a_message_is_split_one_byte_past_its_limit(extra: int, messages: int) -> None:
    """4,000 bytes go out as one message, 4,001 as two."""
    lines = ["a" * 999, "b" * 999, "c" * 999, "d" * (1000 + extra)]
    assert size_of("\n".join(lines)) == PART_BYTES + extra
    assert len(in_parts(lines, "", "")) == messages


def test_a_footer_that_does_not_fit_any_more_gets_a_message_of_its_own() -> None:
    """It names the data day and the id: it is never cut off."""
    parts = in_parts(["a" * 1950, "b" * 1950], "the footer " * 12, "the rest did not fit")
    assert parts == ("a" * 1950 + "\n" + "b" * 1950 + "\n…(1/2)", "the footer " * 12 + "\n(2/2)")


def test_our_limit_leaves_room_below_wecoms() -> None:
    """A split message and its number stay below what WeCom refuses."""
    assert PART_BYTES < MARKDOWN_BYTES
    assert APP_PART_BYTES < APP_MARKDOWN_BYTES


def tuples_of(items: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[tuple[Any, ...]]:
    """Return tuples of up to `most` items."""
    return st.lists(items, max_size=most).map(tuple)


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=400).map(lambda text: text * 3)
FIGURES = st.builds(Figure, WORDS, WORDS, WORDS, WORDS, st.sampled_from(Tone), WORDS, WORDS)


REPLIES = st.builds(
    Reply,
    headline=WORDS,
    language=st.sampled_from(Language),
    text=WORDS,
    tone=st.sampled_from(Tone),
    figures=tuples_of(FIGURES, 6),
    table=st.none() | st.builds(Table, tuples_of(WORDS, 12), tuples_of(tuples_of(WORDS, 12), 40), WORDS),
    notes=tuples_of(WORDS, 4),
    footer=WORDS,
    buttons=tuples_of(st.builds(Button, WORDS, url=WORDS.map("https://example.com/".__add__)), 4),
    mention=st.sampled_from((None, ANA, STRANGER)),
    reference=WORDS,
)


@given(REPLIES, st.booleans(), st.sampled_from((PART_BYTES, APP_PART_BYTES)))
def test_every_reply_becomes_messages_wecom_takes(reply: Reply, is_repeat: bool, part_bytes: int) -> None:
    """Whatever people wrote: within bytes, never empty, no tag but our colours, each one closed; for people too."""
    parts = render(reply, is_repeat=is_repeat, part_bytes=part_bytes)
    assert 1 <= len(parts) <= MOST_PARTS
    for part in parts:
        assert size_of(part) <= part_bytes
        if part.strip():
            assert _judge({"msgtype": "markdown", "markdown": {"content": part}}) == 0


@pytest.mark.parametrize("size", [10, TEXT_BYTES, TEXT_BYTES + 1, 9000])
def test_plain_texts_stay_within_their_bytes(size: int) -> None:
    """Pings and fallbacks are `text` messages: 2,048 bytes, footer included, and no mention from a headline."""
    reply = Reply("<@all>" + "字" * (size // 3), Language.EN, text="x" * size, footer="D-1")
    for text in (ping_text(reply, ANA), plain_text(reply)):
        assert size_of(text) <= TEXT_BYTES
        assert "<@" not in text
    assert plain_text(reply).endswith("\nD-1")
