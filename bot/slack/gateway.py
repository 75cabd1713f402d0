"""The one way out into Slack's channels: paced, never repeated by itself, text never lost for a picture's sake."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx
import structlog
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.messengers import AnswerLostError, NotSentError
from bot.slack.access import SlackAccess
from bot.slack.arrivals import Place
from bot.slack.errors import BLOCK_CODES, CALL_ERRORS, GONE_CODES, code_of, faults_of, send_error
from bot.slack.pace import Pace, Sleep
from bot.slack.people import People
from bot.slack.renderer import NO_EXTRAS, Extras, SlackMessage
from bot.slack.renewing_client import RenewingClient
from bot.slack.response_urls import ResponseUrls
from bot.slack.tries import tries
from bot.slack.uploads import Upload, Uploads
from bot.slack.workspace_tokens import WorkspaceTokens
from handlers.messages import Reply

CALL_SECONDS = 30
"""The longest one call to Slack may take before its answer counts as lost."""
PATIENCE_SECONDS = 60.0
"""The longest somebody who asked is kept waiting because Slack wants to be written to more slowly."""
MESSAGE_EVENT = "vigia_message"
"""Names the metadata of what is no delivery: https://docs.slack.dev/messaging/message-metadata"""

_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Post:
    """One message to a channel; `message_id` names its blocks, `metadata` travels with it unseen.

    With `changed_ts` it takes the place of that message, with `thread_ts` it answers one; where that is gone, it is
    posted anew.
    """

    channel: str
    reply: Reply
    message_id: str
    thread_ts: str | None = None
    picture: bytes | None = None
    metadata: Mapping[str, Any] | None = None
    extras: Extras = NO_EXTRAS
    changed_ts: str = ""
    document: bytes | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message stands (`ts`, Slack's id of it in its channel), and what was lost on the way."""

    ts: str
    remark: str = ""


def slack_client(access: SlackAccess, *, token: str | None = None) -> AsyncWebClient:
    """Return a client that calls once: the SDK's own retry posts twice when an answer is lost."""
    return AsyncWebClient(token=token, base_url=access.base_url, timeout=CALL_SECONDS, retry_handlers=[])


class Gateway:
    """Posts into one workspace."""

    def __init__(self, client: AsyncWebClient, uploads: Uploads, pace: Pace, people: People) -> None:
        self.client = client
        self.uploads = uploads
        self.people = people
        self.response_urls = ResponseUrls()
        self._pace = pace

    async def post(self, post: Post) -> Posted:
        """Send a message, and its document into its thread; raises NotSentError or AnswerLostError."""
        posted = await self._post(post)
        if post.document is None:
            return posted
        file = document_of(post.reply, post.document)
        if await self.uploads.share(file, post.channel, post.thread_ts or posted.ts):
            return posted
        return Posted(posted.ts, f"{posted.remark} The document was lost: Slack did not take it.".strip())

    async def _post(self, post: Post) -> Posted:
        """Send a message and return where it stands.

        The picture is shown inside the message when it becomes ready in time and Slack accepts it; otherwise the
        message goes without it and the picture follows into its thread.
        """
        upload = _upload_of(post)
        file_id = await self.uploads.ready_file(upload) if upload else None
        ts, without = await self._send_what_is_taken(post, replace(post.extras, file_id=file_id))
        refused = f"Slack refused the blocks; sent without its {without}." if without else ""
        if upload is None or (file_id and not without):
            return Posted(ts, refused)
        if post.changed_ts:
            return Posted(ts, "The picture was not ready; the message was changed without it.")
        return Posted(ts, await self._send_after(upload, post, ts))

    async def whisper(self, place: Place, reply: Reply, message_id: str, extras: Extras = NO_EXTRAS) -> None:
        """Show a reply to one person only; raises NotSentError or AnswerLostError."""

        async def say(message: SlackMessage) -> str:
            try:
                answer = await self.client.chat_postEphemeral(
                    channel=place.channel,
                    user=place.person,
                    text=message.text,
                    blocks=message.blocks,
                    thread_ts=place.thread_ts,
                )
            except CALL_ERRORS as error:
                raise _failure(error) from error
            return str(answer.get("message_ts") or "")

        await _first_taken(reply, message_id, extras, say)

    async def share_directly(self, person: str, upload: Upload) -> bool:
        """Put a picture into the person's own conversation with Vigia; return whether Slack took it."""
        try:
            channel = await self.own_channel(person)
        except (NotSentError, AnswerLostError):
            return False
        return await self.uploads.share(upload, channel)

    async def own_channel(self, person: str) -> str:
        """Return the person's own conversation with Vigia; raises NotSentError or AnswerLostError."""
        try:
            opened = await self.client.conversations_open(users=person)
        except CALL_ERRORS as error:
            raise send_error(error) from error
        channel = str((opened.get("channel") or {}).get("id") or "")
        if not channel:
            raise NotSentError("no_channel: Slack named no conversation")
        return channel

    async def patiently(self, send: Callable[[], Awaitable[None]]) -> None:
        """Send, again where Slack surely took nothing and said when to come back; raises what `send` raises."""
        patience = PATIENCE_SECONDS
        while True:
            try:
                return await send()
            except NotSentError as error:
                pause = error.retry_after.total_seconds() if error.retry_after is not None else math.inf
                if pause > patience:
                    raise
                patience -= pause
                await self._pace.rest(pause)

    async def close(self) -> None:
        """Close what is kept open between calls."""
        await self.uploads.close()
        await self.response_urls.close()

    async def _send_what_is_taken(self, post: Post, extras: Extras) -> tuple[str, str]:
        """Send a message and return its ts, and what it goes without because Slack refused it with that."""

        async def send(message: SlackMessage) -> str:
            return await self._send(post, message)

        return await _first_taken(post.reply, post.message_id, extras, send)

    async def _send(self, post: Post, message: SlackMessage) -> str:
        await self._pace.turn(post.channel)
        try:
            answer = await (self._change(post, message) if post.changed_ts else self._say(post, message))
        except CALL_ERRORS as error:
            if code_of(error) in GONE_CODES and (post.changed_ts or post.thread_ts):
                # The message to change, or the one to answer, is gone: what people must know does not depend on it.
                return await self._send(replace(post, changed_ts="", thread_ts=None), message)
            raise _failure(error) from error
        ts = str(answer.get("ts") or "")
        if not ts:
            raise AnswerLostError("Slack answered ok without the message's ts")
        return ts

    async def _say(self, post: Post, message: SlackMessage) -> AsyncSlackResponse:
        return await self.client.chat_postMessage(
            channel=post.channel,
            text=message.text,
            blocks=message.blocks,
            thread_ts=post.thread_ts,
            metadata=_metadata_of(post),
            unfurl_links=False,
            unfurl_media=False,
        )

    async def _change(self, post: Post, message: SlackMessage) -> AsyncSlackResponse:
        return await self.client.chat_update(
            channel=post.channel,
            ts=post.changed_ts,
            text=message.text,
            blocks=message.blocks,
            metadata=_metadata_of(post),
        )

    async def _send_after(self, upload: Upload, post: Post, ts: str) -> str:
        if await self.uploads.share(upload, post.channel, post.thread_ts or ts):
            return "The picture was not ready; it stands in the thread."
        return "The picture was lost: Slack did not take it."


class _BlocksRefusedError(NotSentError):
    """Slack refused the blocks and surely posted nothing."""


def _failure(error: Exception) -> NotSentError | AnswerLostError:
    """Return what a failed call means; which blocks were refused is logged as Slack points to them."""
    failure = send_error(error)
    if not (isinstance(failure, NotSentError) and code_of(error) in BLOCK_CODES):
        return failure
    _LOG.warning("slack_blocks_refused", code=code_of(error), faults=faults_of(error))
    return _BlocksRefusedError(failure.reason)


async def _first_taken(
    reply: Reply, message_id: str, extras: Extras, send: Callable[[SlackMessage], Awaitable[str]]
) -> tuple[str, str]:
    """Send a reply with less and less until Slack takes it; return its ts, and what the message goes without."""
    refused: _BlocksRefusedError | None = None
    for without, message in tries(reply, message_id, extras):
        try:
            return await send(message), without
        except _BlocksRefusedError as error:
            refused = error
    raise refused or NotSentError("there was nothing to send")


def create_gateway(
    access: SlackAccess,
    *,
    tokens: WorkspaceTokens | None = None,
    sleep: Sleep = asyncio.sleep,
    seconds: Callable[[], float] = time.monotonic,
    http: httpx.AsyncClient | None = None,
) -> Gateway:
    """Return the gateway of one workspace; `seconds` is a monotonic clock, `http` carries picture bytes.

    With `tokens` it calls with the one they have at that moment, else with the one of `access`.
    """
    client = (
        RenewingClient(tokens, access.base_url, CALL_SECONDS)
        if tokens is not None
        else slack_client(access, token=access.bot_token)
    )
    return Gateway(client, Uploads(client, sleep, http), Pace(seconds, sleep), People(client, seconds))


def _metadata_of(post: Post) -> dict[str, Any]:
    """Return what travels with a message unseen: with it, a message can be looked for whose receipt was lost."""
    return dict(post.metadata or {"event_type": MESSAGE_EVENT, "event_payload": {"message": post.message_id}})


def _upload_of(post: Post) -> Upload | None:
    if post.picture is None:
        return None
    return upload_of(post.reply, post.picture)


def upload_of(reply: Reply, content: bytes) -> Upload:
    """Return a reply's picture as an upload whose words say what it shows."""
    picture = reply.picture
    words = (picture.alt_text or picture.title) if picture else ""
    return Upload(content, words or reply.headline)


def document_of(reply: Reply, content: bytes) -> Upload:
    """Return a reply's document as an upload under its own name."""
    document = reply.document
    return Upload(
        content, document.title if document else reply.headline, document.file_name if document else "vigia.pdf"
    )
