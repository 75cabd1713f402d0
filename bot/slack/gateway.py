"""The one way out into Slack's channels: paced, never repeated by itself, text never lost for a picture's sake."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.messengers import AnswerLostError, NotSentError
from bot.slack.access import SlackAccess
from bot.slack.errors import BLOCK_CODES, CALL_ERRORS, GONE_CODES, code_of, send_error
from bot.slack.pace import Pace, Sleep
from bot.slack.people import People
from bot.slack.renderer import NO_EXTRAS, Extras, SlackMessage, render
from bot.slack.renewing_client import RenewingClient
from bot.slack.uploads import Upload, Uploads
from bot.slack.workspace_tokens import WorkspaceTokens
from handlers.messages import Reply

CALL_SECONDS = 30
"""The longest one call to Slack may take before its answer counts as lost."""


@dataclass(frozen=True, slots=True)
class Post:
    """One message to a channel; `message_id` names its blocks, `metadata` travels with it unseen.

    With `changed_ts` it takes the place of that message; one that is gone is posted anew.
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
        message = render(post.reply, post.message_id, replace(post.extras, file_id=file_id))
        try:
            ts, is_plain = await self._send(post, message), False
        except _BlocksRefusedError:
            ts, is_plain = await self._send_plain(post), True
        if upload is None:
            return Posted(ts, "Slack refused the blocks; sent without its table." if is_plain else "")
        if file_id and not is_plain:
            return Posted(ts)
        if post.changed_ts:
            return Posted(ts, "The picture was not ready; the message was changed without it.")
        return Posted(ts, await self._send_after(upload, post, ts))

    async def whisper(self, channel: str, person: str, message: SlackMessage, thread_ts: str | None = None) -> None:
        """Show a message to one person only; raises NotSentError or AnswerLostError."""
        try:
            await self.client.chat_postEphemeral(
                channel=channel, user=person, text=message.text, blocks=message.blocks, thread_ts=thread_ts
            )
        except CALL_ERRORS as error:
            raise send_error(error) from error

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

    async def close(self) -> None:
        """Close what is kept open between calls."""
        await self.uploads.close()

    async def _send_plain(self, post: Post) -> str:
        message = render(post.reply, f"{post.message_id}/plain", replace(post.extras, is_plain=True))
        try:
            return await self._send(post, message)
        except _BlocksRefusedError as refused:
            raise send_error(refused.error) from refused.error

    async def _send(self, post: Post, message: SlackMessage) -> str:
        await self._pace.turn(post.channel)
        try:
            answer = await (self._change(post, message) if post.changed_ts else self._say(post, message))
        except SlackApiError as error:
            if post.changed_ts and code_of(error) in GONE_CODES:
                return await self._send(replace(post, changed_ts=""), message)
            if code_of(error) in BLOCK_CODES:
                raise _BlocksRefusedError(error) from error
            raise send_error(error) from error
        except CALL_ERRORS as error:
            raise send_error(error) from error
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
            metadata=dict(post.metadata) if post.metadata else None,
            unfurl_links=False,
            unfurl_media=False,
        )

    async def _change(self, post: Post, message: SlackMessage) -> AsyncSlackResponse:
        return await self.client.chat_update(
            channel=post.channel,
            ts=post.changed_ts,
            text=message.text,
            blocks=message.blocks,
            metadata=dict(post.metadata) if post.metadata else None,
        )

    async def _send_after(self, upload: Upload, post: Post, ts: str) -> str:
        if await self.uploads.share(upload, post.channel, post.thread_ts or ts):
            return "The picture was not ready; it stands in the thread."
        return "The picture was lost: Slack did not take it."


class _BlocksRefusedError(Exception):
    """Slack refused the blocks and surely posted nothing."""

    def __init__(self, error: SlackApiError) -> None:
        super().__init__(code_of(error))
        self.error = error


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
