"""What any program pays that stands on the same libraries: they are loaded, a database is opened, a page is served.

    python bare_server.py PORT [LIBRARY ...]

The libraries here are those that every `vigia run` loads; those of a chat platform are named by whoever starts it.
"""

from __future__ import annotations

import sys
from importlib import import_module

import apscheduler.schedulers.asyncio
import babel.numbers
import cryptography.fernet
import holidays
import httpx
import numpy as np
import prometheus_client
import pydantic_settings
import rich.console
import structlog
import typer
import uvicorn
from fastapi import FastAPI
from sqlmodel import create_engine

LOADED = (
    apscheduler.schedulers.asyncio,
    babel.numbers,
    cryptography.fernet,
    holidays,
    httpx,
    np,
    prometheus_client,
    pydantic_settings,
    rich.console,
    structlog,
    typer,
)

if __name__ == "__main__":
    for library in sys.argv[2:]:
        import_module(library)
    create_engine("sqlite://").connect().close()
    app = FastAPI()

    @app.get("/livez")
    async def alive() -> str:
        """Answer."""
        return "alive"

    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")
