"""Whatever a reply holds, its message is one Slack takes, and says how much of the reply it does not hold."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.slack import limits
from bot.slack.mrkdwn import escape, unescape
from bot.slack.renderer import Extras, SlackMessage, render
from handlers.messages import Button, Figure, Reply, Table
from kpi.languages import Language
from kpi.pictures import DigestSheet, Panel, Trend, TrendPicture
from kpi.tones import Tone
from tests.bot.slack.block_lint import lint
from tests.bot.slack.samples import ANA, LI

PIECES = (
    *"aéçãñ汉字，。9",
    "转化率",
    "1.234,56",
    "<!channel>",
    "<!here|x>",
    "<@U024ANA>",
    "<script>alert(1)</script>",
    "&amp;",
    "&",
    "👩‍👩‍👧",
    "🇧🇷",
    "e\u0301",
    "👋🏽",
    "1️⃣",
    "\u200b",
    "\u200d",
    "\ufe0f",
    "\u3164",
    "\u202e",
    "\x00",
    "\x07",
    "\ud800",
    "\r\n",
    "\n",
    "\t",
    " ",
    "*",
    "_",
    "`",
    "|",
    ":tada:",
    "长" * 300,
    "&<>" * 900,
    "👩‍👩‍👧" * 60,
)
WORDS = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
TONES = st.sampled_from(list(Tone))
FIGURES = st.builds(Figure, WORDS, WORDS, WORDS, WORDS, TONES, WORDS, WORDS)
BUTTONS = st.builds(
    Button,
    WORDS,
    st.sampled_from(["/kpi", "", "/" * 2001]),
    st.sampled_from(["", "", "https://vigia.example", "javascript:alert(1)"]),
    st.booleans(),
    WORDS,
    WORDS,
)
VALUES = st.one_of(st.none(), st.floats(-1e9, 1e9, allow_nan=False))


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Return a table of 0 to 200 rows and 0 to 40 columns, its rows of different widths."""
    pool = draw(st.lists(WORDS, min_size=1, max_size=6))
    width, height = draw(st.integers(0, 40)), draw(st.integers(0, 200))
    columns = tuple(pool[number % len(pool)] for number in range(width))
    rows = tuple(
        tuple(pool[(row + cell) % len(pool)] for cell in range((width + row) % (width + 2))) for row in range(height)
    )
    return Table(columns, rows, draw(WORDS))


@st.composite
def trends(draw: st.DrawFn) -> Trend:
    """Return a line of 0 to 40 days, with gaps, bands and a target or without."""
    values = draw(st.lists(VALUES, max_size=40))
    has_band = draw(st.booleans())
    band = [(-1.0, 1.0) if has_band or number % 2 else None for number in range(len(values))]
    days = [f"{number} {draw(WORDS)}" if draw(st.booleans()) else f"day {number}" for number in range(len(values))]
    return Trend(
        tuple(values),
        tuple(band),
        (),
        (),
        target=draw(VALUES),
        hollow_from=draw(st.one_of(st.none(), st.integers(0, 40))),
        name=draw(WORDS),
        days=tuple(days),
        scale=draw(st.sampled_from([1, 100])),
        unit=draw(WORDS),
    )


PICTURES = st.one_of(
    st.none(),
    st.builds(TrendPicture, WORDS, WORDS, TONES, trends(), alt_text=WORDS),
    st.lists(trends(), max_size=3).flatmap(
        lambda lines: st.builds(
            DigestSheet,
            WORDS,
            WORDS,
            TONES,
            WORDS,
            st.just(tuple(Panel(one.name, "1", "", "", Tone.BAD, one) for one in lines)),
            alt_text=WORDS,
        )
    ),
)
REPLIES = st.builds(
    Reply,
    headline=WORDS,
    language=st.sampled_from(list(Language)),
    text=WORDS,
    tone=TONES,
    figures=st.lists(FIGURES, max_size=30).map(tuple),
    table=st.one_of(st.none(), tables()),
    picture=PICTURES,
    notes=st.lists(WORDS, max_size=20).map(tuple),
    footer=WORDS,
    buttons=st.lists(BUTTONS, max_size=40).map(tuple),
    mention=st.sampled_from([None, ANA, LI]),
    reference=WORDS,
)
EXTRAS = st.builds(
    Extras,
    file_id=st.sampled_from([None, "F000000001"]),
    share_command=st.sampled_from(["", "/kpi gmv"]),
    shared_by=st.sampled_from(["", "U024ANA"]),
    is_repeat=st.booleans(),
    has_charts=st.booleans(),
    is_plain=st.booleans(),
)
SLOW = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)


def missing_in(message: SlackMessage, what: str) -> int:
    """Return how many rows, figures … an English message says it does not hold."""
    said = next((str(block) for block in message.blocks if "/left-out/" in block["block_id"]), "")
    found = re.search(rf"(\d+) {what}s?\b", said)
    return int(found[1]) if found else 0


def of_kind(message: SlackMessage, kind: str) -> list[dict[str, Any]]:
    """Return the blocks of one kind."""
    return [block for block in message.blocks if block["type"] == kind]


@SLOW
@given(REPLIES, EXTRAS)
def test_any_reply_becomes_a_message_slack_takes(reply: Reply, extras: Extras) -> None:
    """Accents, Chinese, joined emoji, markup, control characters and half characters, in every place at once."""
    message = render(reply, "delivery-7", extras)
    assert lint(message.text, message.blocks) == []
    json.dumps(message.blocks, ensure_ascii=False).encode()


@SLOW
@given(REPLIES, EXTRAS)
def test_the_lock_screen_reads_the_verdict_first(reply: Reply, extras: Extras) -> None:
    """Within its first 80 characters: behind the colour, and behind the word that it is sent again."""
    numbered = replace(reply, headline="R$ 128.456 ▼ 12,3% " + reply.headline)
    assert "128.456 ▼ 12,3%" in render(numbered, "delivery-7", extras).text[:80]


@SLOW
@given(st.integers(0, 600), st.integers(0, 200), st.integers(0, 40), st.integers(0, 40), st.booleans(), WORDS)
def test_what_is_not_shown_is_counted(
    figures: int, rows: int, notes: int, buttons: int, is_plain: bool, filling: str
) -> None:
    """Each figure, row, note and button stands in the message, or the message says how many do not."""
    cell = filling[:120]
    reply = Reply(
        "Verdict",
        Language.EN,
        figures=tuple(Figure(f"figure-{number}.", "1") for number in range(figures)),
        table=Table(("Store", "GMV"), tuple((f"row-{number}.", cell) for number in range(rows))),
        notes=tuple(f"note-{number}. {cell}" for number in range(notes)),
        buttons=tuple(Button(f"button-{number}.", "/kpi") for number in range(buttons)),
    )
    message = render(reply, "delivery-7", Extras(is_plain=is_plain))
    said = str(message.blocks)
    for what, count in (("figure", figures), ("row", rows), ("note", notes), ("button", buttons)):
        shown = len(set(re.findall(rf"{what}-\d+\.", said)))
        assert shown + missing_in(message, what) == count, what


@given(st.integers(0, 40), st.integers(0, 40))
def test_columns_that_do_not_fit_are_counted(names: int, cells: int) -> None:
    """Also those of a row that is wider than the names above it."""
    reply = Reply("Verdict", Language.EN, table=Table(("n",) * names, (("c",) * cells,)))
    message = render(reply, "delivery-7")
    (table,) = of_kind(message, "table") or [{"rows": [()]}]
    assert len(table["rows"][0]) + missing_in(message, "column") == max(names, cells)


WHOLE = ("👩‍👩‍👧", "🇧🇷", "e\u0301", "👋🏽", "1️⃣", "汉", "&", "<", ">", "7")
"""What a reader takes for one character each, and what is escaped to several."""


@SLOW
@given(st.lists(st.sampled_from(WHOLE), min_size=1, max_size=2500))
def test_a_cut_falls_between_two_characters_of_a_reader_and_is_seen(characters: list[str]) -> None:
    """No flag, family, accent or escape is split, in plain text and in markup."""
    words = "".join(characters)
    message = render(
        Reply(words, Language.EN, words, figures=(Figure("n", words),), buttons=(Button(words, "/kpi"),)), "delivery-7"
    )
    beginnings = {"".join(characters[:count]) for count in range(min(len(characters), limits.SECTION_TEXT) + 1)}
    header, text, figures, actions = (message.blocks[number] for number in (0, 1, 2, -1))
    button = actions["elements"][0]
    body = text["text"]["text"].splitlines()[-1]
    value = figures["fields"][0]["text"].splitlines()[-1]
    for shown in (header["text"]["text"], button["text"]["text"], button["accessibility_label"]):
        assert shown == words or (shown.endswith("…") and shown[:-1] in beginnings)
    for marked in (message.text, body, value):
        shown = unescape(marked)
        assert escape(shown) == marked
        assert shown == words or (shown.endswith("…") and shown[:-1] in beginnings)
