"""WeCom while the bot runs: the addresses of app and robot, and what dead processes left."""

from __future__ import annotations

from contextlib import AsyncExitStack

from fastapi import FastAPI

from bot.schedule import Schedule
from bot.wecom.app_door import create_router as create_app_router
from bot.wecom.robot_door import create_router as create_robot_router
from bot.wiring import Vigia

TAKE_OVER_SECONDS = 60


def add_routes(app: FastAPI, vigia: Vigia) -> None:
    """Add the addresses WeCom calls."""
    if vigia.wecom_door is not None:
        app.include_router(create_app_router(vigia.wecom_door))
    if vigia.wecom_robot is not None:
        app.include_router(create_robot_router(vigia.wecom_robot))


def start(vigia: Vigia, stack: AsyncExitStack, schedule: Schedule) -> None:
    """Name the sweep; `stack` closes what is open, after the work that goes on."""
    if vigia.webhooks is not None:
        stack.push_async_callback(vigia.webhooks.close)
    if vigia.wecom_people is not None:
        stack.push_async_callback(vigia.wecom_people.close)
    if vigia.wecom_door is not None:
        if vigia.wecom_door.inbox is not None:
            stack.push_async_callback(vigia.wecom_door.inbox.close)
        stack.push_async_callback(vigia.wecom_door.work.finish)
        schedule.every(TAKE_OVER_SECONDS, "wecom_inbox", vigia.wecom_door.take_over)
    if vigia.wecom_robot is not None:
        stack.push_async_callback(vigia.wecom_robot.close)
