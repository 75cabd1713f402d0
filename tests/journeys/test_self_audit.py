"""A bot in which part of the work stops: found, told in Slack with the admin's name, seen from outside, over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import httpx
from structlog.testing import capture_logs

from bot.web import create_web
from handlers.audits.drills import start_drill
from handlers.engagement_setup import set_up_engagement
from handlers.messages import Arrival
from kpi.engagements import Engagement, Person, Platform, Role
from kpi.incidents.incident import Status
from kpi.languages import Language
from tests.journeys.sent_world import MANAGER, World, bound

MINUTE = timedelta(minutes=1)
ADMIN = "U024ADM"


def looked_after() -> Engagement:
    """Return the bound engagement with an admin who is in Slack."""
    lumina = bound()
    zone = lumina.stores[0].zone
    admin = Person("adm", "Adm Lima", Role.ADMIN, Language.PT, zone, ((Platform.SLACK, ADMIN),))
    return replace(lumina, people=(*lumina.people, admin))


async def tick(world: World, *sweeps: Callable[[], Awaitable[None]], by: timedelta = 5 * MINUTE) -> None:
    """Let time pass, run some sweeps, audit, and send what is due."""
    world.clock.advance(by)
    for sweep in sweeps:
        await sweep()
    await world.vigia.self_watch.audit()
    await world.vigia.outbox.sweep()
    await world.vigia.outbox.finish()


async def test_work_that_stops_is_told_and_seen_from_outside_until_it_goes_on(world: World) -> None:
    """`/healthz` says it by code, `/livez` lets the process live, Slack hears once and once that it is over."""
    errands = world.vigia.errands
    with world.vigia.database.work() as work:
        set_up_engagement(work, looked_after(), (), (), world.clock())
    others = (errands.sweep_digests, errands.sweep_alerts, errands.sweep_corrections, errands.sweep_drills)
    app = create_web(world.vigia)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://vigia") as caller:
        for _ in range(3):
            await tick(world, *others)
            assert (await caller.get("/healthz")).status_code == 200
        for _ in range(2):
            await tick(world, *others)
        unwell = await caller.get("/healthz")
        assert unwell.status_code == 503
        assert unwell.json() == {"status": "unhealthy", "faults": ["late_sweeps"], "audit_age_seconds": 0}
        assert (await caller.get("/livez")).status_code == 200
        assert 'vigia_faults{kind="late_sweeps"} 1.0' in (await caller.get("/metrics")).text
        for _ in range(2):
            await tick(world, *others, errands.sweep_escalations)
        assert (await caller.get("/healthz")).json()["status"] == "healthy"
    said = [one for one in world.slack.of("chat.postMessage") if "Vigia" in str(one)]
    assert ["precisa de ajuda" in one["text"] for one in said] == [True, False]
    assert f"<@{ADMIN}>" in str(said[0])
    assert "escalations" in str(said[0])
    assert said[1]["thread_ts"]


async def test_a_drill_is_taken_in_slack_and_its_times_come_there(world: World) -> None:
    """From the row to the message and back; the seller's group hears nothing."""
    errands, send = world.vigia.errands, partial(tick, world, by=timedelta(seconds=1))
    with world.vigia.database.work() as work:
        drill = start_drill(work, bound(), world.clock())
    await tick(world, errands.sweep_escalations)
    await send()
    call = next((one for one in world.slack.of("chat.postMessage") if f"<@{MANAGER}>" in str(one)), {"text": "nobody"})
    assert "SIMULADO" in call["text"]
    taking = Arrival(Platform.SLACK, "C0OPS00001", MANAGER, f"/incident ack {drill.number}", world.clock(), "event 1")
    assert await errands.answer(taking) is not None
    with capture_logs() as lines:
        await send(errands.sweep_drills)
    report = world.slack.of("chat.postMessage")[-1]
    assert "SIMULADO" in report["text"]
    assert "assumiu" in report["text"]
    (logged,) = (line for line in lines if line["event"] == "drill ended")
    assert (logged["incident"], logged["levels"]) == (drill.id, [1])
    assert logged["acknowledged_seconds"] == 301.0
    with world.vigia.database.view() as work:
        ended = work.incidents.by_id(drill.id)
    assert ended is not None
    assert ended.status is Status.RESOLVED
    assert world.wecom.texts() == []
