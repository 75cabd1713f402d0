"""A seller in an external WeCom group: the digest goes to the account manager alone, ready to forward."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from handlers.engagement_setup import set_up_engagement
from kpi.deliveries import DeliveryState
from kpi.engagements import Platform
from tests.journeys.sent_world import World, bound
from tests.twins.wecom_app_server import AGENT, CORP, SECRET, WeComAppServer

OUTSIDE = "lumina-seller"


@pytest.fixture
def company() -> Iterator[WeComAppServer]:
    """Return a company whose app may write to Ana."""
    server = WeComAppServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def app_settings(company: WeComAppServer) -> dict[str, Any]:
    """Return how the bot speaks as the app; no group has a webhook."""
    access = {"wecom_corp_id": CORP, "wecom_agent_id": AGENT, "wecom_app_secret": SECRET}
    return {**access, "wecom_api_url": company.url, "wecom_webhook_keys": {}}


@pytest.fixture
def world_file(filled_file: Path) -> Path:
    """Return a database with the facts of all stores."""
    return filled_file


@pytest.fixture
def forwarded(world: World) -> World:
    """Give the engagement whose seller's group Ana forwards to."""
    lumina = bound()
    place = {"address": "forwarded:lumina/lumina-seller", "forward_by": "ana"}
    rooms = tuple(replace(one, **place) if one.id == OUTSIDE else one for one in lumina.rooms)  # type: ignore[arg-type]
    people = tuple(
        replace(one, handles=(*one.handles, (Platform.WECOM, "ana"))) if one.id == "ana" else one
        for one in lumina.people
    )
    with world.vigia.database.work() as work:
        set_up_engagement(work, replace(lumina, rooms=rooms, people=people), (), (), world.clock())
    return world


async def test_the_account_manager_is_handed_the_sellers_digest(forwarded: World, company: WeComAppServer) -> None:
    """A note in Portuguese, the words in Chinese and in the seller's eyes, the picture; once, with its receipt."""
    await forwarded.sweep()
    forwarded.clock.advance(timedelta(minutes=40))
    await forwarded.sweep()
    await forwarded.sweep()
    assert [one["msgtype"] for one in company.sent] == ["markdown", "text", "image"]
    assert {one["touser"] for one in company.sent} == {"ana"}
    note, words = company.texts("ana")
    assert "Para encaminhar" in note
    assert "11-22（周日）" in words
    assert "毛利" not in words
    (delivery,) = [one for one in forwarded.ledger() if one.room == OUTSIDE]
    assert delivery.state is DeliveryState.SENT
    assert "to be forwarded by ana" in delivery.reason
    assert delivery.is_handed_over


async def test_a_digest_that_cannot_be_handed_over_has_failed(forwarded: World, company: WeComAppServer) -> None:
    """No licence for Ana: nobody calls it delivered, and the room counts as not reached."""
    company.unlicensed.add("ana")
    await forwarded.sweep()
    forwarded.clock.advance(timedelta(minutes=40))
    await forwarded.sweep()
    (delivery,) = [one for one in forwarded.ledger() if one.room == OUTSIDE]
    assert delivery.state is DeliveryState.FAILED
    assert "unlicenseduser" in delivery.reason
