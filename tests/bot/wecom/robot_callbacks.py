"""Callbacks as WeCom sends them to a smart robot: JSON, signed and encrypted for nobody in particular."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx
from pydantic import SecretStr

from bot.wecom.app import CallbackCrypto
from bot.wecom.robot_door import PATH
from tests.bot.wecom.callbacks import AES_KEY, TOKEN
from tests.bot.wecom.callbacks import address as app_address
from tests.bot.wecom.callbacks import encrypted as app_encrypted

RESPONSE_URL = "https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=SECRET-CODE-1"
CRYPTO = CallbackCrypto("", SecretStr(TOKEN), SecretStr(AES_KEY), "ROBOT")


def encrypted(content: object, receiver: str = "") -> str:
    """Return JSON as WeCom hides it."""
    return app_encrypted(json.dumps(content, ensure_ascii=False), receiver)


def address(hidden: str, at: datetime, **asked: str) -> str:
    """Return the address of a request that WeCom signed at `at`."""
    return f"{PATH}?{app_address(hidden, at, **asked).partition('?')[2]}"


def body(hidden: str) -> bytes:
    """Return the body of a callback."""
    return json.dumps({"encrypt": hidden}).encode()


def shown(answer: httpx.Response) -> Mapping[str, Any]:
    """Return what an answer says; refuse one that WeCom would not believe."""
    content = answer.json()
    assert isinstance(content["timestamp"], int)
    signature = CRYPTO.signature(str(content["timestamp"]), content["nonce"], content["encrypt"])
    assert content["msgsignature"] == signature
    said: Mapping[str, Any] = json.loads(CRYPTO.decrypted(content["encrypt"]))
    return said


def message(
    content: str,
    *,
    person: str = "Ana",
    number: int = 1,
    chat: str = "wrChat",
    url: str = RESPONSE_URL,
) -> dict[str, Any]:
    """Return words to the robot, in a group, or alone where `chat` is empty."""
    return {**_head(person, number, chat, url), "msgtype": "text", "text": {"content": content}}


def press(key: str, *, person: str = "Ana", number: int = 9, url: str = RESPONSE_URL) -> dict[str, Any]:
    """Return a pressed button."""
    card = {"card_type": "button_interaction", "event_key": key, "task_id": "task-1"}
    event = {"eventtype": "template_card_event", "template_card_event": card}
    return {**_head(person, number, "wrChat", url), "msgtype": "event", "event": event}


def poll(answer_id: str) -> dict[str, Any]:
    """Return the question for the rest of an answer."""
    return {**_head("Ana", 1, "wrChat", ""), "msgtype": "stream", "stream": {"id": answer_id}}


def _head(person: str, number: int, chat: str, url: str) -> dict[str, Any]:
    where = {"chatid": chat, "chattype": "group"} if chat else {"chattype": "single"}
    return {"msgid": f"m-{number}", "aibotid": "bot-1", **where, "from": {"userid": person}, "response_url": url}
