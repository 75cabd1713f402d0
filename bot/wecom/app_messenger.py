"""WeCom's way to one person alone: short markdown by the app, proved by WeCom's message id."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from bot.messengers import AnswerLostError, NotSentError, Parcel, Receipt
from bot.wecom.limits import APP_MARKDOWN_BYTES, APP_PART_BYTES
from bot.wecom.markdown import size_of
from bot.wecom.pace import Pace, Seconds, Sleep
from bot.wecom.renderer import render
from handlers.messages import Reply
from kpi.phrases import phrase
from kpi.wording.wording import Wording

AT_ONCE = 4
"""Calls on the way at a time: a WeCom that hangs must leave threads for everything else."""
TURN_WAITS = 10.0
"""Longest wait in place for a person's turn; for longer ones the delivery goes back."""

_Made = TypeVar("_Made")


class App(Protocol):
    """What it needs of the app (see bot/wecom/app.py); everything blocks."""

    def send(self, person: str, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send a message to one user id; raises UnreachableError, NotSentError or AnswerLostError."""

    def close(self) -> None:
        """Close all connections."""


class AppMessenger:
    """Fits `bot.messengers.Messenger` for direct rooms: their address is a user id."""

    def __init__(self, app: App, seconds: Seconds, sleep: Sleep) -> None:
        self._app = app
        self._pace = Pace(seconds, sleep)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="wecom-app")

    async def post(self, parcel: Parcel) -> Receipt:
        """Send a parcel; the receipt is WeCom's id of its last message.

        Raises NotSentError (UnreachableError for somebody who reads nothing here), or AnswerLostError when nobody knows
        or only a part of a long text arrived.
        """
        parts = render(answerable(parcel.reply), is_repeat=parcel.is_repeat, part_bytes=APP_PART_BYTES)
        message = ""
        for number, part in enumerate(parts, 1):
            try:
                message = await self._send(parcel.room.address, part)
            except (NotSentError, AnswerLostError) as error:
                if number == 1:
                    raise
                reason = f"only part {number - 1} of {len(parts)} surely arrived; then {error.reason}"
                raise AnswerLostError(reason) from error
        return Receipt(message)

    async def find(self, parcel: Parcel, since: datetime) -> str | None:
        """Return None: WeCom cannot be asked what an app sent."""
        del parcel, since
        return None

    async def close(self) -> None:
        """Wait for calls on the way, which end by themselves, and close all connections."""
        await asyncio.to_thread(self._threads.shutdown)
        self._app.close()

    async def _send(self, person: str, content: str) -> str:
        away = await self._pace.turn(person, TURN_WAITS)
        if away is not None:
            raise NotSentError(phrase("Too many messages wait for this person in WeCom."), timedelta(seconds=away))
        answer = await self._in_thread(lambda: self._app.send(person, markdown(content)))
        return str(answer.get("msgid") or "")

    async def _in_thread(self, do: Callable[[], _Made]) -> _Made:
        return await asyncio.get_running_loop().run_in_executor(self._threads, do)


def markdown(content: str) -> Mapping[str, Any]:
    """Return a message; raises NotSentError for one WeCom would cut without a word."""
    if size_of(content) > APP_MARKDOWN_BYTES:
        raise NotSentError(f"{size_of(content)} bytes are more than WeCom's {APP_MARKDOWN_BYTES}")
    return {"msgtype": "markdown", "markdown": {"content": content}}


def answerable(reply: Reply) -> Reply:
    """Return a reply whose commands are written out: nothing can be pressed here, and nothing typed here is heard."""
    commands = " · ".join(button.command for button in reply.buttons if button.command)
    if not commands:
        return reply
    said = Wording(reply.language).say(phrase("To act, write in the operations room: %(commands)s"), commands=commands)
    return replace(reply, notes=(*reply.notes, said))
