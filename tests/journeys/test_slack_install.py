"""Vigia in several Slack workspaces, over real HTTP: installed by a link, each spoken with by its own token, left."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from kpi.deliveries import DeliveryState
from tests.bot.slack.test_room_events import happened
from tests.journeys.linked_world import ACME, AURORA, OPERATIONS, SELLER, LinkedWorld, linked_world
from tests.journeys.sent_world import BEFORE_THE_SLOTS
from tests.twins.slack_oauth import Team


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[LinkedWorld]:
    """Give a served bot that nobody has installed yet."""
    async with linked_world(tmp_path, public_url="", slack_bot_token=None) as made:
        yield made


def teams(world: LinkedWorld) -> tuple[Team, Team]:
    """Return the seller's workspace and the operator's."""
    world.slack.channels |= {SELLER, OPERATIONS}
    aurora = world.desk.team(AURORA, "Aurora 极光", SELLER)
    return aurora, world.desk.team(ACME, "Acme", OPERATIONS)


async def test_from_a_link_to_answers_digests_and_the_end_in_each_workspace(world: LinkedWorld) -> None:
    """Installed, asked, sent with renewed tokens, uninstalled, told in the other places, and installed again."""
    aurora, acme = teams(world)
    for team in (aurora, acme):
        page = await world.install(team)
        assert page.status_code == 200, page.text
    assert [one.id for one in world.workspaces()] == [ACME, AURORA]

    await world.ask(ACME, OPERATIONS, "gmv", "1.1")
    await world.ask(AURORA, SELLER, "gmv", "1.2")
    first = {
        team.id: next(token for token, one in world.desk.given.items() if one.team is team) for team in (aurora, acme)
    }
    assert world.tokens("chat.postEphemeral", OPERATIONS) == [first[ACME]]
    assert world.tokens("chat.postEphemeral", SELLER) == [first[AURORA]]

    world.clock.set(BEFORE_THE_SLOTS)
    world.fill()
    await world.sweep()
    world.clock.advance(timedelta(minutes=40))
    await world.sweep()
    assert [one.state for one in world.ledger()] == [DeliveryState.SENT] * 2
    sent = {*world.tokens("chat.postMessage", SELLER), *world.tokens("chat.postMessage", OPERATIONS)}
    assert len(sent) == 2
    assert sent.isdisjoint(first.values()), "tokens of eleven hours ago are renewed before they end"
    assert len(world.slack.of("oauth.v2.access")) == 4, "two installations, and one renewal each"

    world.desk.uninstall(aurora)
    for kind, event_id in (("app_uninstalled", "Ev1"), ("tokens_revoked", "Ev2")):
        body = happened(kind, event_id, tokens={"bot": ["U0VIGIA001"]})
        body |= {"team_id": AURORA, "event_time": int(world.clock().timestamp())}
        del body["authorizations"]
        await world.event(body)
    assert [one.id for one in world.workspaces()] == [ACME]
    await world.send_due()
    told = [text for text in world.wecom.texts() if "Slack" in text]
    assert len(told) == 1, "the operator's group in WeCom"
    assert "lumina-seller" in told[0]
    assert len([one for one in world.slack.messages[OPERATIONS] if "lumina-seller" in str(one["blocks"])]) == 1
