"""The console in its made-up world, with a web page around it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from bot.console.router import create_router
from tests.twins.clock import FakeClock
from tests.twins.console_world import World


@pytest.fixture
def world(clock: FakeClock) -> World:
    """Return the console with made-up doors."""
    return World(clock=clock)


@pytest.fixture
async def page(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """Return a browser-like client of the console's addresses, without a socket."""
    app = FastAPI()
    app.include_router(create_router(world.console, frozenset({"console.example"})))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
        yield client
