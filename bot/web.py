"""The web app: Slack's requests, the console, health and metrics on one event loop, with the sweeps beside them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import structlog
from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse, RedirectResponse

from bot.console.router import create_router as create_console_router
from bot.drawing import NotDrawnError
from bot.form_side import form_desk
from bot.pages.form_router import create_form_router
from bot.pages.invitations import InvitationPages
from bot.pages.invitations import create_router as create_invitation_router
from bot.pages.router import create_router as create_page_router
from bot.schedule import Schedule
from bot.slack.install_pages import create_install_router
from bot.slack.side import SlackSide
from bot.slack.socket import create_socket
from bot.slack.web import create_router as create_slack_router
from bot.taking_over import take_over_slack
from bot.wecom.app_door import create_router as create_wecom_router
from bot.wecom.robot_door import create_router as create_robot_router
from bot.wiring import Vigia
from kpi.audits.audit import AUDIT_EVERY

ESCALATE_SECONDS = 15
"""A call is seldom later than this; the shortest promise is counted in minutes."""
QUESTION_SECONDS = 60
STRANGER_SECONDS = 60
RECOVER_SECONDS = 60
TAKE_OVER_SECONDS = 60
CORRECT_SECONDS = 15 * 60
WATCH_SECONDS = 10 * 60
DRILL_SECONDS = 60
RECORD_SECONDS = 10 * 60
FORGET_SECONDS = 6 * 3600
TOKEN_SECONDS = 5 * 60

_LOG = structlog.get_logger("vigia.web")


def create_web(vigia: Vigia) -> FastAPI:
    """Return the app; sweeps and connections start and end with it."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await _start(vigia, stack)
            yield

    app = FastAPI(title="Vigia", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    _add_slack(app, vigia)
    if vigia.wecom_door is not None:
        app.include_router(create_wecom_router(vigia.wecom_door))
    if vigia.wecom_robot is not None:
        app.include_router(create_robot_router(vigia.wecom_robot))
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


def _add_slack(app: FastAPI, vigia: Vigia) -> None:
    home, link = vigia.slack, vigia.slack_link
    if link is not None:
        app.include_router(create_install_router(link.flow))
        own = home.app if home is not None else link.lobby
        app_of = link.workspaces.app_of
        app.include_router(create_slack_router(own, link.access.signing_secret, vigia.clock, app_of))
    elif home is not None and vigia.settings.slack_app_token is None:
        app.include_router(create_slack_router(home.app, home.access.signing_secret, vigia.clock))


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


async def _start(vigia: Vigia, stack: AsyncExitStack) -> None:
    schedule = Schedule()
    _close_wecom_at_the_end(vigia, stack)
    stack.push_async_callback(vigia.errands.close)
    stack.push_async_callback(vigia.studio.close)
    stack.push_async_callback(vigia.slack_inbox.close)
    if vigia.slack is not None:
        await _start_slack(vigia, vigia.slack, stack)
    if vigia.slack_link is not None:
        stack.push_async_callback(vigia.slack_link.close)
        schedule.every(TOKEN_SECONDS, "slack_tokens", vigia.slack_link.workspaces.sweep)
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
    if vigia.slack is not None or vigia.slack_link is not None:
        schedule.every(TAKE_OVER_SECONDS, "inbox", partial(take_over_slack, vigia))
    if vigia.wecom_door is not None:
        schedule.every(TAKE_OVER_SECONDS, "wecom_inbox", vigia.wecom_door.take_over)
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


def _close_wecom_at_the_end(vigia: Vigia, stack: AsyncExitStack) -> None:
    if vigia.webhooks is not None:
        stack.push_async_callback(vigia.webhooks.close)
    if vigia.wecom_people is not None:
        stack.push_async_callback(vigia.wecom_people.close)
    if vigia.wecom_door is not None:
        if vigia.wecom_door.inbox is not None:
            stack.push_async_callback(vigia.wecom_door.inbox.close)
        stack.push_async_callback(vigia.wecom_door.work.finish)
    if vigia.wecom_robot is not None:
        stack.push_async_callback(vigia.wecom_robot.close)


async def _start_slack(vigia: Vigia, slack: SlackSide, stack: AsyncExitStack) -> None:
    stack.push_async_callback(slack.gateway.close)
    stack.push_async_callback(slack.door.work.finish)
    if vigia.settings.slack_app_token is None:
        return
    socket = create_socket(slack.app, slack.access)
    socket.start()
    stack.push_async_callback(socket.close)


async def _warm_up(vigia: Vigia) -> None:
    try:
        await vigia.errands.warm_up()
    except Exception:  # noqa: BLE001 - the edge: whatever is wrong here is said by the questions of people
        _LOG.exception("not_warmed_up")
    try:
        await vigia.studio.warm_up()
    except NotDrawnError as error:
        _LOG.error("pictures cannot be drawn here; messages go out without them", reason=str(error))
