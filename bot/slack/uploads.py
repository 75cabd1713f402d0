"""Pictures into Slack: ask for an address, post the bytes, complete, and wait until Slack has understood the file.

Slack processes a completed upload in its own time; a message that shows a file too early is lost whole
(slackapi/python-slack-sdk#1521), so a picture is used only after `files.info` knows its kind and size.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import httpx
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.errors import CALL_ERRORS
from bot.slack.limits import ALT_TEXT, FILE_TITLE
from bot.slack.mrkdwn import cut
from bot.slack.pace import Sleep

READY_PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds before each look at `files.info`; 7.5 s in all."""
PICTURE_SECONDS = 20.0
"""The longest a picture may keep a message waiting, slow answers included."""
POST_SECONDS = 15.0
"""The longest the bytes may take to their address."""

_LOG = structlog.get_logger(__name__)
_UPLOAD_ERRORS = (*CALL_ERRORS, httpx.HTTPError)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way to Slack, a picture unless it is named otherwise; `alt_text` says what it shows."""

    content: bytes
    alt_text: str
    filename: str = "vigia.png"


class Uploads:
    """Brings pictures into one workspace. Failures are answers, never exceptions: text must not wait for a picture."""

    def __init__(self, client: AsyncWebClient, sleep: Sleep, http: httpx.AsyncClient | None = None) -> None:
        self._client = client
        self._sleep = sleep
        self._http = http or httpx.AsyncClient(timeout=POST_SECONDS)

    async def ready_file(self, upload: Upload) -> str | None:
        """Return the id of a file that a message may show, or None when it did not become ready in time."""
        try:
            async with asyncio.timeout(PICTURE_SECONDS):
                file_id = await self._bring(upload)
                return file_id if await self._is_ready(file_id, len(upload.content)) else None
        except _UPLOAD_ERRORS as error:
            _LOG.warning("slack_picture_not_uploaded", error=type(error).__name__)
            return None

    async def share(self, upload: Upload, channel: str, thread_ts: str | None = None) -> bool:
        """Put the picture into a channel or thread as a file of its own; return whether Slack took it."""
        try:
            async with asyncio.timeout(PICTURE_SECONDS):
                await self._bring(upload, channel, thread_ts)
        except _UPLOAD_ERRORS as error:
            _LOG.warning("slack_picture_not_shared", error=type(error).__name__)
            return False
        return True

    async def close(self) -> None:
        """Close the connections used for the bytes."""
        await self._http.aclose()

    async def _bring(self, upload: Upload, channel: str | None = None, thread_ts: str | None = None) -> str:
        place = await self._client.files_getUploadURLExternal(
            filename=upload.filename, length=len(upload.content), alt_txt=cut(upload.alt_text, ALT_TEXT)
        )
        answer = await self._http.post(str(place["upload_url"]), content=upload.content)
        answer.raise_for_status()
        file_id = str(place["file_id"])
        title = cut(upload.alt_text, FILE_TITLE) or upload.filename
        await self._client.files_completeUploadExternal(
            files=[{"id": file_id, "title": title}], channel_id=channel, thread_ts=thread_ts
        )
        return file_id

    async def _is_ready(self, file_id: str, size: int) -> bool:
        for pause in READY_PAUSES:
            await self._sleep(pause)
            answer = await self._client.files_info(file=file_id)
            file = answer.get("file") or {}
            if file.get("mimetype"):
                return bool(file.get("size") == size)
        return False
