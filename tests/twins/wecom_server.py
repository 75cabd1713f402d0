"""WeCom's webhook API of our own on loopback: it keeps what it takes, enforces the rules we rely on, fails on request.

That it takes a message proves little; that it refuses one proves that we broke a rule.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "0badkey0-made-up-for-a-test"
"""The key of the one group this server knows at first."""

TEXT_BYTES, MARKDOWN_BYTES, IMAGE_BYTES, PER_MINUTE = 2048, 4096, 2_097_152, 20
"""Written down again on purpose: a slip in bot/wecom/limits.py must not move both sides."""

_COLOURS = re.compile(r'<font color="(?:info|comment|warning)">')
_OPEN_TAG = re.compile(r"<(?!/font>)[^>]*>")


@dataclass(frozen=True)
class Trouble:
    """One planned failure; `is_taken` says whether WeCom took the message before it failed to say so."""

    errcode: int = 0
    status: int = 200
    is_dropped: bool = False
    is_silent: bool = False
    is_page: bool = False
    is_taken: bool = False


@dataclass
class WeComServer:
    """Group webhooks; `seconds` is the monotonic clock of its rate limit."""

    seconds: Callable[[], float]
    keys: set[str] = field(default_factory=lambda: {KEY}, repr=False)
    posted: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list, repr=False)
    files: dict[str, bytes] = field(default_factory=dict, repr=False)
    calls: int = 0
    troubles: deque[Trouble | None] = field(default_factory=deque)
    url: str = ""
    _times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list), repr=False)
    _server: asyncio.Server | None = None
    _silent: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self) -> None:
        """Listen on a free port of the loopback address."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        """Stop listening, and let go of callers left waiting; calling it twice is harmless."""
        self._silent.set()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    def fail(self, *troubles: Trouble | None) -> None:
        """Plan how the next calls fail, one each; None lets a call pass."""
        self.troubles.extend(troubles)

    def kinds(self) -> list[str]:
        """Return the kinds of the messages taken, in order."""
        return [message["msgtype"] for _, message in self.posted]

    def texts(self) -> list[str]:
        """Return the words of the messages taken, in order."""
        worded = {"text", "markdown", "markdown_v2"}
        return [message[kind]["content"] for _, message in self.posted if (kind := message["msgtype"]) in worded]

    def _judge_file(self, message: Mapping[str, Any]) -> int:
        return 0 if message["file"]["media_id"] in self.files else 40007

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(int(line[15:]) for line in head.lower().split("\r\n") if line.startswith("content-length:"))
        method, target, _ = head.split(" ", 2)
        body = await reader.readexactly(length)
        answer = await self._answer(method, target, body)
        if answer is not None:
            writer.write(answer)
            await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def _answer(self, method: str, target: str, body: bytes) -> bytes | None:
        self.calls += 1
        trouble = self.troubles.popleft() if self.troubles else None
        if trouble is None and target.startswith("/cgi-bin/webhook/upload_media"):
            return _http(200, self._keep(method, target, body))
        if trouble is None:
            return _http(200, _refusal(self._take(method, target, body)))
        if trouble.is_taken:
            self._take(method, target, body)
        if trouble.is_silent:
            await self._silent.wait()
        if trouble.is_dropped or trouble.is_silent:
            return None
        return _http(trouble.status, "<html>a proxy</html>" if trouble.is_page else _refusal(trouble.errcode))

    def _keep(self, method: str, target: str, body: bytes) -> str:
        """Take a file: multipart, one field `media` with an ASCII file name, between 6 bytes and 20 MB."""
        query = parse_qs(urlsplit(target).query)
        head, _, rest = body.partition(b"\r\n\r\n")
        content = rest[: rest.rfind(b"\r\n--")]
        is_named = re.search(rb'name="media"; filename="[\x20-\x7e]+"', head) is not None
        if method != "POST" or query.get("key", [""])[0] not in self.keys or query.get("type") != ["file"]:
            return _refusal(93000)
        if not is_named or not 5 < len(content) <= 20 * 1024 * 1024:
            return _refusal(40006)
        media = f"media-{len(self.files) + 1}"
        self.files[media] = content
        return json.dumps({"errcode": 0, "errmsg": "ok", "type": "file", "media_id": media, "created_at": "1"})

    def _take(self, method: str, target: str, body: bytes) -> int:
        address = urlsplit(target)
        (key,) = parse_qs(address.query).get("key", [""])
        if method != "POST" or address.path != "/cgi-bin/webhook/send" or key not in self.keys:
            return 93000
        now = self.seconds()
        self._times[key] = [at for at in self._times[key] if at > now - 60] + [now]
        if len(self._times[key]) > PER_MINUTE:
            return 45009
        if b"\\u" in body:
            return 40033
        message = json.loads(body)
        errcode = self._judge_file(message) if message.get("msgtype") == "file" else _judge(message)
        if not errcode:
            self.posted.append((key, message))
        return errcode


def _judge(message: Mapping[str, Any]) -> int:
    kind = message.get("msgtype")
    part = message.get(str(kind), {})
    if kind == "image":
        raw = base64.b64decode(part["base64"], validate=True)
        is_whole = hashlib.md5(raw, usedforsecurity=False).hexdigest() == part["md5"]
        return 40009 if len(raw) > IMAGE_BYTES else 0 if is_whole else 40058
    if kind == "template_card":
        return 0 if _is_notice(part) else 40058
    return _judge_words(str(kind), part)


def _judge_words(kind: str, part: Mapping[str, Any]) -> int:
    if kind not in {"text", "markdown", "markdown_v2"}:
        return 40008
    content = part.get("content", "")
    if not content.strip():
        return 44004
    if len(content.encode()) > (TEXT_BYTES if kind == "text" else MARKDOWN_BYTES):
        return 40058
    if kind == "markdown_v2" and ("<" in content or "![" in content):
        return 40058  # the real one shows neither colours nor mentions, and fetches pictures by address
    if kind != "text" and "mentioned_list" in part:
        return 40058  # the real one pings nobody and says nothing, which is worse
    return 40058 if _has_foreign_markup(content) else 0


def _is_notice(card: Mapping[str, Any]) -> bool:
    """Tell whether a webhook's card keeps its rules: no buttons, something to open, and texts of their lengths."""
    items = card.get("horizontal_content_list", [])
    return (
        card.get("card_type") == "text_notice"
        and "button_list" not in card
        and card["card_action"]["url"].startswith("http")
        and 0 < len(card["main_title"]["title"]) <= 26
        and len(card.get("sub_title_text", "")) <= 112
        and len(items) <= 6
        and all(0 < len(one["keyname"]) <= 5 and 0 < len(one["value"]) <= 26 for one in items)
    )


def _has_foreign_markup(content: str) -> bool:
    """Tell whether a tag other than our three colours is there, or one is left open; the real WeCom would show it."""
    return bool(_OPEN_TAG.search(_COLOURS.sub("", content))) or content.count("<font") != content.count("</font>")


def _refusal(errcode: int) -> str:
    return json.dumps({"errcode": errcode, "errmsg": "ok" if not errcode else f"made up, see ?e={errcode}"})


def _http(status: int, content: str) -> bytes:
    body = content.encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return f"{head}Connection: close\r\n\r\n".encode() + body
