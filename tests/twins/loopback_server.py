"""A real web server on loopback, in a thread of its own, for as long as a `with` block lasts."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import uvicorn
from fastapi import FastAPI

STOP_WITHIN_SECONDS = 10
_Made = TypeVar("_Made")


@dataclass(frozen=True)
class Served:
    """A running server: where it is, and a way to run something on its event loop."""

    url: str
    loop: asyncio.AbstractEventLoop

    def run(self, coroutine: Coroutine[object, object, _Made]) -> _Made:
        """Run a coroutine on the server's loop and return what it returns."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(STOP_WITHIN_SECONDS)


@contextmanager
def served(app: FastAPI, before_stop: Callable[[], None]) -> Iterator[Served]:
    """Serve `app` on a free port of 127.0.0.1; `before_stop` runs on its loop and ends open streams."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    config = uvicorn.Config(app, log_level="warning", ws="none", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    loop = asyncio.new_event_loop()
    is_serving = threading.Event()

    async def serve() -> None:
        loop.call_soon(is_serving.set)
        await server.serve(sockets=[listening])

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    is_serving.wait(STOP_WITHIN_SECONDS)
    try:
        # The socket listens already: the kernel keeps early connections until uvicorn takes them.
        yield Served(f"http://127.0.0.1:{listening.getsockname()[1]}", loop)
    finally:
        loop.call_soon_threadsafe(before_stop)
        server.should_exit = True
        thread.join(STOP_WITHIN_SECONDS)
        loop.close()
        listening.close()
