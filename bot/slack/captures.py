"""Messages of Slack that somebody points at, read when they are needed; and what becomes of them afterwards.

Only messages of the channel somebody points from are read, one each time.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.arrivals import Call, Payload, Place, own_users
from bot.slack.errors import CALL_ERRORS, code_of
from bot.slack.files import SlackFile, slack_files
from bot.slack.limits import HISTORY_MESSAGES
from bot.slack.mrkdwn import spoken
from handlers.grammar.incident_words import Verb
from handlers.incidents.captures import pointed_at
from handlers.listening.captured_messages import MessageChange, Pointed
from handlers.messages import Arrival, Quoted
from kpi.engagements import Platform

CAPTURE_SHORTCUT = "vigia_capture_message"
"""Callback id of the shortcut that takes a message into a timeline."""
TOMBSTONE = "tombstone"
"""What Slack leaves of a deleted message that has answers; it comes as a change of that message."""

Watch = Callable[[Pointed], Awaitable[None]]
Follow = Callable[[MessageChange], Awaitable[None]]

_TS = re.compile(r"\d{1,10}\.\d{1,6}")
_LINK = re.compile(r"<?https://[\w.-]+/archives/(\w+)/p(\d{1,10})(\d{6})(?:\?[^\s>|]*)?(?:\|[^>]*)?>?")
"""What “Copy link” of a message gives."""
_LOG = structlog.get_logger(__name__)


async def watch_nothing(_pointed: Pointed) -> None:
    """Remember nothing."""


async def follow_nothing(_change: MessageChange) -> None:
    """Follow no message."""


class Quotes:
    """Reads the messages that commands point at; keeps nothing between calls."""

    def __init__(self, client: AsyncWebClient, watch: Watch) -> None:
        self._client = client
        self._watch = watch

    async def complete(self, call: Call) -> Call:
        """Return a call that takes a message in with that message and its files; any other call as it is.

        What changes it from now on is noted, so that nothing is missed while it is read.
        """
        call = _with_ts(call)
        pointed = pointed_at(call.arrival.text)
        arrival = call.arrival
        if pointed is None or pointed[0] is not Verb.PIN or arrival.is_direct or not _TS.fullmatch(pointed[1]):
            return call
        try:
            await self._watch(Pointed(arrival.platform, arrival.address, arrival.handle, pointed[1], arrival.at))
        except Exception:  # noqa: BLE001 - the edge: what cannot be watched is not read, and that is said
            _LOG.exception("slack_message_not_watched", message=pointed[1])
            return call
        return call if arrival.quoted else await self._read(call, pointed[1])

    async def _read(self, call: Call, ts: str) -> Call:
        channel = call.place.channel
        try:
            # A thread's first message and an answer in it are found alike: `ts` may be either.
            answer = await self._client.conversations_replies(
                channel=channel, ts=ts, oldest=ts, latest=ts, inclusive=True, limit=HISTORY_MESSAGES
            )
        except CALL_ERRORS as error:
            _LOG.warning("slack_message_not_read", code=code_of(error) or type(error).__name__)
            return call
        messages: list[Mapping[str, Any]] = answer.get("messages") or []
        found = next((one for one in messages if one.get("ts") == ts and one.get("subtype") != TOMBSTONE), None)
        if found is None:
            return call
        return _quoting(call, found, await self._link(channel, ts))

    async def _link(self, channel: str, ts: str) -> str:
        """Return the address of a message, or "": without one, its words still say what it said."""
        try:
            answer = await self._client.chat_getPermalink(channel=channel, message_ts=ts)
        except CALL_ERRORS as error:
            _LOG.info("slack_message_without_link", code=code_of(error) or type(error).__name__)
            return ""
        return str(answer.get("permalink") or "")


def call_of_capture_shortcut(body: Payload, at: datetime) -> Call | None:
    """Return what the shortcut on a message asks: the message comes with it. None for one without time or place."""
    channel = str((body.get("channel") or {}).get("id") or "")
    person, message = str((body.get("user") or {}).get("id") or ""), body.get("message") or {}
    ts, domain = str(message.get("ts") or ""), str((body.get("team") or {}).get("domain") or "")
    if not (channel and person and _TS.fullmatch(ts)):
        return None
    event_id, is_direct = f"slack/{body.get('trigger_id', '')}", channel.startswith("D")
    arrival = Arrival(Platform.SLACK, channel, person, f"/incident {Verb.PIN} {ts}", at, event_id, is_direct)
    response_url = str(body.get("response_url") or "")
    place = Place(channel, person, response_url=response_url, is_private=True, is_direct=is_direct)
    link = f"https://{domain}.slack.com/archives/{channel}/p{ts.replace('.', '')}" if domain else ""
    return _quoting(Call(arrival, place), message, link)


def change_of_message(body: Payload, at: datetime) -> MessageChange | None:
    """Return what an edit or deletion says of a message; None for all else, also for what Slack adds by itself.

    A preview that appears below a link is a change to Slack, and no edit. Vigia's own messages change all the time.
    """
    event = body.get("event") or {}
    channel, changed = str(event.get("channel") or ""), event.get("message") or {}
    if event.get("subtype") == "message_deleted":
        return _change(channel, event.get("deleted_ts"), event.get("event_ts"), at)
    if event.get("subtype") != "message_changed" or changed.get("user") in own_users(body):
        return None
    if changed.get("subtype") == TOMBSTONE:
        return _change(channel, changed.get("ts"), event.get("event_ts"), at)
    edited = (changed.get("edited") or {}).get("ts")
    return _change(channel, changed.get("ts"), edited, at, str(changed.get("text") or "")) if edited else None


def _change(channel: str, ts: object, since: object, at: datetime, text: str | None = None) -> MessageChange | None:
    if not (channel and _TS.fullmatch(str(ts))):
        return None
    said = None if text is None else spoken(text)
    return MessageChange(Platform.SLACK, channel, str(ts), _instant(since) or at, at, said)


def _quoting(call: Call, message: Mapping[str, Any], link: str) -> Call:
    """Return a call with the message it points at, and with that one's files."""
    ts, at = str(message["ts"]), call.arrival.at
    written_at = _instant(ts) or at
    quoted = Quoted(
        id=ts,
        text=spoken(str(message.get("text") or "")),
        written_at=written_at,
        since=_instant((message.get("edited") or {}).get("ts")) or written_at,
        author=str(message.get("user") or ""),
        thread=str(message.get("thread_ts") or ts),
        link=link,
    )
    files: tuple[SlackFile, ...] = slack_files(message.get("files"))
    return replace(call, arrival=replace(call.arrival, quoted=quoted), files=files)


def _with_ts(call: Call) -> Call:
    """Return a call that names a message of its own channel by its link with the message's time in the link's place."""
    if pointed_at(call.arrival.text) is None:
        return call

    def named(link: re.Match[str]) -> str:
        return f"{link[2]}.{link[3]}" if link[1] == call.place.channel else link[0]

    return replace(call, arrival=replace(call.arrival, text=_LINK.sub(named, call.arrival.text, count=1)))


def _instant(ts: object) -> datetime | None:
    """Return the instant a time of Slack's means, to the microsecond; None for what is none."""
    if not _TS.fullmatch(str(ts)):
        return None
    seconds, _, parts = str(ts).partition(".")
    return datetime.fromtimestamp(int(seconds), UTC).replace(microsecond=int(parts.ljust(6, "0")))
