"""Runs the web app under uvicorn until somebody stops it."""

from __future__ import annotations

import asyncio
import gc

import uvicorn

from bot.web import create_web
from bot.wiring import Vigia

STOP_SECONDS = 3
"""How long open pages may hold up a stop."""


class Server(uvicorn.Server):
    """Closes the console's streams first: uvicorn would wait for them."""

    def __init__(self, config: uvicorn.Config, vigia: Vigia) -> None:
        super().__init__(config)
        self._vigia = vigia

    async def shutdown(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        """End the streams of open pages, then stop as usual."""
        if self._vigia.console is not None:
            self._vigia.console.close()
        await super().shutdown(sockets)  # type: ignore[arg-type]


def serve(vigia: Vigia) -> None:
    """Serve until interrupted."""
    config = uvicorn.Config(
        create_web(vigia),
        host=vigia.settings.host,
        port=vigia.settings.port,
        log_level="warning",
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    _keep_for_good()
    asyncio.run(Server(config, vigia).serve())


def _keep_for_good() -> None:
    """Leave what was put together out of every search for garbage too, as `bot.loading` does with what was loaded.

    A full search goes through every object while all threads stand still; with them it takes 0.15 to 0.2 s, which is
    longer than an acknowledgement may take.
    """
    gc.collect()
    gc.freeze()
