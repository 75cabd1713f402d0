"""The messenger against a Slack on loopback: what is sent, what is proved, and what each failure means."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.messengers import AnswerLostError, NotAskedError, NotSentError
from bot.slack.access import SlackAccess
from bot.slack.gateway import Gateway, create_gateway
from bot.slack.messenger import SlackMessenger
from handlers.messages import Reply
from kpi.deliveries import Placing
from kpi.languages import Language
from tests.bot.slack.conftest import Naps
from tests.bot.slack.samples import PNG, digest_reply, good_day_reply, parcel
from tests.twins.slack_server import SlackServer, Trouble

ROOM = "C0OPS00001"
BEFORE = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def messenger(gateway: Gateway) -> SlackMessenger:
    """Return the messenger under test."""
    return SlackMessenger(gateway)


async def test_a_parcel_without_picture_is_one_call(slack: SlackServer, messenger: SlackMessenger) -> None:
    """The receipt is Slack's ts; the delivery's id travels as metadata; no link is unfolded."""
    receipt = await messenger.post(parcel())
    (sent,) = slack.messages[ROOM]
    assert receipt.platform_message == sent["ts"]
    assert receipt.remark == ""
    assert sent["metadata"] == {"event_type": "vigia_delivery", "event_payload": {"delivery": "delivery-7"}}
    assert (sent["unfurl_links"], sent["unfurl_media"]) == (False, False)
    assert [call.method for call in slack.calls] == ["chat.postMessage"]
    assert slack.calls[0].token == "xoxb-not-a-token"


async def test_a_picture_is_shown_inside_the_message_once_it_is_ready(
    slack: SlackServer, messenger: SlackMessenger, naps: Naps
) -> None:
    """Completed without a channel, looked at after 0.5, 1, 2 s, and only then shown."""
    slack.looks_until_ready = 3
    receipt = await messenger.post(parcel(picture=PNG))
    (sent,) = slack.messages[ROOM]
    assert receipt.remark == ""
    assert naps.taken == [0.5, 1.0, 2.0]
    assert "channel_id" not in slack.of("files.completeUploadExternal")[0]
    (image,) = [block for block in sent["blocks"] if block["type"] == "image"]
    assert slack.files[image["slack_file"]["id"]].content == PNG
    assert image["alt_text"] == "Conversion fell for three days"
    assert slack.of("files.getUploadURLExternal")[0]["alt_txt"] == "Conversion fell for three days"


async def test_a_picture_that_never_becomes_ready_follows_into_the_thread(
    slack: SlackServer, messenger: SlackMessenger, naps: Naps
) -> None:
    """Four looks in 7.5 s, then the text goes alone and the picture after it."""
    slack.never_ready = True
    receipt = await messenger.post(parcel(picture=PNG))
    (sent,) = slack.messages[ROOM]
    assert naps.taken == [0.5, 1.0, 2.0, 4.0]
    assert not [block for block in sent["blocks"] if block["type"] == "image"]
    assert "thread" in receipt.remark
    assert (ROOM, sent["ts"]) in [share for file in slack.files.values() for share in file.shares]


async def test_refused_blocks_are_sent_again_without_picture_and_table(
    slack: SlackServer, messenger: SlackMessenger
) -> None:
    """`invalid_blocks` means surely not posted, so the same words may go again; every number stays as text."""
    slack.plan("chat.postMessage", Trouble(code="invalid_blocks"))
    receipt = await messenger.post(parcel(picture=PNG))
    (sent,) = slack.messages[ROOM]
    assert {"image", "table"}.isdisjoint(block["type"] for block in sent["blocks"])
    assert "Lumina MX" in str(sent["blocks"])
    assert "thread" in receipt.remark


async def test_blocks_refused_twice_are_never_sent(slack: SlackServer, messenger: SlackMessenger) -> None:
    """Nothing is left to take away: a person has to look."""
    slack.plan("chat.postMessage", Trouble(code="invalid_blocks"), Trouble(code="invalid_blocks"))
    with pytest.raises(NotSentError) as raised:
        await messenger.post(parcel())
    assert raised.value.retry_after is None
    assert len(slack.of("chat.postMessage")) == 2


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal", "files.info"])
async def test_a_picture_that_fails_on_its_way_never_stops_the_text(
    slack: SlackServer, messenger: SlackMessenger, method: str
) -> None:
    """Each step of the upload may fail, by code, by status or without an answer."""
    slack.plan(method, Trouble(code="fatal_error", status=500), Trouble(is_dropped=True))
    receipt = await messenger.post(parcel(picture=PNG))
    assert len(slack.messages[ROOM]) == 1
    assert receipt.remark != ""


async def test_a_picture_that_arrived_in_part_is_not_shown(slack: SlackServer, messenger: SlackMessenger) -> None:
    """Ready, but of another size than was sent: half a chart is worse than none inside the message."""
    slack.size_seen = len(PNG) - 1
    receipt = await messenger.post(parcel(picture=PNG))
    assert "image" not in [block["type"] for block in slack.messages[ROOM][0]["blocks"]]
    assert "thread" in receipt.remark


async def test_a_picture_whose_bytes_are_refused_is_named_as_lost(
    slack: SlackServer, messenger: SlackMessenger
) -> None:
    """The receipt says that the room saw no picture."""
    slack.accepts_bytes = False
    receipt = await messenger.post(parcel(picture=PNG))
    assert len(slack.messages[ROOM]) == 1
    assert "lost" in receipt.remark


async def test_too_many_requests_say_when_to_come_back(slack: SlackServer, messenger: SlackMessenger) -> None:
    """Slack took nothing and names the seconds; we call once and leave the waiting to the outbox."""
    slack.plan("chat.postMessage", Trouble(status=429, code="ratelimited", retry_after="37"))
    with pytest.raises(NotSentError) as raised:
        await messenger.post(parcel())
    assert raised.value.retry_after == timedelta(seconds=37)
    assert len(slack.of("chat.postMessage")) == 1


async def test_too_many_requests_without_seconds_still_wait(slack: SlackServer, messenger: SlackMessenger) -> None:
    """A proxy may drop the header."""
    slack.plan("chat.postMessage", Trouble(status=429, code="ratelimited"))
    with pytest.raises(NotSentError) as raised:
        await messenger.post(parcel())
    assert raised.value.retry_after == timedelta(seconds=30)


@pytest.mark.parametrize(
    "code",
    ["not_in_channel", "account_inactive", "token_revoked", "restricted_action", "a_code_of_tomorrow"],
)
async def test_a_refusal_is_for_good_and_says_why(slack: SlackServer, messenger: SlackMessenger, code: str) -> None:
    """Trying again would change nothing: a person has to."""
    slack.plan("chat.postMessage", Trouble(code=code))
    with pytest.raises(NotSentError) as raised:
        await messenger.post(parcel())
    assert raised.value.retry_after is None
    assert raised.value.reason.startswith(f"{code}: ")


async def test_a_channel_that_is_gone_or_archived_is_refused_for_good(
    slack: SlackServer, messenger: SlackMessenger
) -> None:
    """The twin's own rules say the same as the plan above."""
    slack.archived.add(ROOM)
    with pytest.raises(NotSentError, match="is_archived"):
        await messenger.post(parcel())
    with pytest.raises(NotSentError, match="channel_not_found"):
        await messenger.post(parcel(address="C0UNKNOWN1"))


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(is_dropped=True, is_done=True),
        Trouble(status=500, code="internal_error", is_done=True),
        Trouble(code="fatal_error", is_done=True),
        Trouble(status=502, is_page=True, is_done=True),
        Trouble(status=500, code="a_code_of_tomorrow", is_done=True),
        Trouble(status=503, code="service_unavailable"),
    ],
)
async def test_a_lost_answer_is_never_repeated_and_can_be_looked_up(
    slack: SlackServer, messenger: SlackMessenger, trouble: Trouble
) -> None:
    """The SDK's own retry would post twice; we call once, and the history knows whether it arrived."""
    slack.plan("chat.postMessage", trouble)
    with pytest.raises(AnswerLostError):
        await messenger.post(parcel())
    assert len(slack.of("chat.postMessage")) == 1
    found = await messenger.find(parcel(), BEFORE)
    assert found == (slack.messages[ROOM][0]["ts"] if trouble.is_done else None)


async def test_looking_up_asks_for_fifteen_messages_with_metadata(
    slack: SlackServer, messenger: SlackMessenger
) -> None:
    """More is not allowed to every kind of app; without the flag Slack leaves the metadata out."""
    await messenger.find(parcel(), BEFORE)
    (asked,) = slack.of("conversations.history")
    assert (asked["limit"], asked["include_all_metadata"]) == ("15", "1")
    assert float(asked["oldest"]) == BEFORE.timestamp()


async def test_looking_up_finds_only_this_delivery(slack: SlackServer, messenger: SlackMessenger) -> None:
    """Other apps' metadata and other deliveries do not count."""
    slack.messages[ROOM] = [
        {"ts": "1795000001.0", "metadata": {"event_type": "other", "event_payload": {"delivery": "delivery-7"}}},
        {"ts": "1795000002.0", "metadata": {"event_type": "vigia_delivery", "event_payload": {"delivery": "another"}}},
        {"ts": "1795000003.0"},
    ]
    assert await messenger.find(parcel(), BEFORE) is None


@pytest.mark.parametrize("trouble", [Trouble(status=429, retry_after="1"), Trouble(is_dropped=True)])
async def test_a_slack_that_does_not_answer_was_not_asked(
    slack: SlackServer, messenger: SlackMessenger, trouble: Trouble
) -> None:
    """No answer is not the answer that nothing is there: the outbox asks again before it repeats anything."""
    slack.plan("conversations.history", *[trouble] * 9)
    with pytest.raises(NotAskedError):
        await messenger.find(parcel(), BEFORE)


async def test_looking_up_without_permission_is_no_answer(slack: SlackServer, messenger: SlackMessenger) -> None:
    """Nobody knows then whether the message is there."""
    slack.plan("conversations.history", Trouble(code="missing_scope"))
    with pytest.raises(NotAskedError):
        await messenger.find(parcel(), BEFORE)


async def test_a_refused_connection_is_surely_unsent_and_worth_another_try(naps: Naps) -> None:
    """Nothing was even listening."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    access = SlackAccess("secret", "xoxb-not-a-token", None, f"http://127.0.0.1:{port}/api/")
    gateway = create_gateway(access, sleep=naps.sleep, seconds=naps.monotonic)
    with pytest.raises(NotSentError) as raised:
        await SlackMessenger(gateway).post(parcel())
    assert raised.value.retry_after == timedelta(seconds=15)
    await gateway.close()


async def test_one_channel_gets_one_message_a_second(slack: SlackServer, messenger: SlackMessenger, naps: Naps) -> None:
    """The second waits, another channel does not."""
    await messenger.post(parcel())
    await messenger.post(parcel(address="C0SELLER01"))
    assert naps.taken == []
    await messenger.post(parcel())
    assert naps.taken == [1.0]


async def test_a_repeat_says_that_it_is_one(slack: SlackServer, messenger: SlackMessenger) -> None:
    """Sent again on a person's word, it must not look like a second digest."""
    sample = parcel()
    await messenger.post(type(sample)("delivery-7", sample.room, sample.reply, None, is_repeat=True))
    assert slack.messages[ROOM][0]["text"].startswith("(")


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("make", [digest_reply, good_day_reply])
async def test_every_language_passes_the_lint_on_its_way(
    slack: SlackServer, messenger: SlackMessenger, language: Language, make: Callable[[Language], Reply]
) -> None:
    """The Slack on loopback checks each message it gets; its list of problems must stay empty."""
    await messenger.post(parcel(make(language), PNG))
    assert slack.problems == []
    assert len(slack.messages[ROOM]) == 1


async def test_a_changed_message_stays_where_it_stood(slack: SlackServer, messenger: SlackMessenger) -> None:
    """One living message: the same ts, new words, the newest delivery's id."""
    first = await messenger.post(parcel())
    changed = replace(
        parcel(reply=good_day_reply()), delivery="delivery-8", placing=Placing.EDIT, anchor=first.platform_message
    )
    receipt = await messenger.post(changed)
    (sent,) = slack.messages[ROOM]
    assert receipt == first
    assert sent["metadata"]["event_payload"] == {"delivery": "delivery-8"}
    assert [call.method for call in slack.calls] == ["chat.postMessage", "chat.update"]


async def test_a_message_that_was_deleted_is_posted_anew(slack: SlackServer, messenger: SlackMessenger) -> None:
    """What people must know does not depend on a message somebody removed."""
    receipt = await messenger.post(replace(parcel(), placing=Placing.EDIT, anchor="1794000000.000100"))
    (sent,) = slack.messages[ROOM]
    assert receipt.platform_message == sent["ts"] != "1794000000.000100"


async def test_a_changed_message_never_fills_its_thread_with_pictures(
    slack: SlackServer, messenger: SlackMessenger
) -> None:
    """A picture that is not ready in time is left out of a change, and the ledger says so."""
    first = await messenger.post(parcel())
    slack.never_ready = True
    receipt = await messenger.post(replace(parcel(picture=PNG), placing=Placing.EDIT, anchor=first.platform_message))
    assert "without it" in receipt.remark
    assert all(file.shares == [] for file in slack.files.values())


async def test_an_answer_stands_in_the_thread_and_can_be_found_there(
    slack: SlackServer, messenger: SlackMessenger
) -> None:
    """A short answer does not push the room's other messages up."""
    first = await messenger.post(parcel())
    answer = replace(parcel(), delivery="delivery-9", placing=Placing.REPLY, anchor=first.platform_message)
    receipt = await messenger.post(answer)
    assert slack.messages[ROOM][1]["thread_ts"] == first.platform_message
    assert await messenger.find(answer, BEFORE) == receipt.platform_message
    assert slack.of("conversations.replies")[0]["ts"] == first.platform_message


async def test_a_lost_change_is_recognised_by_the_id_it_carried(slack: SlackServer, messenger: SlackMessenger) -> None:
    """The message itself is asked, however old it is."""
    first = await messenger.post(parcel())
    change = replace(parcel(), delivery="delivery-8", placing=Placing.EDIT, anchor=first.platform_message)
    assert await messenger.find(change, datetime.now(UTC)) is None
    slack.plan("chat.update", Trouble(is_dropped=True, is_done=True))
    with pytest.raises(AnswerLostError):
        await messenger.post(change)
    assert await messenger.find(change, datetime.now(UTC)) == first.platform_message
