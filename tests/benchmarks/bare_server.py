"""What any program pays that stands on the same libraries: they are loaded, a database is opened, a page is served."""

from __future__ import annotations

import sys

import apscheduler.schedulers.asyncio
import babel.numbers
import cryptography.fernet
import holidays
import httpx
import numpy as np
import prometheus_client
import pydantic_settings
import rich.console
import slack_bolt.async_app
import slackblocks
import structlog
import typer
import uvicorn
import wechatpy.work
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
    slack_bolt.async_app,
    slackblocks,
    structlog,
    typer,
    wechatpy.work,
)

if __name__ == "__main__":
    create_engine("sqlite://").connect().close()
    app = FastAPI()

    @app.get("/livez")
    async def alive() -> str:
        """Answer."""
        return "alive"

    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")
