"""One call to a WeCom group webhook. The key is part of the address, and stays out of everything else.

Inside httpx a request is known without its key, which is added by the last piece before the wire: httpx logs the
address of every request, and its errors carry the request.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import httpx
from pydantic import SecretStr

from bot.messengers import AnswerLostError
from bot.wecom.errors import call_error, refusal, status_error
from bot.wecom.limits import CALL_SECONDS

PATH = "/cgi-bin/webhook/send"
"""https://developer.work.weixin.qq.com/document/path/99110"""

UPLOAD_PATH = "/cgi-bin/webhook/upload_media"
"""https://developer.work.weixin.qq.com/document/path/99110; what it returns is valid for three days and this key."""

_KEY = "vigia_webhook_key"
_JSON = {"content-type": "application/json; charset=utf-8"}


class KeyedTransport(httpx.AsyncBaseTransport):
    """Adds the webhook key of a request's extensions to its address, as late as possible."""

    def __init__(self, wire: httpx.AsyncBaseTransport) -> None:
        self._wire = wire

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a copy of the request whose address holds the key."""
        extensions = dict(request.extensions)
        key: SecretStr = extensions.pop(_KEY)
        keyed = httpx.Request(
            request.method,
            request.url.copy_set_param("key", key.get_secret_value()),
            headers=request.headers,
            stream=request.stream,
            extensions=extensions,
        )
        return await self._wire.handle_async_request(keyed)

    async def aclose(self) -> None:
        """Close the wire."""
        await self._wire.aclose()


class GroupWebhooks:
    """The way to WeCom's group webhooks; closed once, when the bot stops."""

    def __init__(self, base_url: str, wire: httpx.AsyncBaseTransport | None = None) -> None:
        self._base_url = base_url.rstrip("/")
        self._http = httpx.AsyncClient(
            transport=KeyedTransport(wire or httpx.AsyncHTTPTransport()), timeout=CALL_SECONDS
        )

    async def send(self, key: SecretStr, message: Mapping[str, Any], seconds: float = CALL_SECONDS) -> None:
        """Post one message and return when WeCom has taken it (`errcode` 0).

        Raises NotSentError (for an `errcode` RefusedError) or AnswerLostError; after `seconds` the answer is lost.
        """
        # WeCom refuses \uXXXX escapes (40033): the body is raw UTF-8.
        body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
        await self._call(key, seconds, path=PATH, content=body, headers=_JSON)

    async def upload(self, key: SecretStr, name: str, content: bytes, seconds: float = CALL_SECONDS) -> str:
        """Bring a file to WeCom and return the id a message of the same key can show it by.

        Nothing is posted by it. Raises as `send` does.
        """
        files = {"media": (name, content, "application/octet-stream")}
        answer = await self._call(key, seconds, path=UPLOAD_PATH, params={"type": "file"}, files=files)
        media = _content(answer).get("media_id")
        if not isinstance(media, str) or not media:
            raise AnswerLostError("the answer is not WeCom's: no media_id")
        return media

    async def _call(self, key: SecretStr, seconds: float, *, path: str, **request: Any) -> httpx.Response:
        answer: httpx.Response | None = None
        failure: Exception | None = None
        try:
            async with asyncio.timeout(seconds):
                answer = await self._http.post(self._base_url + path, extensions={_KEY: key}, **request)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            failure = call_error(error)
        if failure is not None or answer is None:
            # Raised out here so that no traceback chain leads to httpx and its request.
            raise failure or AnswerLostError("the answer was lost")
        _require_taken(answer)
        return answer

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()


def _require_taken(answer: httpx.Response) -> None:
    if answer.status_code != httpx.codes.OK:
        raise status_error(answer.status_code)
    errcode = _errcode(answer)
    if errcode is None:
        raise AnswerLostError("the answer is not WeCom's: no errcode")
    if errcode:
        raise refusal(errcode)


def _errcode(answer: httpx.Response) -> int | None:
    errcode = _content(answer).get("errcode")
    return errcode if isinstance(errcode, int) else None


def _content(answer: httpx.Response) -> dict[str, Any]:
    try:
        content = answer.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
