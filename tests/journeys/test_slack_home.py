"""From opening Vigia in Slack to taking an incident there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from kpi.incidents.incident import Status
from tests.bot.slack.payloads import reacted
from tests.bot.slack.test_home import home_press, opened
from tests.journeys.sent_world import MANAGER, World
from tests.journeys.test_slack_listening import SELLER, TS, WEI, WORDS, Listened


@pytest.fixture
async def listened(world: World) -> AsyncIterator[Listened]:
    """Return a bot that is sent what Slack sends."""
    made = Listened(world)
    yield made
    await made.close()


async def test_an_account_manager_takes_an_incident_from_their_home(listened: Listened) -> None:
    """Opened, pressed, answered alone, and the home says so at once."""
    await listened.write(WORDS)
    await listened.event(reacted("rotating_light", user=WEI, item={"type": "message", "channel": SELLER, "ts": TS}))
    await listened.event(opened(user=MANAGER))
    (view,) = listened.slack.homes[MANAGER]
    buttons = [one for block in view["blocks"] if block["type"] == "actions" for one in block["elements"]]
    (take,) = [one for one in buttons if " ack " in one["value"]]
    pressed = home_press(take["value"], user={"id": MANAGER, "team_id": "T0HOME0001"})
    pressed["actions"][0]["action_id"] = take["action_id"]
    await listened.press(pressed)
    (incident,) = listened.incidents()
    assert (incident.status, incident.owner) == (Status.ACKNOWLEDGED, "ana")
    _, now = listened.slack.homes[MANAGER]
    assert take["value"] not in str(now)
    assert len(listened.ours("D0PERSON01")) >= 1
    assert listened.slack.problems == []


async def test_a_stranger_opens_an_empty_home(listened: Listened) -> None:
    """One sentence, and no name of anybody's."""
    await listened.event(opened(user="U0STRANGER"))
    (view,) = listened.slack.homes["U0STRANGER"]
    assert len(view["blocks"]) == 1
    assert "U0STRANGER" in str(view)
    assert "Lumina" not in str(view)
