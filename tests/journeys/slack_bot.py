"""A whole bot whose rooms are Slack channels, told what happens in Slack by one of its two transports."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from kpi.incidents.incident import Incident
from tests.bot.slack.payloads import command, press, submission
from tests.journeys.sent_world import MANAGER, World
from tests.journeys.test_slack_listening import OPERATIONS, in_slack
from tests.twins.slack_server import SlackServer
from tests.twins.slack_transports import COMMAND, INTERACTION, Transport


class SlackBot:
    """What a test does to Vigia, and what comes of it."""

    def __init__(self, world: World, transport: Transport) -> None:
        assert world.vigia.slack is not None
        self.world, self.transport, self._side = world, transport, world.vigia.slack
        self.slack: SlackServer = world.slack
        with world.vigia.database.work() as work:
            work.engagements.save(in_slack(), world.clock())

    async def open(self) -> None:
        """Connect the transport."""
        await self.transport.open(self._side, self.world.clock)

    async def close(self) -> None:
        """Disconnect it."""
        await self.transport.close()

    async def deliver(self, kind: str, payload: dict[str, Any], retry: int = 0) -> dict[str, Any]:
        """Let something arrive, wait until all that follows is done, and return what was acknowledged."""
        acknowledged = await self.transport.deliver(kind, payload, retry)
        await self.settle()
        return acknowledged

    async def settle(self) -> None:
        """Wait for the work behind the acknowledgements, and send what it queued."""
        for _ in range(20):
            await asyncio.sleep(0)
        await self._side.door.work.finish()
        self.world.clock.set(self.world.clock() + timedelta(seconds=1))
        await self.world.vigia.outbox.sweep()
        await self.world.vigia.outbox.finish()

    async def command(self, text: str, **changes: str) -> dict[str, Any]:
        """Let the account manager type a command in the operations channel."""
        fields = {
            "channel_id": OPERATIONS,
            "user_id": MANAGER,
            "response_url": self.slack.response_url(text),
            **changes,
        }
        return await self.deliver(COMMAND, command(text, **fields))

    async def press(self, value: str, **changes: Any) -> dict[str, Any]:
        """Let the account manager press a button in the operations channel."""
        by = {"user": {"id": MANAGER}, "channel": {"id": OPERATIONS}}
        return await self.deliver(INTERACTION, press(value, **by | changes))

    async def submit(self, view: dict[str, Any], **values: Any) -> dict[str, Any]:
        """Let the account manager send a modal."""
        return await self.deliver(INTERACTION, {**submission(view, **values), "user": {"id": MANAGER}})

    def ours(self, channel: str) -> list[dict[str, Any]]:
        """Return what Vigia posted in a channel."""
        return [one for one in self.slack.messages[channel] if "blocks" in one]

    def incidents(self) -> tuple[Incident, ...]:
        """Return every incident."""
        with self.world.vigia.database.view() as work:
            return work.incidents.of_engagement("lumina", self.world.clock() - timedelta(days=9))
