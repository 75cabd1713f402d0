"""People of other workspaces in shared channels: who is answered, who is told one sentence, and who gets silence."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.bot.slack.payloads import BOT_USER, command, event, form_of, press, reacted, said
from tests.journeys.sent_world import World
from tests.journeys.test_slack_listening import OPERATIONS, SELLER, WEI, Listened

NOWHERE = "C0NOWHERE1"
STRANGER = "U0STRANGER"
HOME, THEIRS, THIRD = "T0HOME0001", "T0OTHER001", "T0THIRD001"


@pytest.fixture
async def listened(world: World) -> AsyncIterator[Listened]:
    """Return a bot that is sent what Slack sends."""
    made = Listened(world)
    made.slack.channels.add(NOWHERE)
    yield made
    await made.close()


def mention(person: str, team: str = THEIRS, channel: str = SELLER, **more: Any) -> dict[str, Any]:
    """Return a question to Vigia by somebody of a workspace."""
    return event(**{"user": person, "team": team, "user_team": team, "source_team": team, "channel": channel, **more})


def pressed(person: str, team: str = THEIRS, channel: str = SELLER) -> dict[str, Any]:
    """Return a pressed button; the install's workspace stands beside the presser's own."""
    return press("/kpi", user={"id": person, "team_id": team}, channel={"id": channel})


async def typed(listened: Listened, person: str, team: str, channel: str = SELLER) -> None:
    """Let somebody run a command, as people of a workspace that installed Vigia too can."""
    fields = command("", channel_id=channel, user_id=person, team_id=team)
    await listened._send(form_of(fields), "application/x-www-form-urlencoded")


@pytest.mark.parametrize("team", [HOME, THEIRS, THIRD])
async def test_whom_the_engagement_names_is_answered_from_whichever_workspace_they_write(
    listened: Listened, team: str
) -> None:
    """Mention, button and command: the user id says who it is, the engagement file what they may."""
    await listened.event(mention(WEI, team))
    await listened.press(pressed(WEI, team))
    assert len(listened.ours(SELLER)) == 2
    await typed(listened, WEI, team)
    assert [one["user"] for one in listened.slack.whispers] == [WEI]


async def test_a_stranger_in_a_bound_room_is_told_one_sentence_alone(listened: Listened) -> None:
    """By mention, button and command; of the room's seller they learn nothing."""
    await listened.event(mention(STRANGER))
    await listened.press(pressed(STRANGER))
    await typed(listened, STRANGER, THEIRS)
    assert listened.ours(SELLER) == []
    assert [one["user"] for one in listened.slack.whispers] == [STRANGER] * 3
    assert len({one["text"] for one in listened.slack.whispers}) == 1
    assert "Lumina" not in str(listened.slack.whispers)


async def test_a_stranger_who_asks_nothing_gets_silence(listened: Listened) -> None:
    """Messages and signs."""
    await listened.event(said("转化率掉得很厉害", user=STRANGER, team=THEIRS))
    await listened.event(reacted("rotating_light", user=STRANGER))
    assert listened.slack.calls == []


@pytest.mark.parametrize("person", [WEI, STRANGER])
async def test_a_channel_nobody_bound_is_silent_to_everybody(listened: Listened, person: str) -> None:
    """Channel ids of another workspace are such."""
    await listened.event(mention(person, channel=NOWHERE))
    await listened.press(pressed(person, channel=NOWHERE))
    await typed(listened, person, THEIRS, NOWHERE)
    assert listened.slack.calls == []


async def test_a_sellers_person_is_shown_out_of_the_operators_room(listened: Listened) -> None:
    """Somebody may have invited them into that channel."""
    await listened.event(mention(WEI, channel=OPERATIONS))
    assert listened.ours(OPERATIONS) == []
    assert len(listened.slack.whispers) == 1


async def test_one_act_that_comes_from_both_sides_counts_once(listened: Listened) -> None:
    """Both workspaces installed Vigia: all ids but those of channel and time are others."""
    await listened.event(mention(WEI))
    again = mention(WEI, event_id="Ev9999")
    again |= {"team_id": THEIRS, "authorizations": [{"team_id": THEIRS, "user_id": BOT_USER, "is_bot": True}]}
    await listened.event(again)
    assert len(listened.ours(SELLER)) == 1
    words, ts = "转化率从昨天开始掉得很厉害", "1795000700.000100"
    await listened.event(said(words, ts=ts, user=WEI))
    await listened.event(said(words, ts=ts, user=WEI, event_id="Ev9998") | {"team_id": THEIRS})
    assert len(listened.ours(SELLER)) == 2


async def test_an_actor_whom_slack_does_not_name_is_nobody(listened: Listened) -> None:
    """Slack may leave the person or their workspace out of what it sends."""
    await listened.event(mention(WEI, user=None))
    await listened.press(press("/kpi", user={"id": None, "team_id": None}))
    assert listened.slack.calls == []
    without = mention(WEI, ts="1795000800.000100")
    for key in ("team", "user_team", "source_team"):
        del without["event"][key]
    await listened.event(without)
    assert len(listened.ours(SELLER)) == 1
