"""The robot's door: JSON callbacks, each checked before it is read and answered inside its own HTTP response.

A question begins an answer, which WeCom asks for again and again until it is whole; any replica may be asked. Where
nobody bound the chat the answer is empty.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bot.wecom.app import CallbackCrypto, UnreadableCallbackError
from bot.wecom.gate import Gate, body_of, refused, too_large
from bot.wecom.robot import Robot
from bot.wecom.robot_frames import Frame
from bot.wecom.robot_messages import told

PATH = "/wecom/robot/callback"
"""The URL of the robot's API settings."""


def create_router(robot: Robot) -> APIRouter:
    """Return the route of the robot's callback."""
    router = APIRouter()
    gate = Gate(robot.crypto, robot.clock)

    async def verify(request: Request) -> Response:
        return gate.verified(request.query_params)

    async def receive(request: Request) -> Response:
        body = await body_of(request)
        if body is None:
            return too_large()
        encrypted = gate.opened(request.query_params, _encrypted_in(body))
        fields = _fields(robot.crypto, encrypted) if encrypted else None
        if fields is None:
            return refused()
        found = told(fields, robot.clock(), robot.name)
        frame = await robot.answer(found) if found is not None else None
        return _hidden(robot, frame, request.query_params.get("nonce", "")) if frame else Response(status_code=200)

    router.add_route(PATH, verify, methods=["GET"], include_in_schema=False)
    router.add_route(PATH, receive, methods=["POST"], include_in_schema=False)
    return router


def _encrypted_in(body: bytes) -> str:
    content = _json(body)
    encrypted = content.get("encrypt") if content else None
    return encrypted if isinstance(encrypted, str) else ""


def _fields(crypto: CallbackCrypto, encrypted: str) -> dict[str, Any] | None:
    try:
        return _json(crypto.decrypted(encrypted))
    except UnreadableCallbackError:
        return None


def _json(text: bytes | str) -> dict[str, Any] | None:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _hidden(robot: Robot, frame: Frame, nonce: str) -> Response:
    """Return an answer as WeCom reads it: hidden, signed, with the nonce of the question."""
    stamp = int(robot.clock().timestamp())
    encrypted = robot.crypto.encrypted(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))
    content: Mapping[str, Any] = {
        "encrypt": encrypted,
        "msgsignature": robot.crypto.signature(str(stamp), nonce, encrypted),
        "timestamp": stamp,
        "nonce": nonce,
    }
    return Response(json.dumps(content), media_type="application/json")
