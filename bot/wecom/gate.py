"""What every callback of WeCom has to pass before it is read: its size, its age, its signature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.wecom.app import CallbackCrypto, UnreadableCallbackError
from bot.wecom.limits import CALLBACK_AGE_SECONDS, CALLBACK_BYTES
from handlers.ports import Clock

_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Gate:
    """The way in of one callback address."""

    crypto: CallbackCrypto
    clock: Clock

    def opened(self, query: Mapping[str, str], encrypted: str) -> str | None:
        """Return `encrypted` when WeCom signed it lately for this query, or None."""
        stamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        if not (stamp.isascii() and stamp.isdigit() and encrypted):
            return None
        if abs(self.clock().timestamp() - int(stamp[:20])) > CALLBACK_AGE_SECONDS:
            return None
        return encrypted if self.crypto.is_signed(query.get("msg_signature", ""), stamp, nonce, encrypted) else None

    def verified(self, query: Mapping[str, str]) -> Response:
        """Answer WeCom's question whether this address is ours."""
        encrypted = self.opened(query, query.get("echostr", ""))
        try:
            # Plain text, nothing around it: WeCom compares it byte by byte.
            return PlainTextResponse(self.crypto.decrypted(encrypted)) if encrypted else refused()
        except UnreadableCallbackError:
            return refused()


def refused() -> Response:
    """Return the one answer to everything that is wrong."""
    _LOG.warning("wecom_callback_refused")
    return PlainTextResponse("not for this app", status_code=400)


def too_large() -> Response:
    """Return the answer to a body nobody reads to its end."""
    return PlainTextResponse("too large", status_code=413)


async def body_of(request: Request) -> bytes | None:
    """Return a request's body, or None for one past CALLBACK_BYTES."""
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > CALLBACK_BYTES:
            return None
    return bytes(content)
