"""The web app: Slack's requests, the console, health and metrics on one event loop, with the sweeps beside them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Protocol, cast

import structlog
from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse, RedirectResponse

from bot.console.router import create_router as create_console_router
from bot.drawing import NotDrawnError
from bot.form_side import form_desk
from bot.loading import load
from bot.pages.form_router import create_form_router
from bot.pages.invitations import InvitationPages
from bot.pages.invitations import create_router as create_invitation_router
from bot.pages.router import create_router as create_page_router
from bot.schedule import Schedule
from bot.wiring import Vigia
from kpi.audits.audit import AUDIT_EVERY

ESCALATE_SECONDS = 15
"""A call is seldom later than this; the shortest promise is counted in minutes."""
QUESTION_SECONDS = 60
STRANGER_SECONDS = 60
RECOVER_SECONDS = 60
CORRECT_SECONDS = 15 * 60
WATCH_SECONDS = 10 * 60
DRILL_SECONDS = 60
RECORD_SECONDS = 10 * 60
FORGET_SECONDS = 6 * 3600

SLACK = "bot.slack_serving"
WECOM = "bot.wecom_serving"
"""What serves a platform; loaded where an installation uses it (`bot.platform_parts` says why)."""

_LOG = structlog.get_logger("vigia.web")


def create_web(vigia: Vigia) -> FastAPI:
    """Return the app; sweeps and connections start and end with it."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await _start(vigia, stack)
            yield

    app = FastAPI(title="Vigia", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    for platform in _platforms(vigia):
        platform.add_routes(app, vigia)
    if vigia.console is not None:
        app.include_router(create_console_router(vigia.console, frozenset(vigia.settings.host_names)))
    if vigia.pages is not None:
        draw = vigia.studio.draw
        app.include_router(create_page_router(vigia.pages, vigia.errands.answer_to_room, draw, vigia.clock))
    if vigia.invitations is not None:
        said = InvitationPages(vigia.invitations, vigia.errands.claim_page, vigia.errands.say_who)
        app.include_router(create_invitation_router(said))
    if vigia.pages is not None and vigia.forms is not None:
        app.include_router(create_form_router(vigia.forms, form_desk(vigia.errands, vigia.pages, vigia.clock)))
    _add_health(app, vigia)
    return app


def _add_health(app: FastAPI, vigia: Vigia) -> None:
    @app.get("/")
    async def front() -> Response:
        return RedirectResponse("/console") if vigia.console is not None else JSONResponse({"vigia": "running"})

    @app.get("/livez")
    async def alive() -> Response:
        return JSONResponse({"status": "alive"})

    @app.get("/healthz")
    async def health() -> Response:
        found = vigia.self_watch.health()
        said = {
            "status": "healthy" if found.is_well else "unhealthy",
            "faults": found.faults,
            "audit_age_seconds": found.audit_age_seconds,
        }
        return JSONResponse(said, status_code=200 if found.is_well else 503)

    @app.get("/readyz")
    async def ready() -> Response:
        is_current = await asyncio.to_thread(vigia.database.is_current)
        return JSONResponse({"database": is_current}, status_code=200 if is_current else 503)

    @app.get("/metrics")
    async def metrics() -> Response:
        return Response(vigia.telemetry.page(), media_type="text/plain; version=0.0.4")


class ServedPlatform(Protocol):
    """What is served of a chat platform: a module, loaded where an installation uses it."""

    def add_routes(self, app: FastAPI, vigia: Vigia) -> None:
        """Add the addresses the platform calls."""

    def start(self, vigia: Vigia, stack: AsyncExitStack, schedule: Schedule) -> None:
        """Open its connections and name its sweeps; `stack` closes what is open."""


def _platforms(vigia: Vigia) -> Iterator[ServedPlatform]:
    if vigia.slack is not None or vigia.slack_link is not None:
        yield cast("ServedPlatform", load(SLACK))
    if any((vigia.webhooks, vigia.wecom_people, vigia.wecom_door, vigia.wecom_robot)):
        yield cast("ServedPlatform", load(WECOM))


async def _start(vigia: Vigia, stack: AsyncExitStack) -> None:
    schedule = Schedule()
    stack.push_async_callback(vigia.errands.close)
    stack.push_async_callback(vigia.studio.close)
    stack.push_async_callback(vigia.slack_inbox.close)
    for platform in _platforms(vigia):
        platform.start(vigia, stack, schedule)
    stack.push_async_callback(vigia.outbox.close)
    warming = asyncio.create_task(_warm_up(vigia))
    stack.callback(warming.cancel)

    async def sweep_digests() -> None:
        await vigia.errands.sweep_digests()
        vigia.outbox.nudge()

    async def sweep_alerts() -> None:
        await vigia.errands.sweep_alerts()
        vigia.outbox.nudge()

    async def sweep_escalations() -> None:
        await vigia.errands.sweep_escalations()
        vigia.outbox.nudge()

    async def sweep_drills() -> None:
        await vigia.errands.sweep_drills()
        vigia.outbox.nudge()

    async def audit() -> None:
        await vigia.self_watch.audit()
        vigia.outbox.nudge()

    schedule.every(vigia.settings.sweep_seconds, "digests", sweep_digests)
    schedule.every(ESCALATE_SECONDS, "escalations", sweep_escalations)
    schedule.every(vigia.settings.sweep_seconds, "outbox", vigia.outbox.sweep)
    schedule.every(WATCH_SECONDS, "alerts", sweep_alerts)
    schedule.every(RECORD_SECONDS, "service_records", vigia.errands.sweep_service_records)
    schedule.every(CORRECT_SECONDS, "corrections", vigia.errands.sweep_corrections)
    schedule.every(QUESTION_SECONDS, "questions", vigia.errands.sweep_questions)
    schedule.every(STRANGER_SECONDS, "strangers", vigia.errands.sweep_strangers)
    schedule.every(RECOVER_SECONDS, "recover", vigia.outbox.recover)
    schedule.every(DRILL_SECONDS, "drills", sweep_drills)
    schedule.every(AUDIT_EVERY.total_seconds(), "audit", audit)
    schedule.every(FORGET_SECONDS, "forget", vigia.errands.forget_events)
    schedule.start()
    stack.push_async_callback(schedule.stop)
    _LOG.info(
        "running",
        console=vigia.console is not None,
        slack=bool(vigia.slack or vigia.slack_link),
        wecom=bool(vigia.webhooks),
    )


async def _warm_up(vigia: Vigia) -> None:
    try:
        await vigia.errands.warm_up()
    except Exception:  # noqa: BLE001 - the edge: whatever is wrong here is said by the questions of people
        _LOG.exception("not_warmed_up")
    try:
        await vigia.studio.warm_up()
    except NotDrawnError as error:
        _LOG.error("pictures cannot be drawn here; messages go out without them", reason=str(error))
