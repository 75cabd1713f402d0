"""People's files in Slack: what an event says of one, and its content, fetched from Slack alone, within the limit.

Source: https://docs.slack.dev/reference/objects/file-object
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import structlog

from bot.evidence_files import too_large
from bot.messengers import NotSentError
from bot.slack.access import SlackAccess
from kpi.errors import QuestionError, VigiaError
from kpi.incidents.evidence_files import LARGEST_FILE
from kpi.phrases import phrase

FILE_HOST = "files.slack.com"
"""Where `url_private` of a file leads."""
FETCH_SECONDS = 30.0
OK = 200

_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SlackFile:
    """A file as Slack names it; `size` is 0 where it does not say."""

    id: str
    name: str
    url: str
    size: int


def slack_files(said: Iterable[Mapping[str, Any]] | None) -> tuple[SlackFile, ...]:
    """Return the files of a modal's input or of a message."""
    return tuple(
        SlackFile(
            str(one["id"]),
            str(one.get("name") or one.get("title") or one["id"]),
            str(one.get("url_private_download") or one.get("url_private") or ""),
            int(one.get("size") or 0),
        )
        for one in said or ()
        if one.get("id")
    )


class SlackFiles:
    """Fetches people's files with the bot's token, which is shown to Slack's own hosts only."""

    def __init__(self, access: SlackAccess, token: Callable[[], Awaitable[str]] | None = None) -> None:
        """Take the token of `access`, or ask `token` for the one its workspace has at that moment."""
        self._own_token = access.bot_token or ""
        self._token = token
        own = urlsplit(access.base_url)
        self._hosts = frozenset({("https", FILE_HOST), (own.scheme, own.netloc)})

    async def fetch(self, file: SlackFile) -> bytes:
        """Return the content of a file; raises QuestionError with one sentence."""
        if file.size > LARGEST_FILE:
            raise too_large(file.name)
        address = urlsplit(file.url)
        if (address.scheme, address.netloc) not in self._hosts:
            _LOG.warning("slack_file_elsewhere", host=address.hostname)
            raise _not_had(file)
        try:
            return await self._read(file)
        except (httpx.HTTPError, NotSentError) as error:
            _LOG.warning("slack_file_not_fetched", error=type(error).__name__)
            raise _not_had(file) from error

    async def _read(self, file: SlackFile) -> bytes:
        token = await self._token() if self._token else self._own_token
        headers = {"Authorization": f"Bearer {token}"}
        content = bytearray()
        async with (
            httpx.AsyncClient(timeout=FETCH_SECONDS, follow_redirects=False, trust_env=False) as client,
            client.stream("GET", file.url, headers=headers) as answer,
        ):
            # Without the permission Slack sends people to its page for signing in.
            if answer.status_code != OK or answer.headers.get("content-type", "").startswith("text/html"):
                _LOG.warning("slack_file_refused", status=answer.status_code)
                raise _not_had(file)
            async for chunk in answer.aiter_bytes():
                content += chunk
                if len(content) > LARGEST_FILE:
                    raise too_large(file.name)
        return bytes(content)


def _not_had(file: SlackFile) -> VigiaError:
    return QuestionError(
        phrase("Slack did not hand over “%(name)s”; what you wrote is kept. Send the file again."), name=file.name[:100]
    )
