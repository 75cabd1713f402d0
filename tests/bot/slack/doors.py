"""Slack's doors with a made-up intake behind them, and a caller that signs."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx
from fastapi import FastAPI
from slack_bolt.async_app import AsyncApp

from bot.slack.access import SlackAccess
from bot.slack.app import SlackDoor, create_app, create_door
from bot.slack.ears import Hearing
from bot.slack.files import SlackFiles
from bot.slack.forms import FormSource
from bot.slack.gateway import Gateway
from bot.slack.home_tab import HomeTab, Look
from bot.slack.web import create_router
from handlers.messages import Arrival, Form, Reply
from kpi.documents import Drawing
from kpi.languages import Language
from tests.bot.slack.payloads import FORM, form_of, interaction_of, signed
from tests.bot.slack.samples import PNG
from tests.bot.slack.view_lint import lint_view
from tests.twins.clock import A_SUNDAY_NOON, FakeClock


class Doors:
    """Everything from an HTTP request to the calls Slack gets, in one process."""

    def __init__(
        self,
        access: SlackAccess,
        gateway: Gateway,
        clock: FakeClock,
        hearing: Hearing | None = None,
        look: Look | None = None,
    ) -> None:
        self.arrivals: list[Arrival] = []
        self.reply: Reply | None = None
        self.failure: Exception | None = None
        self.drawing_fails = False
        self.gate: asyncio.Event | None = None
        self.form: Form | Reply | None = None
        self.faulty: Form | Reply | None = None
        self.rooms: Form | None = None
        self.asked: list[Arrival] = []
        self.is_checking = asyncio.Event()
        forms = FormSource(self._opened, self._checked, self._rooms, SlackFiles(access))
        self.door: SlackDoor = create_door(self._intake, gateway, clock, draw=self._draw, forms=forms, hearing=hearing)
        if look is not None:
            self.door = replace(self.door, home=HomeTab(look, self.door.answers, gateway))
        self.app: AsyncApp = create_app(access, self.door)
        web = FastAPI()
        web.include_router(create_router(self.app, access.signing_secret, clock))
        self._caller = httpx.AsyncClient(transport=httpx.ASGITransport(app=web), base_url="http://vigia")

    async def send(self, body: bytes, headers: dict[str, str]) -> httpx.Response:
        """Send a request as it is, and wait until the work behind it has ended."""
        answer = await self._caller.post("/slack/events", content=body, headers=headers)
        await self.settle()
        shown = answer.json() if answer.text.startswith("{") else {}
        if "view" in shown:
            assert lint_view(shown["view"]) == []
        return answer

    async def acknowledgement(self, fields: dict[str, str]) -> httpx.Response:
        """Send a signed slash command and return at once, whatever work goes on."""
        body = form_of(fields)
        return await self._caller.post("/slack/events", content=body, headers=signed(body))

    async def settle(self) -> None:
        """Wait until the listener, which runs after the acknowledgement, has started its work and this has ended."""
        for _ in range(20):
            await asyncio.sleep(0)
        await self.door.work.finish()

    async def command(self, fields: dict[str, str], at: datetime = A_SUNDAY_NOON) -> httpx.Response:
        """Send a signed slash command."""
        body = form_of(fields)
        return await self.send(body, signed(body, FORM, at))

    async def event(self, event: dict[str, Any]) -> httpx.Response:
        """Send a signed event."""
        body = json.dumps(event).encode()
        return await self.send(body, signed(body, "application/json"))

    async def press(self, payload: dict[str, Any]) -> httpx.Response:
        """Send a signed button press."""
        body = interaction_of(payload)
        return await self.send(body, signed(body))

    async def close(self) -> None:
        """Close the caller."""
        await self._caller.aclose()

    async def _intake(self, arrival: Arrival) -> Reply | None:
        self.arrivals.append(arrival)
        if self.gate:
            await self.gate.wait()
        if self.failure:
            raise self.failure
        if arrival.files:
            return Reply(f"Kept: {arrival.files[0].name}", Language.EN, is_private=True)
        return self.reply

    async def _opened(self, arrival: Arrival) -> Form | Reply | None:
        self.asked.append(arrival)
        if self.failure:
            raise self.failure
        return self.form

    async def _checked(self, arrival: Arrival) -> Form | Reply | None:
        self.asked.append(arrival)
        self.is_checking.set()
        if self.gate:
            await self.gate.wait()
        return self.faulty

    async def _rooms(self, _person: str) -> Form | None:
        return self.rooms

    async def _draw(self, picture: Drawing) -> bytes:
        if self.drawing_fails:
            raise RuntimeError("no font")
        return PNG
