"""A group's webhook in bad weather: removed, limited for long, and never named in what people can read."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import pytest

from handlers.engagement_setup import set_up_engagement
from kpi.audits.audit import AUDIT_EVERY
from kpi.deliveries import DeliveryState
from tests.journeys.sent_world import World
from tests.journeys.test_incidents import REPORT, Chat, answering, in_channel
from tests.twins.wecom_server import KEY, Trouble

SELLER = "lumina-seller"


@pytest.fixture
def world_file(filled_file: Path) -> Path:
    """Return a database with the facts of all stores."""
    return filled_file


async def post_digest(world: World) -> None:
    """Send the digest of the newest day to all rooms now."""
    await world.vigia.errands.send_digest_now("lumina")
    await world.vigia.outbox.sweep()
    await world.vigia.outbox.finish()


async def audit(world: World, times: int) -> None:
    """Let the self-audit run, and what it says go out."""
    for _ in range(times):
        world.clock.set(world.clock() + AUDIT_EVERY)
        await world.vigia.errands.sweep_digests()
        await world.vigia.self_watch.audit()
        await world.vigia.outbox.sweep()
        await world.vigia.outbox.finish()


def content_of_tables(folder: Path) -> bytes:
    """Return all bytes of the database, with what is not yet folded into it."""
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.name.startswith("vigia.sqlite"))


def states(world: World) -> dict[str, DeliveryState]:
    """Return how the newest delivery of each room ended."""
    return {one.room: one.state for one in reversed(world.ledger())}


async def test_a_removed_webhook_is_left_alone_and_the_operator_hears_of_it_in_slack(world: World) -> None:
    """93000: told once, with what to do; WeCom is not called again and again."""
    world.wecom.keys.clear()
    await post_digest(world)
    calls = world.wecom.calls
    assert states(world)[SELLER] is DeliveryState.FAILED
    await post_digest(world)
    assert world.wecom.calls == calls == 1
    await audit(world, 6)
    told = [one for one in in_channel(world) if "não recebem mais nada" in str(one)]
    assert len(told) == 1
    assert SELLER in str(told[0])


async def test_an_hour_of_refusals_makes_the_digest_late_and_loses_nothing(world: World) -> None:
    """45009 to everything: WeCom hears from us once a minute, and the group gets all of it in order, marked."""
    world.wecom.fail(*[Trouble(errcode=45009)] * 99)
    await post_digest(world)
    await post_digest(world)
    for _ in range(12 * 60):
        world.clock.set(world.clock() + timedelta(seconds=5))
        await world.vigia.outbox.sweep()
        await world.vigia.outbox.finish()
    assert states(world)[SELLER] is DeliveryState.PENDING
    assert world.wecom.texts() == []
    assert 55 <= world.wecom.calls <= 61
    world.wecom.troubles.clear()
    for _ in range(3):
        world.clock.set(world.clock() + timedelta(seconds=61))
        await world.vigia.outbox.sweep()
        await world.vigia.outbox.finish()
    verdicts = [text for text in world.wecom.texts() if text.startswith("##")]
    assert len(verdicts) == len({one.key for one in world.ledger() if one.room == SELLER})
    assert all("延迟 6" in text for text in verdicts)
    assert states(world)[SELLER] is DeliveryState.SENT


async def test_a_call_does_not_wait_behind_a_patient_digest(world: World) -> None:
    """An incident's message fails after two and a half minutes, so that it goes on another way."""
    world.wecom.fail(*[Trouble(errcode=45009)] * 99)
    await post_digest(world)
    with world.vigia.database.work() as work:
        set_up_engagement(work, answering(), (), (), world.clock())
    await Chat(world).seller(REPORT)
    for _ in range(5 * 12):
        world.clock.set(world.clock() + timedelta(seconds=5))
        await world.vigia.outbox.sweep()
        await world.vigia.outbox.finish()
    card = next(one for one in world.ledger() if one.key == "incident/lumina-1001/card/lumina-seller")
    digest = next(one for one in world.ledger() if one.key.startswith("digest/") and one.room == SELLER)
    assert (card.state, digest.state) == (DeliveryState.FAILED, DeliveryState.PENDING)


async def test_a_webhook_key_is_read_nowhere(
    world: World,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whatever fails: not in a log line, a metric, the ledger or any other table, nor in Slack."""
    caplog.set_level(logging.DEBUG)
    await post_digest(world)
    troubles = (
        Trouble(errcode=45009),
        Trouble(errcode=93000),
        Trouble(status=500, is_page=True),
        Trouble(is_dropped=True),
        Trouble(status=302),
    )
    for trouble in troubles:
        world.wecom.fail(trouble)
        await post_digest(world)
        world.clock.set(world.clock() + timedelta(hours=2))
    await audit(world, 3)
    printed = capsys.readouterr()
    said = caplog.text + printed.out + printed.err + world.vigia.telemetry.page().decode() + str(world.slack.calls)
    assert "delivery_settled" in said
    assert "93000" in said
    assert KEY not in said
    stored = content_of_tables(tmp_path)
    assert b"93000" in stored
    assert KEY.encode() not in stored
