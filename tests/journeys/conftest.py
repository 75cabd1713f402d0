"""The bot that journeys are made with."""

from __future__ import annotations

import shutil
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.console.router import create_router
from bot.opening import open_database
from bot.samples.engagements import sample_rates, sample_targets
from bot.settings import Settings
from bot.slack.uploads import READY_PAUSES
from bot.wiring import assemble
from handlers.engagement_setup import set_up_engagement
from tests.journeys.desk import ARGUMENTS, CHROMIUM, Desk, OpenPage
from tests.journeys.sent_world import BEFORE_THE_SLOTS, World, bound, changed_copy, fill
from tests.twins.clock import FakeClock
from tests.twins.console_world import World as ConsoleWorld
from tests.twins.lent_painters import LentPainters
from tests.twins.loopback_server import served
from tests.twins.slack_server import SlackServer
from tests.twins.wecom_server import KEY, WeComServer


@pytest.fixture(scope="session")
def painters() -> Iterator[LentPainters]:
    """Return the drawing process of all journeys."""
    made = LentPainters()
    yield made
    made.end()


@pytest.fixture(autouse=True)
def _lent_painters(painters: LentPainters) -> Iterator[None]:
    """Let no journey start a drawing process of its own."""
    with painters.lent():
        yield


@pytest.fixture(autouse=True)
def _slack_takes_no_time() -> Iterator[None]:
    """Let Slack's pace and its work on pictures take no time: both are real time, which a journey has none of."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.slack.pace.SECONDS_BETWEEN_MESSAGES", 0.0)
        patch.setattr("bot.slack.uploads.READY_PAUSES", (0.0,) * len(READY_PAUSES))
        yield


@pytest.fixture(scope="session")
def bound_file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database, to be copied, that knows the bound engagement with its targets and rates."""
    with changed_copy(migrated_file, tmp_path_factory.mktemp("bound")) as (path, database), database.work() as work:
        today = BEFORE_THE_SLOTS.date()
        set_up_engagement(work, bound(), sample_targets("lumina", today), sample_rates(today), BEFORE_THE_SLOTS)
    return path


@pytest.fixture(scope="session")
def filled_file(bound_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database, to be copied, that knows the facts of all its stores too."""
    with changed_copy(bound_file, tmp_path_factory.mktemp("filled")) as (path, database):
        fill(database, BEFORE_THE_SLOTS)
    return path


@pytest.fixture
def world_file(bound_file: Path) -> Path:
    """Return the database a journey begins with; one that begins with facts says so."""
    return bound_file


@pytest.fixture
def app_settings() -> dict[str, Any]:
    """Return settings of WeCom's app; a journey that needs one says so."""
    return {}


@pytest.fixture
async def world(world_file: Path, tmp_path: Path, app_settings: dict[str, Any]) -> AsyncIterator[World]:
    """Give a bot whose engagement is bound and whose first slots are planned."""
    slack, wecom, clock = SlackServer(), WeComServer(time.monotonic), FakeClock(BEFORE_THE_SLOTS)
    await slack.start()
    await wecom.start()
    chosen = {"wecom_api_url": wecom.url, "wecom_webhook_keys": {"lumina-group": KEY}, **app_settings}
    settings = Settings(
        _env_file=None,
        database_url=f"sqlite:///{shutil.copy(world_file, tmp_path / 'vigia.sqlite')}",
        slack_bot_token="tok-not-a-token",
        slack_signing_secret="not-a-secret",
        slack_api_url=slack.api_url,
        **chosen,
    )
    vigia = assemble(settings, open_database(settings), clock)
    try:
        yield World(vigia, slack, wecom, clock)
    finally:
        await vigia.outbox.close()
        await vigia.studio.close()
        await vigia.slack_inbox.close()
        if vigia.slack is not None:
            await vigia.slack.door.work.finish()  # what still answers would open a connection that nobody closes
            await vigia.slack.gateway.close()
        if vigia.webhooks is not None:
            await vigia.webhooks.close()
        if vigia.wecom_door is not None and vigia.wecom_door.inbox is not None:
            await vigia.wecom_door.inbox.close()
        if vigia.wecom_people is not None:
            await vigia.wecom_people.close()
        await slack.stop()
        await wecom.stop()
        vigia.database.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return one headless browser for all journeys."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture
def desk() -> Iterator[Desk]:
    """Return a console that is really served."""
    world = ConsoleWorld()
    app = FastAPI()
    app.include_router(create_router(world.console))
    with served(app, world.console.close) as server:
        yield Desk(world, server)


@pytest.fixture
def open_page(browser: Browser, desk: Desk) -> Iterator[OpenPage]:
    """Return a way to open the console; whatever the browser complains about fails the test at its end."""
    complaints: list[str] = []
    contexts = []

    def opened(width: int = 1280, height: int = 800, scheme: str = "light", query: str = "") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{desk.server.url}/console{query}")
        expect(page.locator("#pulse[data-state=live]")).to_be_visible()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [one for one in complaints if not any(part in one for part in desk.expected_complaints)] == []
