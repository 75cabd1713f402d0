"""Private answers by the response URL of what was asked, over connections that are kept for a moment.

A connection that Slack has closed meanwhile costs a second way (`chat.postEphemeral`), never the answer; messages of
channels are posted over a connection of their own each, because an answer that is lost there could be posted twice.
"""

from __future__ import annotations

from collections.abc import Iterable

import aiohttp
import structlog
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.slack.errors import BLOCK_CODES, CALL_ERRORS, code_in
from bot.slack.renderer import SlackMessage

RESPONSE_URL_SECONDS = 10
KEPT_SECONDS = 4.0
"""How long a connection waits for its next use: less than servers commonly keep one."""
OK = 200

_LOG = structlog.get_logger(__name__)


class ResponseUrls:
    """Answers at response URLs. It belongs to one event loop; its connections open with the first answer.

    Once closed it takes no answer: a connection opened then would stay open behind everybody's back.
    """

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._is_closed = False

    async def respond(self, url: str, messages: Iterable[tuple[str, SlackMessage]]) -> bool:
        """Show who asked the first message Slack takes; return whether it took one (five within 30 minutes)."""
        if self._is_closed:
            return False
        hook = AsyncWebhookClient(url, session=self._opened(), timeout=RESPONSE_URL_SECONDS, retry_handlers=[])
        for _without, message in messages:
            code = await _posted(hook, message)
            if code not in BLOCK_CODES:
                return not code
        return False

    async def close(self) -> None:
        """Close the connections that are kept."""
        self._is_closed = True
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(keepalive_timeout=KEPT_SECONDS)
            timeout = aiohttp.ClientTimeout(total=RESPONSE_URL_SECONDS)
            self._session = aiohttp.ClientSession(connector=connector, timeout=timeout)
        return self._session


async def _posted(hook: AsyncWebhookClient, message: SlackMessage) -> str:
    """Return what Slack says against a message; nothing once it is posted."""
    try:
        answer = await hook.send(
            text=message.text, blocks=message.blocks, response_type="ephemeral", replace_original=False
        )
    except CALL_ERRORS as error:
        _LOG.info("slack_response_url_failed", error=type(error).__name__)
        return type(error).__name__
    return code_in(answer.body) or ("" if answer.status_code == OK else str(answer.status_code))
