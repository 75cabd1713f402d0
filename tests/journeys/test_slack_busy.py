"""What people ask is acknowledged and answered while everything else Vigia does is busy."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import ParamSpec, TypeVar

import pytest

from bot.threads import OUTBOX_THREADS, PEOPLES_THREADS, SWEEPS_THREADS
from handlers.digests.daily_digest import sweep_digests
from handlers.rooms.welcome import queue_welcomes
from tests.bot.slack.payloads import command
from tests.journeys.sent_world import MANAGER, World
from tests.journeys.slack_bot import SlackBot
from tests.journeys.test_slack_listening import OPERATIONS, in_slack
from tests.twins.slack_transports import COMMAND, OverHttp

P = ParamSpec("P")
T = TypeVar("T")

MANY = PEOPLES_THREADS + SWEEPS_THREADS + OUTBOX_THREADS
"""As many pieces of work would keep all threads there are, if they were not told apart."""
PATIENCE_SECONDS = 20


class Gate:
    """Holds up work in its thread until it opens."""

    def __init__(self) -> None:
        self._opens = threading.Event()
        self._begun = threading.Event()

    def before(self, work: Callable[P, T]) -> Callable[P, T]:
        """Return the work, held up where it begins."""

        def held(*args: P.args, **kwargs: P.kwargs) -> T:
            self._begun.set()
            assert self._opens.wait(PATIENCE_SECONDS)
            return work(*args, **kwargs)

        return held

    async def begun(self) -> None:
        """Wait until work stands before it."""
        assert await asyncio.to_thread(self._begun.wait, PATIENCE_SECONDS)

    def open(self) -> None:
        """Let all work go on."""
        self._opens.set()


@pytest.fixture
async def bot(world: World) -> AsyncIterator[SlackBot]:
    """Return the bot behind a real server."""
    made = SlackBot(world, OverHttp())
    await made.open()
    yield made
    await made.close()
    assert world.slack.problems == []


async def _is_answered(bot: SlackBot, name: str, text: str) -> bool:
    """Let the account manager type a command; tell whether it is acknowledged, and answered while others wait."""
    fields = {"channel_id": OPERATIONS, "user_id": MANAGER, "response_url": bot.slack.response_url(text)}
    before = len(bot.slack.whispers)
    async with asyncio.timeout(PATIENCE_SECONDS / 2):
        assert await bot.transport.deliver(COMMAND, command(text, command=name, trigger_id=text, **fields)) == {}
        assert bot.world.vigia.slack is not None
        await bot.world.vigia.slack.door.work.finish()
    return len(bot.slack.whispers) == before + 1


@pytest.mark.parametrize(
    ("name", "text"),
    [("/kpi", "targets"), ("/incident", "new S2 the listing is down"), ("/person", "confirm 1a2b3c4d ana")],
    ids=["question", "report", "decision"],
)
async def test_beside_long_sweeps(bot: SlackBot, monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    """A morning's sweep takes as long as it takes."""
    gate = Gate()
    monkeypatch.setattr("bot.errands.sweep_digests", gate.before(sweep_digests))
    sweeps = [asyncio.create_task(bot.world.vigia.errands.sweep_digests()) for _ in range(MANY)]
    await gate.begun()
    try:
        assert await _is_answered(bot, name, text)
        assert not any(one.done() for one in sweeps)
    finally:
        gate.open()
        await asyncio.gather(*sweeps)


async def test_beside_a_wave_of_messages(bot: SlackBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages that are being composed keep threads of their own."""
    gate, vigia = Gate(), bot.world.vigia
    with vigia.database.work() as work:
        assert len(queue_welcomes(work, in_slack(), bot.world.clock())) == OUTBOX_THREADS
    bot.world.clock.set(bot.world.clock().replace(hour=1, day=24))
    attempts = vigia.outbox._attempts
    monkeypatch.setattr(vigia.outbox, "_attempts", replace(attempts, compose=gate.before(attempts.compose)))
    await vigia.outbox.sweep()
    await gate.begun()
    try:
        assert await _is_answered(bot, "/kpi", "targets")
        assert bot.slack.messages == {}
    finally:
        gate.open()
        await vigia.outbox.finish()
    assert len(bot.slack.messages) == OUTBOX_THREADS
