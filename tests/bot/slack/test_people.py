"""Messages to one person: found by their user id, and refused for who reads nothing in Slack any more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.messengers import NotSentError, Parcel, UnreachableError
from bot.slack.gateway import Gateway
from bot.slack.messenger import SlackMessenger
from bot.slack.people import BELIEVED_SECONDS
from tests.bot.slack.conftest import Naps
from tests.bot.slack.samples import parcel
from tests.bot.slack.test_messenger import BEFORE
from tests.twins.slack_server import SlackServer, Trouble

ANA = "U024ANA"


@pytest.fixture
def messenger(slack: SlackServer, gateway: Gateway) -> SlackMessenger:
    """Return the messenger; Ana has a conversation with Vigia."""
    slack.conversations[ANA] = "D0ANA00001"
    return SlackMessenger(gateway)


def to_ana() -> Parcel:
    """Return a parcel for Ana alone."""
    room = parcel().room
    return replace(parcel(), room=replace(room, id="direct/ana/slack", address=ANA))


async def test_a_message_to_a_person_goes_into_their_conversation(
    slack: SlackServer, messenger: SlackMessenger
) -> None:
    """Slack is asked once who it is, however many messages follow; a lost one is looked for there."""
    receipts = [await messenger.post(to_ana()), await messenger.post(replace(to_ana(), delivery="delivery-8"))]
    assert [one["ts"] for one in slack.messages["D0ANA00001"]] == [one.platform_message for one in receipts]
    methods = [call.method for call in slack.calls]
    assert methods == ["users.info", "conversations.open", "chat.postMessage", "chat.postMessage"]
    assert await messenger.find(to_ana(), BEFORE) == receipts[0].platform_message


@pytest.mark.parametrize(("people", "code"), [("deactivated", "user_disabled"), ("strangers", "user_not_found")])
async def test_who_is_gone_is_told_apart_from_what_failed(
    slack: SlackServer, messenger: SlackMessenger, people: str, code: str
) -> None:
    """Nothing is posted, and the reason says what to do."""
    getattr(slack, people).add(ANA)
    for _ in range(2):
        with pytest.raises(UnreachableError, match=f"^{code}: This Slack account is deactivated or unknown"):
            await messenger.post(to_ana())
    assert [call.method for call in slack.calls] == ["users.info"]
    assert await messenger.find(to_ana(), BEFORE) is None


async def test_an_answer_about_a_person_is_believed_for_ten_minutes(
    slack: SlackServer, messenger: SlackMessenger, naps: Naps
) -> None:
    """Somebody deactivated afterwards is found out, and somebody who is back is reached."""
    await messenger.post(to_ana())
    slack.deactivated.add(ANA)
    naps.seconds += BELIEVED_SECONDS
    with pytest.raises(UnreachableError):
        await messenger.post(to_ana())
    slack.deactivated.clear()
    naps.seconds += BELIEVED_SECONDS
    await messenger.post(to_ana())
    assert len(slack.messages["D0ANA00001"]) == 2


async def test_an_installation_without_the_new_permission_still_writes(
    slack: SlackServer, messenger: SlackMessenger
) -> None:
    """It cannot see who was deactivated."""
    slack.plan("users.info", Trouble(code="missing_scope"))
    await messenger.post(to_ana())
    assert len(slack.messages["D0ANA00001"]) == 1


@pytest.mark.parametrize(
    ("method", "trouble", "seconds"),
    [
        ("users.info", Trouble(status=429, code="ratelimited", retry_after="7"), 7),
        ("conversations.open", Trouble(status=503, code="service_unavailable"), 15),
        ("conversations.open", Trouble(is_dropped=True), 15),
        ("conversations.open", Trouble(code="missing_scope"), None),
    ],
)
async def test_what_goes_wrong_on_the_way_says_nothing_about_the_person(
    slack: SlackServer, messenger: SlackMessenger, method: str, trouble: Trouble, seconds: int | None
) -> None:
    """Nothing was posted yet, so even a lost answer may be asked for again; and it is asked anew each time."""
    slack.plan(method, trouble)
    with pytest.raises(NotSentError) as failed:
        await messenger.post(to_ana())
    assert not isinstance(failed.value, UnreachableError)
    assert (failed.value.retry_after.total_seconds() if failed.value.retry_after else None) == seconds
    await messenger.post(to_ana())
    assert len(slack.messages["D0ANA00001"]) == 1
