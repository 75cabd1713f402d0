"""Every code Slack refuses a message with: what is said, what is thrown, and what is done without anybody's help."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.messengers import AnswerLostError, NotSentError, UnreachableError
from bot.slack.error_codes import CODES, OTHERWISE, Action, codes_of, sentence_for
from bot.slack.gateway import Gateway
from bot.slack.messenger import SlackMessenger
from kpi.deliveries import Placing
from tests.bot.slack.samples import parcel, room
from tests.twins.slack_server import SlackServer, Trouble

ROOM = "C0OPS00001"


@pytest.fixture
def messenger(gateway: Gateway) -> SlackMessenger:
    """Return the way out under test."""
    return SlackMessenger(gateway)


@pytest.mark.parametrize("code", sorted(codes_of(Action.TELL) | {"a_code_of_tomorrow"}))
async def test_what_people_must_mend_is_said_and_not_tried_again(
    slack: SlackServer, messenger: SlackMessenger, code: str
) -> None:
    """One call, nothing posted, a sentence that says what to do behind Slack's own code."""
    slack.plan("chat.postMessage", Trouble(code=code))
    with pytest.raises(NotSentError) as raised:
        await messenger.post(parcel())
    assert raised.value.reason == f"{code}: {sentence_for(code)}"
    assert raised.value.retry_after is None
    assert len(slack.of("chat.postMessage")) == 1
    assert slack.messages[ROOM] == []


@pytest.mark.parametrize("code", sorted(codes_of(Action.LESS)))
async def test_what_is_refused_for_its_blocks_goes_as_words(
    slack: SlackServer, messenger: SlackMessenger, code: str
) -> None:
    """At once, and the receipt says what it goes without."""
    slack.plan("chat.postMessage", Trouble(code=code))
    receipt = await messenger.post(parcel())
    (sent,) = slack.messages[ROOM]
    assert "table" not in [block["type"] for block in sent["blocks"]]
    assert "without its table" in receipt.remark


@pytest.mark.parametrize("code", sorted(codes_of(Action.ANEW)))
@pytest.mark.parametrize(
    ("placing", "method"), [(Placing.EDIT, "chat.update"), (Placing.REPLY, "chat.postMessage")], ids=["edit", "reply"]
)
async def test_what_has_lost_its_message_is_posted_anew(
    slack: SlackServer, messenger: SlackMessenger, placing: Placing, method: str, code: str
) -> None:
    """Deleted, too old to edit, or without a thread: what people must know does not depend on it."""
    first = await messenger.post(parcel())
    slack.plan(method, Trouble(code=code))
    receipt = await messenger.post(replace(parcel(), placing=placing, anchor=first.platform_message))
    assert len(slack.messages[ROOM]) == 2
    assert receipt.platform_message == slack.messages[ROOM][1]["ts"]
    assert "thread_ts" not in slack.messages[ROOM][1]


@pytest.mark.parametrize("code", sorted(codes_of(Action.ANEW)))
async def test_a_new_message_that_is_told_it_is_gone_is_refused(
    slack: SlackServer, messenger: SlackMessenger, code: str
) -> None:
    """It asks for no other message, so nothing can be left away: never in circles."""
    slack.plan("chat.postMessage", Trouble(code=code))
    with pytest.raises(NotSentError, match=code):
        await messenger.post(parcel())


@pytest.mark.parametrize("code", sorted(codes_of(Action.WAIT)))
async def test_what_is_too_much_waits_as_long_as_slack_says(
    slack: SlackServer, messenger: SlackMessenger, code: str
) -> None:
    """Whatever the status beside it."""
    slack.plan("chat.postMessage", Trouble(code=code, retry_after="12"))
    with pytest.raises(NotSentError) as raised:
        await messenger.post(parcel())
    assert raised.value.retry_after == timedelta(seconds=12)


@pytest.mark.parametrize("code", sorted(codes_of(Action.ASK)))
async def test_what_may_have_arrived_is_never_simply_repeated(
    slack: SlackServer, messenger: SlackMessenger, code: str
) -> None:
    """One call; the history is asked."""
    slack.plan("chat.postMessage", Trouble(code=code, is_done=True))
    with pytest.raises(AnswerLostError):
        await messenger.post(parcel())
    assert len(slack.of("chat.postMessage")) == 1


@pytest.mark.parametrize("code", sorted(codes_of(Action.NEXT_WAY)))
async def test_who_cannot_be_reached_here_is_reached_elsewhere(
    slack: SlackServer, messenger: SlackMessenger, code: str
) -> None:
    """The outbox tries the person's next way for this error alone."""
    slack.plan("conversations.open", Trouble(code=code))
    person = replace(room("U024ANA"), id="direct/ana/slack")
    with pytest.raises(UnreachableError, match=code):
        await messenger.post(replace(parcel(), room=person))


def test_every_sentence_is_one_that_ends() -> None:
    """And an unknown code has the general one."""
    assert all(meaning.sentence.endswith(".") for meaning in CODES.values())
    assert sentence_for("tomorrow") == OTHERWISE.sentence


def test_no_action_is_without_a_code() -> None:
    """Each is tested above."""
    assert all(codes_of(action) for action in Action)
