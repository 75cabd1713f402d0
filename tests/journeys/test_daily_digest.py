"""One day's digest, from stored facts to a Slack channel and a WeCom group, through the whole running bot."""

from __future__ import annotations

from datetime import timedelta

import httpx

from bot.web import create_web
from kpi.deliveries import DeliveryState
from kpi.engagements import Platform
from tests.journeys.sent_world import BEFORE_THE_SLOTS, World


async def test_a_digest_reaches_both_rooms_once_in_their_languages(world: World) -> None:
    """Same figures, same id, two languages, one picture each, and a receipt in the ledger."""
    world.fill()
    await world.sweep()
    assert world.ledger() == ()
    world.clock.advance(timedelta(minutes=40))
    await world.sweep()
    await world.sweep()
    assert {(one.platform, one.state) for one in world.ledger()} == {
        (Platform.SLACK, DeliveryState.SENT),
        (Platform.WECOM, DeliveryState.SENT),
    }
    (posted,) = world.slack.of("chat.postMessage")
    assert "Lumina dom, 22/11" in posted["text"]
    assert "D-20261122-01-lumina" in str(posted["blocks"])
    assert world.wecom.kinds()[:2] == ["markdown", "image"]
    (text,) = [words for words in world.wecom.texts() if "D-20261122-01-lumina" in words]
    assert "11-22（周日）" in text
    assert world.slack.problems == []
    assert len(world.slack.files) == 1


async def test_wecom_is_never_posted_to_on_the_half_hour(world: World) -> None:
    """Its slot of 22:30 becomes 22:37; Slack's 11:30 stays."""
    world.fill()
    await world.sweep()
    world.clock.set(BEFORE_THE_SLOTS + timedelta(minutes=31))
    await world.sweep()
    assert [one.platform for one in world.ledger()] == [Platform.SLACK]
    world.clock.set(BEFORE_THE_SLOTS + timedelta(minutes=37))
    await world.sweep()
    assert len(world.ledger()) == 2


async def test_a_digest_waits_for_late_data_and_then_says_what_is_missing(world: World) -> None:
    """Until the deadline nothing is sent; after it the gap is named, and nothing fell to zero."""
    world.fill(without="lumina-shopee-br")
    await world.sweep()
    world.clock.advance(timedelta(minutes=45))
    await world.sweep()
    assert world.ledger() == ()
    world.clock.advance(timedelta(minutes=60))
    await world.sweep()
    (posted,) = world.slack.of("chat.postMessage")
    assert "dados parciais" in posted["text"]
    assert "Lumina Shopee Brasil: sem dados desde 21/11" in str(posted["blocks"])
    assert "100,0%" not in posted["text"]


async def test_a_bot_that_was_down_sends_one_notice_instead_of_stale_numbers(world: World) -> None:
    """Seven hours late: one sentence, never the digest as well."""
    world.fill()
    await world.sweep()
    world.clock.advance(timedelta(hours=9))
    await world.sweep()
    await world.sweep()
    (posted,) = world.slack.of("chat.postMessage")
    assert "não foi enviado a tempo" in posted["text"]
    assert "/kpi 2026-11-22" in str(posted["blocks"])


async def test_the_running_bot_is_healthy_and_ready(world: World) -> None:
    """Health, readiness and metrics answer; nothing else is open without the console."""
    app = create_web(world.vigia)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://vigia") as caller:
        assert (await caller.get("/livez")).json() == {"status": "alive"}
        assert (await caller.get("/healthz")).json() == {"status": "healthy", "faults": [], "audit_age_seconds": 0}
        assert (await caller.get("/readyz")).json() == {"database": True}
        assert "vigia_answer_seconds" in (await caller.get("/metrics")).text
        assert (await caller.get("/console")).status_code == 404
        assert (await caller.post("/slack/events", content=b"{}")).status_code == 401


async def test_late_data_is_corrected_once_and_the_digest_stays_as_it_was_sent(world: World) -> None:
    """Shopee's day arrives after the partial digest: one correction a room, old and new value, both ids."""
    world.fill(without="lumina-shopee-br")
    await world.sweep()
    world.clock.advance(timedelta(minutes=105))
    await world.sweep()
    await world.vigia.errands.sweep_corrections()
    assert len(world.ledger()) == 2
    world.clock.advance(timedelta(hours=1))
    world.fill()
    await world.vigia.errands.sweep_corrections()
    await world.vigia.errands.sweep_corrections()
    await world.sweep()
    assert [one.state for one in world.ledger()] == [DeliveryState.SENT] * 4
    correction = world.slack.of("chat.postMessage")[-1]
    assert "Correção do resumo de dom, 22/11" in correction["text"]
    assert "D-20261122-01-lumina" in str(correction["blocks"])
    assert "D-20261122-02-lumina" in str(correction["blocks"])
    assert any("D-20261122-02-lumina" in text for text in world.wecom.texts())
