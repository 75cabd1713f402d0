"""Slack over HTTP: one address for commands, events and buttons, each request checked before it is read."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

import structlog
from fastapi import APIRouter
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from starlette.requests import Request
from starlette.responses import Response

from bot.slack.guards import FORM, safe_form
from bot.slack.last_resort import acknowledged, log_retry
from bot.slack.limits import BODY_BYTES, SIGNATURE_AGE_SECONDS
from handlers.ports import Clock

PATH = "/slack/events"
"""The request URL of commands, events and interactivity alike."""

_LOG = structlog.get_logger(__name__)


AppOf = Callable[[str], Awaitable[AsyncApp | None]]
"""Returns the app of a workspace that installed Vigia by its link, or None."""


class UnreadableBodyError(ValueError):
    """A signed body that is neither a form nor a JSON object; Bolt would answer it with 500."""


def create_router(app: AsyncApp, signing_secret: str, clock: Clock, app_of: AppOf | None = None) -> APIRouter:
    """Return the route of `app`, and of those that `app_of` knows.

    Raises ValueError for a blank secret: anybody could sign with it.
    """
    if not signing_secret.strip():
        raise ValueError("the Slack signing secret is blank")
    router = APIRouter()

    async def receive(request: Request) -> Response:
        body = await _body_of(request)
        if body is None:
            return Response("too large", status_code=413)
        if not is_signed(signing_secret, request.headers, body, clock().timestamp()):
            _LOG.warning("slack_request_refused", retry=request.headers.get("x-slack-retry-num", ""))
            return Response("not signed by Slack", status_code=401)
        content_type = request.headers.get("content-type", "")
        try:
            require_readable(body, content_type)
        except UnreadableBodyError:
            return Response("unreadable", status_code=400)
        log_retry(request.headers.get("x-slack-retry-num", ""), request.headers.get("x-slack-retry-reason", ""))
        response = await acknowledged(_dispatched(app, app_of, request, safe_form(body, content_type)))
        return to_starlette_response(response)

    router.add_route(PATH, receive, methods=["POST"], include_in_schema=False)
    return router


def is_signed(secret: str, headers: Any, body: bytes, now: float) -> bool:
    """Tell whether Slack signed these raw bytes at most 300 s away from `now` (seconds since 1970).

    Source: https://docs.slack.dev/authentication/verifying-requests-from-slack
    """
    stamp = headers.get("x-slack-request-timestamp", "")
    if not (stamp.isascii() and stamp.isdigit()) or abs(now - int(stamp[:20])) > SIGNATURE_AGE_SECONDS:
        return False
    expected = signature_of(secret, stamp, body)
    return hmac.compare_digest(expected.encode(), headers.get("x-slack-signature", "").encode())


def signature_of(secret: str, stamp: str, body: bytes) -> str:
    """Return the value of X-Slack-Signature for a body sent at `stamp`."""
    return "v0=" + hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, sha256).hexdigest()


def require_readable(body: bytes, content_type: str) -> None:
    """Raise UnreadableBodyError unless Bolt will find a JSON object or a form in `body`."""
    try:
        text = body.decode("utf-8")
        if content_type.startswith("application/json") or text.startswith("{"):
            _require_object(text)
            return
        fields = dict(parse_qsl(text, keep_blank_values=True))
    except (ValueError, RecursionError) as error:
        raise UnreadableBodyError("not UTF-8, not JSON or not a form") from error
    if not content_type.startswith(FORM):
        raise UnreadableBodyError("neither JSON nor a form")
    if "payload" in fields:
        _require_object(fields["payload"])


def _require_object(text: str) -> None:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableBodyError("broken JSON") from error
    if not isinstance(data, dict):
        raise UnreadableBodyError("not a JSON object")


async def _body_of(request: Request) -> bytes | None:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > BODY_BYTES:
            return None
    return bytes(content)


async def _dispatched(app: AsyncApp, app_of: AppOf | None, request: Request, body: bytes) -> BoltResponse:
    asked = to_async_bolt_request(request, body)
    chosen = await app_of(asked.context.team_id or "") if app_of else None
    return await (chosen or app).async_dispatch(asked)
