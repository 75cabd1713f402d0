"""A sign of life to somebody outside: an address that is called after a clean audit, so that silence is the alarm."""

from __future__ import annotations

import asyncio

import httpx
import structlog
from pydantic import SecretStr

BEAT_SECONDS = 10.0
"""Longest a call may take, its connection included."""

_LOG = structlog.get_logger("vigia.heartbeat")


class Heartbeat:
    """Calls one address. The address is a secret: whoever knows it can keep the alarm silent."""

    def __init__(self, url: SecretStr) -> None:
        self._url = url

    async def beat(self, seconds: float = BEAT_SECONDS) -> bool:
        """Call the address and return whether it answered well; a failure is logged and goes no further."""
        try:
            async with (
                asyncio.timeout(seconds),
                httpx.AsyncClient(timeout=seconds) as client,
                client.stream("GET", self._url.get_secret_value()) as answer,  # its body is of no interest
            ):
                is_good, said = answer.is_success, f"HTTP {answer.status_code}"
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            is_good, said = False, type(error).__name__  # its text may hold the address
        if not is_good:
            _LOG.warning("heartbeat_failed", reason=said)
        return is_good
