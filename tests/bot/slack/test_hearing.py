"""What Slack lets Vigia hear: which payloads are a person's message or a sign, and what becomes of them."""

from __future__ import annotations

from typing import Any

import pytest

from bot.slack.hearing import reaction_of, remark_of_message
from bot.slack.mrkdwn import spoken
from handlers.listening.listening import Sign
from tests.bot.slack.payloads import BOT_USER, CARD, reacted, said
from tests.bot.slack.samples import AT


def test_a_persons_message_in_a_channel_is_heard() -> None:
    """With its own id and that of the thread it stands in."""
    remark = remark_of_message(said("R&amp;D caiu &lt;x&gt;"), AT)
    assert remark is not None
    assert (remark.text, remark.handle, remark.address) == ("R&D caiu <x>", "U0SELLER01", "C0SELLER01")
    assert remark.thread == remark.message == "1795000100.000200"
    inside = remark_of_message(said(thread_ts=CARD), AT)
    assert inside is not None
    assert (inside.thread, inside.message) == (CARD, "1795000100.000200")


@pytest.mark.parametrize("kind", ["file_share", "thread_broadcast", None])
def test_words_with_a_file_or_for_the_channel_too_are_heard(kind: str | None) -> None:
    """They are what a person wrote."""
    assert remark_of_message(said(subtype=kind, channel_type="group"), AT) is not None


@pytest.mark.parametrize(
    "change",
    [
        *({"bot_id": "B1"}, {"subtype": "bot_message"}, {"subtype": "message_changed"}, {"subtype": "message_deleted"}),
        *({"subtype": "channel_join"}, {"user": ""}, {"ts": ""}, {"channel_type": "im"}, {"channel_type": "mpim"}),
        *({"text": f"<@{BOT_USER}> sales crashed"}, {"text": f"sales crashed, <@{BOT_USER}>"}),
    ],
)
def test_bots_edits_deletions_and_what_is_addressed_to_vigia_are_not_overheard(change: dict[str, str]) -> None:
    """A mention comes in by its own event, a direct message by its own door."""
    assert remark_of_message(said(**change), AT) is None


def test_without_our_own_name_a_leading_mention_is_taken_for_ours() -> None:
    """Some payloads do not say under which name we received them."""
    for text, is_heard in (("<@U0ANYBODY1> sales crashed", False), ("sales crashed <@U0ANYBODY1>", True)):
        body = said(text)
        body["authorizations"] = []
        assert (remark_of_message(body, AT) is not None) is is_heard


@pytest.mark.parametrize(
    ("reaction", "sign"),
    [
        ("rotating_light", Sign.REPORT),
        ("eyes", Sign.TAKE),
        ("white_check_mark", Sign.FIXED),
        ("heavy_check_mark", Sign.FIXED),
    ],
)
def test_four_emoji_are_signs(reaction: str, sign: Sign) -> None:
    """What they mean does not depend on Slack's names for them."""
    heard = reaction_of(reacted(reaction))
    assert heard is not None
    assert (heard.sign, heard.message, heard.handle, heard.is_ours) == (sign, CARD, "U0SELLER01", False)
    ours = reaction_of(reacted(reaction, item_user=BOT_USER))
    assert ours is not None
    assert ours.is_ours


@pytest.mark.parametrize(
    "broken",
    [
        *({"reaction": "tada"}, {"reaction": ""}, {"user": ""}, {"item": {}}, {"item": None}),
        *({"item": {"type": "file", "file": "F1"}}, {"item": {"type": "message", "channel": "C1"}}),
    ],
)
def test_any_other_reaction_means_nothing(broken: dict[str, Any]) -> None:
    """Joy, files, and shapes nobody knows yet."""
    assert reaction_of(reacted(**broken)) is None


def test_a_sign_put_again_is_an_act_of_its_own_and_a_retry_is_not() -> None:
    """Slack's retries carry the same time."""
    first, retried = reaction_of(reacted()), reaction_of(reacted())
    again = reaction_of(reacted(event_ts="1795000999.000100"))
    assert first is not None
    assert retried is not None
    assert again is not None
    assert first.event_id == retried.event_id != again.event_id


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("sales  fell\n<@U0SELLER01>  see <#C1|ops>", "sales fell\nsee #ops"),
        ("<!channel> R&amp;D &lt;b&gt;", "R&D <b>"),
        ("<https://x.example/a|the page> and <https://x.example/b>", "the page and https://x.example/b"),
        ("<!subteam^S1|@night> <@U1|li>", "@night @li"),
        ("<!date^1^{date}|22 Nov>", "22 Nov"),
        ("", ""),
    ],
)
def test_a_reported_message_is_plain_words(raw: str, words: str) -> None:
    """Nobody is woken by a report that repeats a message."""
    assert spoken(raw) == words
