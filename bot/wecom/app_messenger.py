"""WeCom's way to one person alone: short markdown by the app, and a card with its buttons where they can be heard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from bot.messengers import AnswerLostError, LimitedError, NotSentError, Parcel, Receipt
from bot.wecom.cards import card_of
from bot.wecom.limits import APP_IMAGE_BYTES, APP_MARKDOWN_BYTES, APP_PART_BYTES, FILE_BYTES, SMALLEST_FILE_BYTES
from bot.wecom.markdown import size_of
from bot.wecom.messenger import PageUrl
from bot.wecom.pace import Turns
from bot.wecom.renderer import render
from handlers.messages import Reply
from kpi.phrases import phrase
from kpi.wording.wording import Wording

AT_ONCE = 4
"""Calls on the way at a time: a WeCom that hangs must leave threads for everything else."""
TURN_WAITS = 10.0
"""Longest wait in place for a person's turn; for longer ones the delivery goes back."""

UNCHECKED = {"enable_duplicate_check": 0}
"""In a message: it is sent also where it reads like one of the last half hour, as the answer to a repeated question
does. https://developer.work.weixin.qq.com/document/path/90236"""

_Made = TypeVar("_Made")


class App(Protocol):
    """What it needs of the app (see bot/wecom/app.py); everything blocks."""

    def send(self, person: str, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send a message to one user id; raises UnreachableError, NotSentError or AnswerLostError."""

    def upload(self, picture: bytes) -> str:
        """Give WeCom a PNG and return its id there; raises NotSentError or AnswerLostError."""

    def upload_file(self, name: str, content: bytes) -> str:
        """Give WeCom a file and return its id there; raises NotSentError or AnswerLostError."""

    def replace_buttons(self, person: str, response_code: str, words: str) -> None:
        """Show words in place of a pressed card's buttons; raises NotSentError or AnswerLostError."""

    def user_id(self, open_id: str) -> str:
        """Return whose a hidden user id is; raises NotSentError or AnswerLostError."""

    def close(self) -> None:
        """Close all connections."""


class AppMessenger:
    """Fits `bot.messengers.Messenger` for direct rooms: their address is a user id.

    With `hears` the app has a callback: buttons are a card. Without it, commands are written out. `page_url` makes
    links to pages (None: there are none).
    """

    def __init__(self, app: App, turns: Turns, *, hears: bool = False, page_url: PageUrl | None = None) -> None:
        self._app = app
        self._turns = turns
        self._page_url = page_url
        self._hears = hears
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="wecom-app")

    async def post(self, parcel: Parcel) -> Receipt:
        """Send a parcel; the receipt is WeCom's id of its text. A card or picture that failed is a remark.

        Raises NotSentError (UnreachableError for somebody who reads nothing here), or AnswerLostError when nobody knows
        or only a part of a long text arrived.
        """
        person = parcel.room.address
        page = self._page_url(parcel.room, parcel.reply.page) if self._page_url and parcel.reply.page else ""
        receipt = await self.say(person, parcel.reply, parcel.delivery, is_repeat=parcel.is_repeat, page_url=page)
        return remarked(receipt, *await self.beside(parcel))

    async def beside(self, parcel: Parcel) -> tuple[str, ...]:
        """Send what stands below a parcel's words, its picture and its document; return remarks on what is missing."""
        person, reply = parcel.room.address, parcel.reply
        shown = await self.show(person, parcel.picture) if parcel.picture is not None else ""
        name = reply.document.file_name if reply.document else "vigia.pdf"
        given = await self.give(person, name, parcel.document) if parcel.document is not None else ""
        return shown, given

    async def answer(self, person: str, reply: Reply, task: str) -> Receipt:
        """Send the answer to what somebody asked, as `say` does: whoever asks twice is answered twice."""
        return await self.say(person, reply, task, extra=UNCHECKED)

    async def say(
        self,
        person: str,
        reply: Reply,
        task: str,
        *,
        is_repeat: bool = False,
        page_url: str = "",
        extra: Mapping[str, Any] = MappingProxyType({}),
    ) -> Receipt:
        """Send a reply to a user id, as `post` does; `task` names its card, `extra` is added to its texts."""
        said = reply if self._hears else with_commands(reply)
        parts = render(said, is_repeat=is_repeat, page_url=page_url, part_bytes=APP_PART_BYTES)
        message = await self._text(person, [{**markdown(part), **extra} for part in parts])
        card = card_of(reply, task) if self._hears else None
        if card is None:
            return Receipt(message)
        try:
            await self.send(person, card)
        except (NotSentError, AnswerLostError) as error:
            return Receipt(message, f"buttons not sent: {error.reason}")
        return Receipt(message)

    async def show(self, person: str, picture: bytes) -> str:
        """Send a picture below its text; return a remark when it is missing."""
        if len(picture) > APP_IMAGE_BYTES:
            return f"picture not sent: {len(picture)} bytes are more than WeCom's {APP_IMAGE_BYTES}"
        return await self._media(person, "image", "picture", lambda: self._app.upload(picture))

    async def give(self, person: str, name: str, content: bytes) -> str:
        """Send a document below its text; return a remark when it is missing."""
        if not SMALLEST_FILE_BYTES <= len(content) <= FILE_BYTES:
            return f"document not sent: {len(content)} bytes do not fit into WeCom's {FILE_BYTES}"
        return await self._media(person, "file", "document", lambda: self._app.upload_file(name, content))

    async def _media(self, person: str, kind: str, called: str, upload: Callable[[], str]) -> str:
        try:
            media = await self._in_thread(upload)
            await self.send(person, {"msgtype": kind, kind: {"media_id": media}})
        except NotSentError as error:
            return f"{called} not sent: {error.reason}"
        except AnswerLostError as error:
            return f"{called} unknown: {error.reason}"
        return ""

    async def replace_buttons(self, person: str, response_code: str, words: str) -> None:
        """Show words in place of a pressed card's buttons; raises NotSentError or AnswerLostError."""
        await self._in_thread(lambda: self._app.replace_buttons(person, response_code, words))

    async def user_id(self, open_id: str) -> str:
        """Return whose a hidden user id is; raises NotSentError or AnswerLostError."""
        return await self._in_thread(lambda: self._app.user_id(open_id))

    async def find(self, parcel: Parcel, since: datetime) -> str | None:
        """Return None: WeCom cannot be asked what an app sent."""
        del parcel, since
        return None

    async def close(self) -> None:
        """Wait for calls on the way, which end by themselves, and close all connections."""
        await asyncio.to_thread(self._threads.shutdown)
        self._app.close()

    async def _text(self, person: str, parts: Sequence[Mapping[str, Any]]) -> str:
        """Send all parts and return WeCom's id of the last one."""
        message = ""
        for number, part in enumerate(parts, 1):
            try:
                message = await self.send(person, part)
            except (NotSentError, AnswerLostError) as error:
                if number == 1:
                    raise
                reason = f"only part {number - 1} of {len(parts)} surely arrived; then {error.reason}"
                raise AnswerLostError(reason) from error
        return message

    async def send(self, person: str, message: Mapping[str, Any]) -> str:
        """Send one message in its turn and return WeCom's id of it; raises NotSentError or AnswerLostError."""
        away = await self._turns.turn(person, TURN_WAITS)
        if away is not None:
            raise LimitedError(phrase("Too many messages wait for this person in WeCom."), timedelta(seconds=away))
        answer = await self._in_thread(lambda: self._app.send(person, message))
        return str(answer.get("msgid") or "")

    async def _in_thread(self, do: Callable[[], _Made]) -> _Made:
        return await asyncio.get_running_loop().run_in_executor(self._threads, do)


def remarked(receipt: Receipt, *remarks: str) -> Receipt:
    """Return a receipt that says what else happened; empty remarks are none."""
    return replace(receipt, remark="; ".join(one for one in (receipt.remark, *remarks) if one))


def markdown(content: str) -> Mapping[str, Any]:
    """Return a message; raises NotSentError for one WeCom would cut without a word."""
    if size_of(content) > APP_MARKDOWN_BYTES:
        raise NotSentError(f"{size_of(content)} bytes are more than WeCom's {APP_MARKDOWN_BYTES}")
    return {"msgtype": "markdown", "markdown": {"content": content}}


def with_commands(reply: Reply) -> Reply:
    """Return a reply whose commands are written out: nothing can be pressed here, and nothing typed here is heard."""
    commands = " · ".join(button.command for button in reply.buttons if button.command)
    if not commands:
        return reply
    said = Wording(reply.language).say(phrase("To act, write in the operations room: %(commands)s"), commands=commands)
    return replace(reply, notes=(*reply.notes, said))
