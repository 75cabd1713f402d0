"""Slack while the bot runs: its addresses, its connection, and what is looked at now and then."""

from __future__ import annotations

from contextlib import AsyncExitStack
from functools import partial

from fastapi import FastAPI

from bot.schedule import Schedule
from bot.slack.install_pages import create_install_router
from bot.slack.side import SlackSide
from bot.slack.socket import create_socket
from bot.slack.web import create_router
from bot.taking_over import take_over_slack
from bot.wiring import Vigia

TOKEN_SECONDS = 5 * 60
TAKE_OVER_SECONDS = 60


def add_routes(app: FastAPI, vigia: Vigia) -> None:
    """Add the address Slack calls, unless Vigia calls Slack, and the pages on which workspaces install it."""
    home, link = vigia.slack, vigia.slack_link
    if link is not None:
        app.include_router(create_install_router(link.flow))
        own = home.app if home is not None else link.lobby
        app_of = link.workspaces.app_of
        app.include_router(create_router(own, link.access.signing_secret, vigia.clock, app_of))
    elif home is not None and vigia.settings.slack_app_token is None:
        app.include_router(create_router(home.app, home.access.signing_secret, vigia.clock))


def start(vigia: Vigia, stack: AsyncExitStack, schedule: Schedule) -> None:
    """Connect where Slack is not to call, and name the sweeps; `stack` closes what is open."""
    if vigia.slack is not None:
        _start_home(vigia, vigia.slack, stack)
    if vigia.slack_link is not None:
        stack.push_async_callback(vigia.slack_link.close)
        schedule.every(TOKEN_SECONDS, "slack_tokens", vigia.slack_link.workspaces.sweep)
    schedule.every(TAKE_OVER_SECONDS, "inbox", partial(take_over_slack, vigia))


def _start_home(vigia: Vigia, slack: SlackSide, stack: AsyncExitStack) -> None:
    stack.push_async_callback(slack.gateway.close)
    stack.push_async_callback(slack.door.work.finish)
    if vigia.settings.slack_app_token is None:
        return
    socket = create_socket(slack.app, slack.access)
    socket.start()
    stack.push_async_callback(socket.close)
