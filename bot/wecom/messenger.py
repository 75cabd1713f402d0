"""WeCom's way out for the outbox: markdown first, then table, picture and document, then a text that pings."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from pydantic import SecretStr

from bot.drawing import NotDrawnError
from bot.messengers import AnswerLostError, LimitedError, NotSentError, Parcel, Receipt, UnreachableError
from bot.wecom.errors import CLOSED_CODES, FORM_CODES, LIMITED, UNKNOWN_KIND, RefusedError
from bot.wecom.limits import BUDGET_SECONDS, CALL_SECONDS, FILE_BYTES, IMAGE_BYTES, SMALLEST_FILE_BYTES
from bot.wecom.notice_cards import notice_card
from bot.wecom.pace import Pace, Seconds, Sleep, Turns
from bot.wecom.renderer import ping_text, plain_text, render, table_lines
from bot.wecom.table_messages import table_messages
from bot.wecom.webhook import GroupWebhooks
from handlers.messages import Button, Reply
from kpi.engagements import Platform, Room
from kpi.phrases import phrase
from kpi.pictures import TooLargePicture
from kpi.wording.wording import Wording

MOST_RETRIES = 3
"""Retries in place of what follows a message's first part; the first part itself is retried by the outbox."""
FIRST_PART_WAITS = 10.0
"""Longest wait in place for a webhook's turn before anything is sent; for longer ones the delivery goes back."""
CLOSED_SECONDS = 3600.0
"""A webhook WeCom called invalid is not tried again for so long, or until the bot is restarted."""

_NO_KEY = phrase("The settings hold no WeCom webhook of this name.")

_LOG = structlog.get_logger(__name__)

Message = Mapping[str, Any]
"""The body of one webhook call."""
Shrink = Callable[[TooLargePicture], Awaitable[bytes]]
"""Makes a picture smaller; raises NotDrawnError."""
PageUrl = Callable[[Room, tuple[str, ...]], str]
"""Returns the address of the page that answers questions as a room reads them."""
FormsAmong = Callable[[Room, Sequence[str]], Awaitable[Sequence[str]]]
"""Returns the commands that open a form, as far as everybody in a room may know of it."""


@dataclass(frozen=True, slots=True)
class Aids:
    """What a messenger can do without: pages to link to, turns that replicas share, and who makes pictures smaller.

    Without `turns` those of this process count; without `shrink` a picture that is too large stays home; without
    `forms_among` no page says how to come to a form.
    """

    page_url: PageUrl | None = None
    turns: Turns | None = None
    shrink: Shrink | None = None
    forms_among: FormsAmong | None = None


class WeComMessenger:
    """Fits `bot.messengers.Messenger`. A room's address is the name of its webhook in `keys`."""

    def __init__(
        self,
        webhooks: GroupWebhooks,
        keys: Mapping[str, SecretStr | str],
        seconds: Seconds,
        sleep: Sleep,
        aids: Aids | None = None,
    ) -> None:
        self._webhooks = webhooks
        self._keys = {name: key if isinstance(key, SecretStr) else SecretStr(key) for name, key in keys.items()}
        self._seconds = seconds
        self._sleep = sleep
        self._aids = aids or Aids()
        self._pace = self._aids.turns or Pace(seconds, sleep)
        self._closed: dict[str, tuple[float, str]] = {}

    async def post(self, parcel: Parcel) -> Receipt:
        """Send a parcel; WeCom gives no message id, so the receipt's is empty and `errcode` 0 is the proof.

        Raises NotSentError when nothing of it arrived, AnswerLostError when nobody knows or only a part of the text
        did. A card, a picture, a document or a ping that failed is a remark.
        """
        trip = _Trip(self._open_key(parcel.room.address), self._seconds() + BUDGET_SECONDS)
        remarks = [await self._text(parcel, trip)]
        if parcel.picture is not None:
            remarks.append(await self._picture(parcel.picture, trip))
        if parcel.document is not None:
            remarks.append(await self._document(parcel, parcel.document, trip))
        if (ping := _ping(parcel)) is not None:
            remarks.append(await self._extra("mention", ping, trip))
        if (card := notice_card(parcel.reply, self._page(parcel))) is not None:
            remarks.append(await self._card(card, trip))
        return Receipt("", "; ".join(remark for remark in remarks if remark))

    async def find(self, parcel: Parcel, since: datetime) -> str | None:
        """Return None: WeCom cannot be asked what a webhook posted."""
        del parcel, since
        return None

    def _open_key(self, name: str) -> SecretStr:
        key = self._keys.get(name)
        if key is None:
            raise NotSentError(f"{name}: {_NO_KEY}")
        until, reason = self._closed.get(name, (0.0, ""))
        if self._seconds() < until:
            raise UnreachableError(reason)
        return key

    async def _text(self, parcel: Parcel, trip: _Trip) -> str:
        """Send all parts of the text and its table, and return a remark."""
        parts = await self._parts(parcel)
        try:
            await self._call(trip, parts[0], FIRST_PART_WAITS)
        except RefusedError as refused:
            self._close_if_gone(parcel, refused)
            if refused.errcode not in FORM_CODES:
                raise
            return await self._plainly(parcel, trip, refused)
        for number, part in enumerate(parts[1:], 2):
            try:
                if not await self._part(parcel, trip, part):
                    break
            except (NotSentError, AnswerLostError) as error:
                raise AnswerLostError(
                    f"only part {number - 1} of {len(parts)} surely arrived; then {error.reason}"
                ) from error
        return ""

    async def _parts(self, parcel: Parcel) -> list[Message]:
        """Return the messages of a parcel's text; a wide table stands in those at the end."""
        reply = parcel.reply
        tables = table_messages(reply.table, Wording(reply.language)) if reply.table else ()
        if tables:
            reply = replace(reply, table=None)
        reply = await self._with_form_page(reply, parcel.room)
        texts = render(reply, is_repeat=parcel.is_repeat, page_url=self._page(parcel))
        return [*map(_markdown, texts), *tables]

    async def _with_form_page(self, reply: Reply, room: Room) -> Reply:
        commands = [one.command for one in reply.buttons if one.command]
        page_url, forms_among = self._aids.page_url, self._aids.forms_among
        if not (commands and page_url and forms_among):
            return reply
        return with_form_page(reply, room, page_url, await forms_among(room, commands))

    def _page(self, parcel: Parcel) -> str:
        page_url = self._aids.page_url
        return page_url(parcel.room, parcel.reply.page) if page_url and parcel.reply.page else ""

    async def _part(self, parcel: Parcel, trip: _Trip, part: Message) -> bool:
        """Send a further part. A table whose form WeCom refuses goes as lines, all of it: then return False."""
        try:
            await self._insist(trip, part)
        except RefusedError as refused:
            if part["msgtype"] != "markdown_v2" or refused.errcode not in FORM_CODES | {UNKNOWN_KIND}:
                raise
            for lines in table_lines(parcel.reply):
                await self._insist(trip, _markdown(lines))
            return False
        return True

    async def _plainly(self, parcel: Parcel, trip: _Trip, refused: RefusedError) -> str:
        content = plain_text(parcel.reply, is_repeat=parcel.is_repeat)
        await self._call(trip, {"msgtype": "text", "text": {"content": content}}, self._left(trip))
        return f"sent as short plain text, without figures, because of {refused.reason}"

    async def _picture(self, content: bytes, trip: _Trip) -> str:
        """Send a picture, made smaller where it is too large; return a remark when the text has to stand alone."""
        if len(content) > IMAGE_BYTES and self._aids.shrink is not None:
            try:
                content = await self._aids.shrink(TooLargePicture(content, IMAGE_BYTES))
            except NotDrawnError as error:
                return f"picture not sent: {error.reason}"
        return await self._extra("picture", _image(content), trip)

    async def _extra(self, name: str, message: Message | str, trip: _Trip) -> str:
        """Send what may be missing without making the text untrue; return a remark when it is."""
        if isinstance(message, str):
            return f"{name} not sent: {message}"
        try:
            await self._insist(trip, message)
        except NotSentError as error:
            return f"{name} not sent: {error.reason}"
        except AnswerLostError as error:
            return f"{name} unknown: {error.reason}"
        return ""

    async def _card(self, card: Message, trip: _Trip) -> str:
        """Send the card that opens the page; what it opens is linked in the words too, so nothing waits for it."""
        try:
            await self._call(trip, card, FIRST_PART_WAITS)
        except (NotSentError, AnswerLostError) as error:
            return f"card not sent: {error.reason}"
        return ""

    async def _document(self, parcel: Parcel, content: bytes, trip: _Trip) -> str:
        """Send a document as a file of the group; return a remark when the text has to stand alone."""
        if not SMALLEST_FILE_BYTES <= len(content) <= FILE_BYTES:
            return f"document not sent: {len(content)} bytes do not fit into WeCom's {FILE_BYTES}"
        name = parcel.reply.document.file_name if parcel.reply.document else "vigia.pdf"
        try:
            seconds = max(1.0, min(CALL_SECONDS, self._left(trip)))
            media = await self._webhooks.upload(trip.key, name, content, seconds)
        except (NotSentError, AnswerLostError) as error:
            return f"document not sent: {error.reason}"
        return await self._extra("document", {"msgtype": "file", "file": {"media_id": media}}, trip)

    async def _insist(self, trip: _Trip, message: Message) -> None:
        """Send, and retry what surely did not arrive while the trip's budget lasts."""
        for _ in range(MOST_RETRIES):
            try:
                return await self._call(trip, message, self._left(trip))
            except NotSentError as error:
                wait = error.retry_after.total_seconds() if error.retry_after else None
                if wait is None or wait > self._left(trip):
                    raise
                await self._sleep(wait)
        return await self._call(trip, message, self._left(trip))

    async def _call(self, trip: _Trip, message: Message, patience: float) -> None:
        """Send once, after waiting at most `patience` seconds for the webhook's turn."""
        away = await self._pace.turn(trip.key, patience)
        if away is not None:
            raise LimitedError(phrase("Too many messages wait for this WeCom group."), timedelta(seconds=away))
        try:
            await self._webhooks.send(trip.key, message, max(1.0, min(CALL_SECONDS, self._left(trip))))
        except RefusedError as refused:
            if refused.errcode == LIMITED:
                await self._pace.block(trip.key)
            raise

    def _left(self, trip: _Trip) -> float:
        return trip.ends_at_second - self._seconds()

    def _close_if_gone(self, parcel: Parcel, refused: RefusedError) -> None:
        if refused.errcode in CLOSED_CODES:
            name = parcel.room.address
            self._closed[name] = (self._seconds() + CLOSED_SECONDS, refused.reason)
            _LOG.error("wecom_webhook_closed", webhook=name, room=parcel.room.id, reason=refused.reason)


@dataclass(frozen=True, slots=True)
class _Trip:
    """One parcel's calls: `ends_at_second` is on the monotonic clock."""

    key: SecretStr
    ends_at_second: float


def with_form_page(reply: Reply, room: Room, page_url: PageUrl, opening: Sequence[str]) -> Reply:
    """Return a reply with a link for its buttons of the commands `opening` forms: to a page on the way to one's own.

    Everybody in a group can open what is linked there, and nobody knows who did: nothing can be written behind it.
    """
    forms = [button for button in reply.buttons if button.command in opening]
    if not forms:
        return reply
    label = forms[0].label if len(forms) == 1 else Wording(reply.language).say(phrase("Write about it"))
    url = page_url(room, tuple(button.command for button in forms))
    return replace(reply, buttons=(*reply.buttons, Button(label, url=url)))


def _markdown(content: str) -> Message:
    return {"msgtype": "markdown", "markdown": {"content": content}}


def _image(content: bytes) -> Message | str:
    """Return the message, or why there is none."""
    if len(content) > IMAGE_BYTES:
        return f"{len(content)} bytes are more than WeCom's {IMAGE_BYTES}"
    # WeCom compares this MD5 of the raw bytes; it protects against damage, not against people.
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    return {"msgtype": "image", "image": {"base64": base64.b64encode(content).decode(), "md5": digest}}


def _ping(parcel: Parcel) -> Message | None:
    """Return the text that pings: `mentioned_list` works in no other kind of message."""
    person = parcel.reply.mention
    handle = person.handle_on(Platform.WECOM) if person else None
    if person is None or not handle:
        return None
    content = ping_text(parcel.reply, person, is_repeat=parcel.is_repeat)
    return {"msgtype": "text", "text": {"content": content, "mentioned_list": [handle]}}
