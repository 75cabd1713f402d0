"""A group's webhook in bad weather: removed, limited for long, and never named in what people can read."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import pytest

from kpi.audits import AUDIT_EVERY
from kpi.deliveries import DeliveryState
from tests.journeys.sent_world import World
from tests.journeys.test_incidents import in_channel
from tests.twins.wecom_server import KEY, Trouble

SELLER = "lumina-seller"


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


async def test_a_removed_webhook_is_left_alone_and_the_operator_hears_of_it_in_slack(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """93000: told once, with what to do; WeCom is not called again and again."""
    monkeypatch.setattr("bot.slack.pace.SECONDS_BETWEEN_MESSAGES", 0.0)
    world.fill()
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


async def test_a_webhook_key_is_read_nowhere(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whatever fails: not in a log line, a metric, the ledger or any other table, nor in Slack."""
    monkeypatch.setattr("bot.slack.pace.SECONDS_BETWEEN_MESSAGES", 0.0)
    caplog.set_level(logging.DEBUG)
    world.fill()
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
