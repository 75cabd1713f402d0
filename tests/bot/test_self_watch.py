"""The self-audit on the event loop: repaired beside the outbox, healthy or not, a heartbeat only when clean."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.heartbeat import Heartbeat
from bot.self_watch import SelfWatch
from bot.telemetry import Telemetry
from kpi.audits.audit import AUDIT_EVERY, AUDIT_LATE_AFTER, Sweep
from kpi.deliveries import CauseKind, DeliveryState
from tests.twins.outbox_world import OutboxWorld

MINUTE = timedelta(minutes=1)


class CountedHeartbeat(Heartbeat):
    """Counts the beats it would make."""

    def __init__(self) -> None:
        super().__init__(SecretStr("http://127.0.0.1:1/"))
        self.beats = 0

    async def beat(self, seconds: float = 0) -> bool:
        """Count one."""
        del seconds
        self.beats += 1
        return True


class Watched:
    """A watch over the ledger of an outbox, whose sweeps all run well unless `is_deaf`."""

    def __init__(self, world: OutboxWorld) -> None:
        self.world = world
        self.telemetry, self.heartbeat = Telemetry(), CountedHeartbeat()
        self.is_deaf = False
        self.watch = self.another()

    def another(self) -> SelfWatch:
        """Return the watch of another process over the same ledger."""
        outbox = self.world.outbox
        return SelfWatch(self.world.work, self.world.clock, self.telemetry, outbox.recover, self.heartbeat)

    async def audit(self, after: timedelta = AUDIT_EVERY) -> None:
        """Audit after some time."""
        self.world.clock.advance(after)
        if not self.is_deaf:
            with self.world.database.work() as work:
                for sweep in Sweep:
                    work.audits.ran(sweep, self.world.clock())
        with capture_logs():
            await self.watch.audit()

    def metric(self, name: str) -> float:
        """Return a figure as Prometheus reads it."""
        lines = self.telemetry.page().decode().splitlines()
        return next(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(f"{name} "))


@pytest.fixture
def watched(outbox_world: OutboxWorld) -> Watched:
    """Give a watch over an empty ledger."""
    return Watched(outbox_world)


async def test_a_clean_audit_is_healthy_and_beats_once(watched: Watched) -> None:
    """Nothing stands, nothing is old."""
    await watched.audit()
    assert watched.watch.health().is_well
    assert watched.heartbeat.beats == 1
    assert watched.metric("vigia_audit_age_seconds") == 0
    watched.world.clock.advance(MINUTE)
    assert watched.metric("vigia_audit_age_seconds") == watched.watch.health().audit_age_seconds == 60


async def test_a_call_dropped_by_a_dead_process_is_looked_for_and_sent_once_more(watched: Watched) -> None:
    """Claimed and never ended: the audit finds it, and the rules of deliveries decide."""
    world = watched.world
    world.add("d1", kind=CauseKind.INCIDENT)
    world.claim()
    await watched.audit(16 * MINUTE)
    assert world.state("d1") is DeliveryState.PENDING
    assert world.delivery("d1").is_repeat
    assert len(world.slack.asked) == 1
    assert watched.heartbeat.beats == 0
    await world.sweep()
    await watched.audit()
    assert world.slack.said() == ["d1"]
    assert watched.watch.health().is_well
    assert watched.heartbeat.beats == 1


async def test_a_repair_that_may_still_help_is_healthy_and_one_that_did_not_is_not(watched: Watched) -> None:
    """Without a heartbeat in both cases: whoever listens outside decides how long silence may last."""
    world = watched.world
    world.add("d1", kind=CauseKind.INCIDENT)
    await watched.audit(6 * MINUTE)
    assert watched.watch.health().faults == ()
    assert watched.metric('vigia_faults{kind="undelivered_incidents"}') == 1
    assert watched.metric('vigia_faults{kind="overdue_steps"}') == 0
    assert watched.metric("vigia_oldest_overdue_seconds") == 360
    await watched.audit()
    assert watched.watch.health().faults == ("undelivered_incidents",)
    assert not watched.watch.health().is_well
    assert watched.heartbeat.beats == 0
    await world.sweep()
    await watched.audit()
    assert watched.watch.health().is_well
    assert watched.metric('vigia_faults{kind="undelivered_incidents"}') == 0
    assert watched.metric("vigia_oldest_overdue_seconds") == 0
    assert watched.heartbeat.beats == 1


async def test_an_audit_that_does_not_run_is_a_fault_itself(watched: Watched) -> None:
    """The start counts as one, so that a bot that has just begun is not unwell at once."""
    world = watched.world
    world.clock.advance(AUDIT_LATE_AFTER)
    assert watched.watch.health().is_well
    world.clock.advance(timedelta(seconds=1))
    assert watched.watch.health().faults == ("audit_late",)
    world.broken = OSError("the database is away")
    with pytest.raises(OSError, match="away"):
        await watched.watch.audit()
    assert watched.watch.health().faults == ("audit_late",)
    world.broken = None
    await watched.audit()
    assert watched.watch.health().is_well


async def test_a_replica_knows_what_another_one_found_and_leaves_the_heartbeat_to_it(watched: Watched) -> None:
    """Whichever of them is asked, the answer is the same."""
    watched.world.add("d1", kind=CauseKind.INCIDENT)
    await watched.audit(6 * MINUTE)
    await watched.audit()
    other = watched.another()
    await other.audit()
    assert other.health().faults == watched.watch.health().faults == ("undelivered_incidents",)
    await watched.world.sweep()
    await watched.audit()
    await other.audit()
    assert other.health().is_well
    assert watched.heartbeat.beats == 1


async def test_a_clock_that_was_put_back_is_not_unwell(watched: Watched) -> None:
    """Ages are never negative."""
    await watched.audit()
    watched.world.clock.advance(-10 * MINUTE)
    assert watched.watch.health().audit_age_seconds == 0
