"""One alert, from stored facts to a Slack channel and a WeCom group, and back by a pressed button."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from handlers.messages import Arrival
from kpi.alerts.records import Verdict
from kpi.days import ONE_DAY
from kpi.deliveries import CauseKind, DeliveryState
from kpi.engagements import Platform
from tests.journeys.sent_world import BEFORE_THE_SLOTS, MANAGER, World

MOST_MARKDOWN_BYTES = 4096


@pytest.fixture
def world_file(filled_file: Path) -> Path:
    """Return a database with the facts of all stores."""
    return filled_file


async def _morning(world: World) -> None:
    await world.vigia.errands.sweep_alerts()
    await world.vigia.outbox.sweep()
    await world.vigia.outbox.finish()


async def test_a_fall_reaches_slack_and_wecom_once_each_and_is_taken_by_a_button(world: World) -> None:
    """Same snapshot, two platforms, two languages; the seller's room waits for its morning in Beijing."""
    await _morning(world)
    await _morning(world)
    ledger = {one.platform: one for one in world.ledger() if one.cause_kind is CauseKind.ALERT}
    assert ledger[Platform.SLACK].state is DeliveryState.SENT
    (posted,) = world.slack.of("chat.postMessage")
    assert "Conversão" in posted["text"]
    assert len(world.slack.files) == 1
    assert world.slack.problems == []
    with world.vigia.database.view() as work:
        (alert,) = work.alerts.of_engagement("lumina", BEFORE_THE_SLOTS.date() - 40 * ONE_DAY)
    value = f"/alert ack {alert.id}"
    assert value in str(posted["blocks"])
    world.clock.set(world.clock() + timedelta(minutes=1))
    arrival = Arrival(Platform.SLACK, "C0OPS00001", MANAGER, value, world.clock(), "press 1")
    reply = await world.vigia.errands.answer(arrival)
    assert reply is not None
    with world.vigia.database.view() as work:
        taken = work.alerts.get(alert.id)
    assert taken is not None
    assert taken.verdict is Verdict.REAL
    assert "Ana Souza" in reply.headline
    await world.vigia.outbox.sweep()
    await world.vigia.outbox.finish()
    (changed,) = world.slack.of("chat.update")
    (shown,) = world.slack.messages["C0OPS00001"]
    assert changed["ts"] == shown["ts"]
    assert value not in str(changed["blocks"])
    assert "Ana Souza assumiu" in str(changed["blocks"])
    assert world.slack.problems == []


async def test_a_sellers_room_sleeps_until_nine_in_beijing(world: World) -> None:
    """22:00 in Beijing is quiet; at 09:00 the group is told, with coloured words and the picture."""
    await _morning(world)
    held = [one for one in world.ledger() if one.platform is Platform.WECOM and one.cause_kind is CauseKind.ALERT]
    assert held
    assert all(one.state is DeliveryState.PENDING for one in held)
    world.clock.set(BEFORE_THE_SLOTS + timedelta(hours=11, minutes=1))
    await world.vigia.outbox.sweep()
    await world.vigia.outbox.finish()
    words = [text for text in world.wecom.texts() if "转化率" in text]
    assert words
    assert all(len(text.encode()) <= MOST_MARKDOWN_BYTES for text in words)
    assert "主因" in words[0]
