"""The platforms of a journey do what the real ones do, and no more."""

from __future__ import annotations

import pytest

from bot.messengers import AnswerLostError, NotAskedError, NotSentError, UnreachableError
from bot.simulation.journey import Weather
from bot.simulation.platforms import Chats
from bot.wecom.errors import RefusedError
from kpi.deliveries import Placing
from kpi.engagements import Platform, Room
from tests.bot.simulation.rooms import IN_SLACK, IN_WECOM, OPERATIONS, SELLER, STARTS, happens, journey, parcel, seen


async def test_slack_changes_a_message_in_its_place() -> None:
    """One living card."""
    chats = Chats(journey())
    slack = chats.messengers(lambda: STARTS)[Platform.SLACK]
    first = (await slack.post(parcel("card", OPERATIONS))).platform_message
    changed = await slack.post(parcel("card now", OPERATIONS, Placing.EDIT, first))
    answered = await slack.post(parcel("line", OPERATIONS, Placing.REPLY, first))
    assert changed.platform_message == first != answered.platform_message
    assert seen(chats) == [("posted", "card"), ("changed", "card now"), ("answered", "line")]
    assert chats.lines[1].before is not None
    assert chats.lines[1].before.headline == "card"


async def test_a_wecom_group_only_gets_new_messages_and_gives_no_id() -> None:
    """Webhook messages cannot be changed, answered or asked for."""
    chats = Chats(journey())
    wecom = chats.messengers(lambda: STARTS)[Platform.WECOM]
    first = await wecom.post(parcel("card", SELLER))
    await wecom.post(parcel("card now", SELLER, Placing.EDIT, "1"))
    assert first.platform_message == ""
    assert seen(chats) == [("posted", "card"), ("posted", "card now")]
    assert await wecom.find(parcel("card", SELLER), STARTS) is None


async def test_slack_is_asked_for_a_message_whose_answer_was_lost() -> None:
    """It took the message; nobody was told."""
    weather = happens(Weather.ANSWERS_LOST, OPERATIONS)
    chats = Chats(journey(weather))
    slack = chats.messengers(lambda: STARTS)[Platform.SLACK]
    with pytest.raises(AnswerLostError):
        await slack.post(parcel("card", OPERATIONS))
    with pytest.raises(NotAskedError):
        await slack.find(parcel("card", OPERATIONS), STARTS)
    chats.at = weather.until
    assert await slack.find(parcel("card", OPERATIONS), STARTS) == "1"
    assert await slack.find(parcel("another", OPERATIONS), STARTS) is None


@pytest.mark.parametrize(
    ("weather", "room", "words", "seconds"),
    [
        (Weather.ARCHIVED, OPERATIONS, "is_archived: ", None),
        (Weather.LIMITED, OPERATIONS, "429: ", 30),
        (Weather.DOWN, OPERATIONS, "connection failed: ", 15),
        (Weather.ARCHIVED, SELLER, "93000: ", None),
        (Weather.LIMITED, SELLER, "45009: ", 60),
        (Weather.DOWN, SELLER, "connection failed: ", 15),
        (Weather.LIMITED, IN_WECOM, "45009: ", 60),
        (Weather.UNREACHABLE, IN_WECOM, "unlicenseduser: ", None),
        (Weather.UNREACHABLE, IN_SLACK, "user_disabled: ", None),
    ],
)
async def test_bad_weather_reads_as_each_platform_says_it(
    weather: Weather, room: Room, words: str, seconds: int | None
) -> None:
    """The outbox decides on the reason and on when another try makes sense."""
    chats = Chats(journey(happens(weather, room)))
    with pytest.raises(NotSentError) as refused:
        await chats.messengers(lambda: STARTS)[room.platform].post(parcel("card", room))
    assert refused.value.reason.startswith(words)
    after = refused.value.retry_after
    assert (after.total_seconds() if after else None) == seconds
    assert isinstance(refused.value, RefusedError) is (words[:5] in {"45009", "93000"} and not room.is_direct)
    assert isinstance(refused.value, UnreachableError) is (weather is Weather.UNREACHABLE)
    assert seen(chats) == []


async def test_one_rooms_weather_is_not_anothers() -> None:
    """An archived room does not silence the other side."""
    chats = Chats(journey(happens(Weather.ARCHIVED, SELLER)))
    await chats.messengers(lambda: STARTS)[Platform.SLACK].post(parcel("card", OPERATIONS))
    assert seen(chats) == [("posted", "card")]
