"""Replies as Slack messages: in order, in four languages, within every limit, and with nothing that calls people."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.models.blocks import Block

from bot.slack import limits
from bot.slack.renderer import Extras, SlackMessage, render
from handlers.messages import Button, Figure, Reply, Table
from kpi.languages import Language
from kpi.tones import Tone
from tests.bot.slack.block_lint import characters_in, lint
from tests.bot.slack.samples import ANA, LI, digest_reply, figure, good_day_reply, picture, sorry_reply

ALL = Extras(file_id="F000000001", share_command="/kpi gmv", shared_by="U024ANA")


def rendered(reply: Reply, extras: Extras = Extras()) -> SlackMessage:  # noqa: B008 - frozen
    """Return a message after both checks: our lint, and the SDK's own models."""
    message = render(reply, "delivery-7", extras)
    assert lint(message.text, message.blocks) == []
    for block in Block.parse_all(message.blocks):
        block.to_dict()
    return message


def of_kind(message: SlackMessage, kind: str) -> list[dict[str, Any]]:
    """Return the blocks of one kind."""
    return [block for block in message.blocks if block["type"] == kind]


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("make", [digest_reply, good_day_reply, sorry_reply])
@pytest.mark.parametrize("extras", [Extras(), ALL, replace(ALL, is_plain=True), Extras(is_repeat=True)])
def test_every_kind_of_reply_is_good_in_every_language(language: Language, make: Any, extras: Extras) -> None:
    """Both checks pass, with and without picture, shared, plain and repeated."""
    rendered(make(language), extras)


def test_a_digest_reads_from_verdict_to_buttons() -> None:
    """The order is that of a reader with a phone."""
    message = rendered(digest_reply(), ALL)
    assert [block["type"] for block in message.blocks] == [
        "header",
        "section",
        "section",
        "image",
        "section",
        "table",
        "context",
        "actions",
    ]
    assert message.text.startswith("🔴 Lumina dom, 22/11: conversão")
    assert message.blocks[0]["text"]["text"].startswith("🔴 Lumina dom")


def test_the_same_delivery_is_rendered_the_same() -> None:
    """Block ids come from the delivery, not from chance: an update finds its blocks again."""
    first, second = rendered(digest_reply(), ALL), rendered(digest_reply(), ALL)
    assert first == second
    assert all(block["block_id"].startswith("delivery-7/") for block in first.blocks)


@pytest.mark.parametrize("tone", [Tone.GOOD, Tone.WATCH, Tone.BAD, Tone.UNKNOWN])
def test_a_colour_never_stands_without_a_word(tone: Tone) -> None:
    """Red is up on a Chinese screen and bad on a Brazilian one; some readers see no colours at all."""
    bare = Figure("Conversion", "1.81%", tone=tone)
    message = rendered(Reply("Verdict", Language.EN, text="Cause.", tone=tone, figures=(bare,)))
    words = {
        Tone.GOOD: "On track",
        Tone.WATCH: "Needs a look",
        Tone.BAD: "Needs action",
        Tone.UNKNOWN: "Not enough data",
    }
    assert f"*{words[tone]}*" in message.blocks[1]["text"]["text"]
    assert f"({words[tone]})" in message.blocks[2]["fields"][0]["text"]


def test_a_neutral_message_has_neither_colour_nor_word() -> None:
    """Nothing is judged."""
    message = rendered(Reply("Targets", Language.EN, text="Two targets."))
    assert message.text == "Targets"
    assert message.blocks[1]["text"]["text"] == "Two targets."


def test_a_person_is_called_by_user_id_or_named() -> None:
    """Whoever has no Slack user is named, and nobody can be called by a made-up id."""
    assert "<@U024ANA>, veja isto" in str(rendered(replace(digest_reply(), mention=ANA)).blocks)
    assert "李雷, veja isto" in str(rendered(replace(digest_reply(), mention=LI)).blocks)
    odd = replace(ANA, handles=((ANA.handles[0][0], "!channel"),))
    assert "Ana &lt;Souza&gt;" in str(rendered(replace(digest_reply(), mention=odd)).blocks)


HOSTILE = "<!channel> <!here|x> <@U1|boss> <https://evil.example|Slack> @everyone &lt;!channel&gt; *x* `/kpi`"


def test_nothing_in_a_reply_becomes_markup_that_calls_people() -> None:
    """Listing titles are written by strangers."""
    hostile = Reply(
        HOSTILE,
        Language.EN,
        HOSTILE,
        Tone.BAD,
        (Figure(HOSTILE, HOSTILE, HOSTILE, HOSTILE, Tone.BAD, HOSTILE, HOSTILE),),
        Table((HOSTILE,), ((HOSTILE,),), HOSTILE),
        picture(HOSTILE),
        (HOSTILE,),
        HOSTILE,
        (Button(HOSTILE, HOSTILE),),
        reference=HOSTILE,
    )
    for extras in (ALL, replace(ALL, is_plain=True), Extras(shared_by="!channel")):
        rendered(hostile, extras)


def test_a_headline_fits_the_header_or_is_said_in_full_below() -> None:
    """150 characters fit with their colour; one more and the header ends in an ellipsis."""
    fits = "x" * (limits.HEADER_TEXT - len("🔴 "))
    at_limit = rendered(replace(digest_reply(), headline=fits))
    past = rendered(replace(digest_reply(), headline=fits + "y"))
    assert at_limit.blocks[0]["text"]["text"] == f"🔴 {fits}"
    assert fits not in at_limit.blocks[1]["text"]["text"]
    assert past.blocks[0]["text"]["text"].endswith("…")
    assert len(past.blocks[0]["text"]["text"]) == limits.HEADER_TEXT
    assert fits + "y" in past.blocks[1]["text"]["text"]


def test_a_text_fits_one_section_or_ends_in_an_ellipsis() -> None:
    """3000 characters fit."""
    at_limit = rendered(Reply("Verdict", Language.EN, "x" * limits.SECTION_TEXT))
    past = rendered(Reply("Verdict", Language.EN, "x" * (limits.SECTION_TEXT + 1)))
    assert at_limit.blocks[1]["text"]["text"] == "x" * limits.SECTION_TEXT
    assert past.blocks[1]["text"]["text"] == "x" * (limits.SECTION_TEXT - 1) + "…"


def test_ten_figures_fit_one_section_and_the_eleventh_opens_another() -> None:
    """No figure is lost."""
    ten = rendered(Reply("V", Language.EN, figures=tuple(figure(n) for n in range(limits.SECTION_FIELDS))))
    eleven = rendered(Reply("V", Language.EN, figures=tuple(figure(n) for n in range(limits.SECTION_FIELDS + 1))))
    assert [len(block["fields"]) for block in of_kind(ten, "section")] == [10]
    assert [len(block["fields"]) for block in of_kind(eleven, "section")] == [10, 1]


def test_a_field_fits_whatever_its_parts_are() -> None:
    """Each part has its share of the 2000 characters."""
    long = "&" * 3000
    message = rendered(Reply("V", Language.EN, figures=(Figure(long, long, long, long, Tone.BAD, long, long),)))
    assert len(message.blocks[1]["fields"][0]["text"]) <= limits.FIELD_TEXT


def test_ninety_nine_rows_fit_below_the_column_names() -> None:
    """100 rows with the names; the hundred-and-first is counted in words."""
    rows = tuple((f"store {number}", "1") for number in range(limits.TABLE_ROWS))
    at_limit = rendered(Reply("V", Language.EN, table=Table(("a", "b"), rows[:-1])))
    past = rendered(Reply("V", Language.EN, table=Table(("a", "b"), rows)))
    assert [len(block["rows"]) for block in of_kind(at_limit, "table")] == [100]
    assert of_kind(at_limit, "context") == []
    assert [len(block["rows"]) for block in of_kind(past, "table")] == [100]
    assert "Not shown here: 1 row." in str(of_kind(past, "context"))


def test_twenty_columns_fit_and_short_rows_are_filled() -> None:
    """Slack refuses the twenty-first cell and a row of another width."""
    names = tuple(f"c{number}" for number in range(limits.TABLE_COLUMNS + 1))
    (at_limit,) = of_kind(rendered(Reply("V", Language.EN, table=Table(names[:-1], (("x",),)))), "table")
    (past,) = of_kind(rendered(Reply("V", Language.EN, table=Table(names, (("x",),)))), "table")
    assert [len(row) for row in at_limit["rows"]] == [20, 20]
    assert [len(row) for row in past["rows"]] == [20, 20]


def test_a_table_without_rows_is_left_out() -> None:
    """Column names alone say nothing."""
    assert of_kind(rendered(Reply("V", Language.EN, "t", table=Table(("a",), ()))), "table") == []


def test_a_tenth_note_fits_and_an_eleventh_joins_it() -> None:
    """Context holds ten elements."""
    notes = tuple(f"note {number}" for number in range(limits.CONTEXT_ELEMENTS + 1))
    at_limit = of_kind(rendered(Reply("V", Language.EN, notes=notes[:-1])), "context")[0]["elements"]
    past = of_kind(rendered(Reply("V", Language.EN, notes=notes)), "context")[0]["elements"]
    assert [one["text"] for one in at_limit] == list(notes[:-1])
    assert past[-1]["text"] == "note 9 · note 10"


def test_twenty_five_buttons_fit() -> None:
    """The twenty-sixth is left out, and counted; a share button takes the last place."""
    buttons = tuple(Button(f"b{number}", f"/kpi {number}") for number in range(limits.ACTIONS + 1))
    last = []
    for some, extras in ((buttons[:-1], Extras()), (buttons, Extras()), (buttons, ALL)):
        (actions,) = of_kind(rendered(Reply("V", Language.EN, "t", buttons=some), extras), "actions")
        shown = [each for one in actions["elements"] for each in one.get("options", [one])]
        assert len(shown) == limits.ACTIONS
        last.append(shown[-1]["value"])
    assert last == ["/kpi 24", "/kpi 24", ALL.share_command]


@pytest.mark.parametrize(
    ("button", "is_kept"),
    [
        (Button("x" * limits.BUTTON_TEXT, "/kpi"), True),
        (Button("x" * (limits.BUTTON_TEXT + 1), "/kpi"), True),
        (Button("x", "/" * limits.BUTTON_VALUE), True),
        (Button("x", "/" * (limits.BUTTON_VALUE + 1)), False),
        (Button("x", url="https://" + "x" * (limits.BUTTON_URL - 8)), True),
        (Button("x", url="https://" + "x" * (limits.BUTTON_URL - 7)), False),
        (Button("x", url="javascript:alert(1)"), False),
        (Button("x"), False),
        (Button("", "/kpi"), True),
    ],
)
def test_a_button_is_shortened_or_left_out(button: Button, is_kept: bool) -> None:
    """A label may be cut; half a command or half an address must not run."""
    message = rendered(Reply("V", Language.EN, "t", buttons=(button,)))
    assert bool(of_kind(message, "actions")) is is_kept
    if is_kept:
        assert len(of_kind(message, "actions")[0]["elements"][0]["text"]["text"]) <= limits.BUTTON_TEXT


def test_a_pictures_words_fit_or_are_shortened() -> None:
    """2000 characters; without words of its own the headline speaks for it."""
    for length, shown in ((limits.ALT_TEXT, "x" * 2000), (limits.ALT_TEXT + 1, "x" * 1999 + "…")):
        reply = replace(good_day_reply(), picture=picture("x" * length))
        assert of_kind(rendered(reply, ALL), "image")[0]["alt_text"] == shown
    wordless = replace(good_day_reply(), picture=None)
    assert of_kind(rendered(wordless, ALL), "image")[0]["alt_text"] == wordless.headline


def test_a_long_message_id_still_leaves_room_for_the_part() -> None:
    """255 characters for a block id."""
    message = render(digest_reply(), "d" * 400)
    assert lint(message.text, message.blocks) == []


def test_a_notification_fits_or_is_shortened() -> None:
    """4000 characters of fallback text."""
    for length, shown in ((limits.MESSAGE_TEXT, "x" * 4000), (limits.MESSAGE_TEXT + 1, "x" * 3999 + "…")):
        assert rendered(Reply("x" * length, Language.EN)).text == shown


def test_a_message_too_large_as_a_whole_is_shortened_from_the_end_of_its_table_and_says_so() -> None:
    """12,000 characters: the last rows go first, the verdict and the buttons stay."""
    rows = tuple(("x" * 150, "y" * 150) for _ in range(60))
    large = rendered(replace(digest_reply(Language.EN), table=Table(("a", "b"), rows)), ALL)
    (table,) = of_kind(large, "table")
    shown = len(table["rows"]) - 1
    assert 30 < shown < 60
    assert f"Not shown here: {60 - shown} rows." in str(large.blocks)
    assert {"header", "image", "actions"} <= {block["type"] for block in large.blocks}
    assert limits.MESSAGE_CHARACTERS - 300 <= characters_in(large.blocks) <= limits.MESSAGE_CHARACTERS


def test_more_figures_than_blocks_are_cut_at_fifty_blocks() -> None:
    """500 figures would be 50 sections beside the header."""
    tiny = tuple(Figure("n", "1") for _ in range(500))
    message = rendered(Reply("V", Language.EN, figures=tiny))
    assert len(message.blocks) == limits.BLOCKS
    assert "Not shown here: 20 figures." in str(message.blocks[-1])
    at_limit = rendered(Reply("V", Language.EN, figures=tiny[:490]))
    assert len(at_limit.blocks) == limits.BLOCKS
    assert "Not shown here" not in str(at_limit.blocks)
