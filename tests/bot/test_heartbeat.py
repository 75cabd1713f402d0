"""The sign of life: one call, bounded, and never more than a line in the log when it fails."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from fastapi import FastAPI, Response
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.heartbeat import Heartbeat
from tests.twins.loopback_server import served

SECRET = "0a1b2c3d"


class Monitor:
    """Who waits for the sign of life: counts calls, and answers badly or not at all when told to."""

    def __init__(self) -> None:
        self.calls = 0
        self.status = 200
        self.is_silent = False
        self.url = ""

    def app(self) -> FastAPI:
        """Return its web app."""
        app = FastAPI()

        @app.get(f"/ping/{SECRET}")
        async def ping() -> Response:
            self.calls += 1
            if self.is_silent:
                await asyncio.Event().wait()
            return Response(status_code=self.status)

        return app


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    """Give a monitor on loopback."""
    made = Monitor()
    with served(made.app(), lambda: None) as at:
        made.url = f"{at.url}/ping/{SECRET}"
        yield made


async def test_the_address_is_called(monitor: Monitor) -> None:
    """Once a beat, and nothing is logged."""
    with capture_logs() as lines:
        assert await Heartbeat(SecretStr(monitor.url)).beat()
    assert (monitor.calls, lines) == (1, [])


async def test_a_bad_answer_is_logged_without_the_address(monitor: Monitor) -> None:
    """Whoever reads the log could keep the alarm silent."""
    monitor.status = 500
    with capture_logs() as lines:
        assert not await Heartbeat(SecretStr(monitor.url)).beat()
    assert [(line["event"], line["reason"]) for line in lines] == [("heartbeat_failed", "HTTP 500")]
    assert SECRET not in str(lines)


async def test_an_answer_that_never_comes_blocks_nobody(monitor: Monitor) -> None:
    """The call is given up."""
    monitor.is_silent = True
    with capture_logs() as lines:
        assert not await Heartbeat(SecretStr(monitor.url)).beat(seconds=0.2)
    assert monitor.calls == 1
    assert lines[0]["event"] == "heartbeat_failed"
    assert SECRET not in str(lines)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/ping/0a1b2c3d", "http://[0a1b2c3d", "http://127.0.0.1:x/0a1b2c3d"])
async def test_an_address_nobody_is_at_is_logged_and_nothing_is_raised(url: str) -> None:
    """Neither by the network nor by the address itself."""
    with capture_logs() as lines:
        assert not await Heartbeat(SecretStr(url)).beat()
    assert [line["event"] for line in lines] == ["heartbeat_failed"]
    assert SECRET not in str(lines)
