"""WeCom's app API of our own on loopback: tokens that expire, people it does not reach, and failures on request.

It speaks plain HTTP in a thread of its own, because the app blocks. That it takes a message proves little; that it
refuses one proves that we broke a rule.
"""

from __future__ import annotations

import json
import re
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

CORP, AGENT, SECRET = "ww0madeup0corp", 1000007, "made-up-app-secret-0000000000"
MARKDOWN_BYTES = 2048
"""Of markdown and of text. Written down again on purpose: a slip in bot/wecom/limits.py must not move both sides."""


@dataclass(frozen=True)
class AppTrouble:
    """One planned failure of a call of `path`; `is_done` says whether WeCom did the work before it failed to say so."""

    path: str
    errcode: int = 0
    status: int = 200
    is_dropped: bool = False
    is_page: bool = False
    is_done: bool = False


@dataclass
class WeComAppServer:
    """One company with one app; `people` are whom the app may see and write to."""

    people: set[str] = field(default_factory=lambda: {"ana", "bruno"})
    unlicensed: set[str] = field(default_factory=set)
    hidden: dict[str, str] = field(default_factory=dict)
    """Hidden user ids and whose they are."""
    secret: str = SECRET
    sent: list[Mapping[str, Any]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    replaced: list[Mapping[str, Any]] = field(default_factory=list)
    good_tokens: list[str] = field(default_factory=list)
    troubles: deque[AppTrouble] = field(default_factory=deque)
    always: int = 0
    """The errcode of every call but gettoken (0: none)."""
    hold: threading.Event = field(default_factory=threading.Event)
    """While clear, `gettoken` says nothing."""
    url: str = ""
    _server: ThreadingHTTPServer | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> None:
        """Listen on a free port of the loopback address."""
        self.hold.set()
        company = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                company._serve(self)

            def do_POST(self) -> None:
                company._serve(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is called
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            request_queue_size = 64
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Stop listening; calling it twice is harmless."""
        self.hold.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def texts(self, person: str = "") -> list[str]:
        """Return the words of the messages taken, of one person or all."""
        own = (one for one in self.sent if person in {"", one["touser"]})
        return [one[kind]["content"] for one in own if (kind := one["msgtype"]) in {"markdown", "text"}]

    def cards(self, person: str = "") -> list[Mapping[str, Any]]:
        """Return the cards taken, of one person or all."""
        own = (one for one in self.sent if person in {"", one["touser"]})
        return [one["template_card"] for one in own if one["msgtype"] == "template_card"]

    def count(self, path: str) -> int:
        """Return how often a path was called."""
        return self.calls.count(path)

    def revoke(self) -> None:
        """Let every token given so far be stale."""
        self.good_tokens.clear()

    def _serve(self, request: BaseHTTPRequestHandler) -> None:
        address = urlsplit(request.path)
        path, params = address.path.removeprefix("/cgi-bin/"), {k: v[0] for k, v in parse_qs(address.query).items()}
        body = request.rfile.read(int(request.headers.get("content-length") or 0))
        if path == "gettoken":
            self.hold.wait(5)
        with self._lock:
            self.calls.append(path)
            trouble = self.troubles.popleft() if self.troubles and self.troubles[0].path == path else None
            is_carried_out = trouble is None or trouble.is_done
            done = self._answer(path, params, body) if is_carried_out else {}
            answer = {"errcode": trouble.errcode} if trouble else done
        if trouble and trouble.is_dropped:
            request.close_connection = True
            return
        content = b"<html>a proxy</html>" if trouble and trouble.is_page else json.dumps(answer).encode()
        request.send_response(trouble.status if trouble else 200)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    def _answer(self, path: str, params: Mapping[str, str], body: bytes) -> dict[str, Any]:
        if path == "gettoken":
            return self._token(params)
        if self.always:
            return {"errcode": self.always, "errmsg": "made up"}
        if params.get("access_token") not in self.good_tokens:
            return {"errcode": 42001, "errmsg": "access_token expired"}
        return self._do(path, params, body)

    def _do(self, path: str, params: Mapping[str, str], body: bytes) -> dict[str, Any]:
        if path == "agent/get":
            return {"errcode": 0, "name": "Vigia"}
        if path == "media/upload" and params.get("type") == "file":
            is_named = re.search(rb'name="media"; filename="[\x20-\x7e]+"', body) is not None
            return {"errcode": 0, "media_id": f"media-{len(body)}"} if is_named else {"errcode": 40008}
        if path == "media/upload":
            is_png = b'name="media"; filename="chart.png"' in body and params.get("type") == "image"
            return {"errcode": 0, "media_id": f"media-{len(body)}"} if is_png else {"errcode": 40008}
        if path == "message/update_template_card":
            return self._replace(json.loads(body))
        if path == "batch/openuserid_to_userid":
            return self._plain_ids(json.loads(body)["open_userid_list"])
        return self._take(json.loads(body)) if path == "message/send" else {"errcode": 404}

    def _plain_ids(self, asked: list[str]) -> dict[str, Any]:
        """Tell whose hidden ids are; a plain one comes back as invalid."""
        found = [{"open_userid": one, "userid": self.hidden[one]} for one in asked if one in self.hidden]
        return {
            "errcode": 0,
            "userid_list": found,
            "invalid_open_userid_list": [one for one in asked if one not in self.hidden],
        }

    def _token(self, params: Mapping[str, str]) -> dict[str, Any]:
        if (params.get("corpid"), params.get("corpsecret")) != (CORP, self.secret):
            return {"errcode": 40001, "errmsg": f"invalid credential {params.get('corpsecret')}"}
        self.good_tokens.append(f"token-{len(self.calls)}-never-to-be-seen")
        return {"errcode": 0, "access_token": self.good_tokens[-1], "expires_in": 7200}

    def _take(self, message: Mapping[str, Any]) -> dict[str, Any]:
        person = message["touser"]
        is_checked = message.get("enable_duplicate_check") == 1
        if message["agentid"] != AGENT:
            return {"errcode": 301002}
        if not _is_well_formed(message):
            return {"errcode": 40058}
        if person not in self.people:
            return {"errcode": 81013, "invaliduser": person}
        if person in self.unlicensed:
            return {"errcode": 0, "unlicenseduser": person, "msgid": "m-0"}
        if not (is_checked and message in self.sent):
            self.sent.append(message)
        return {"errcode": 0, "errmsg": "ok", "msgid": f"m-{len(self.sent)}"}

    def _replace(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Take a change of a card; a code is good once."""
        used = {one["response_code"] for one in self.replaced}
        if not isinstance(body["userids"], list) or body["agentid"] != AGENT or body["response_code"] in used:
            return {"errcode": 40058}
        self.replaced.append(body)
        return {"errcode": 0}


def _is_well_formed(message: Mapping[str, Any]) -> bool:
    """Tell whether a message keeps the limits of its kind: the real WeCom cuts or refuses what does not."""
    kind = message["msgtype"]
    if kind in {"markdown", "text"}:
        return 0 < len(message[kind]["content"].encode()) <= MARKDOWN_BYTES
    if kind in {"image", "file"}:
        return str(message[kind]["media_id"]).startswith("media-")
    card = message["template_card"]
    buttons = card["button_list"]
    keys = {one["key"] for one in buttons}
    return (
        re.fullmatch(r"[A-Za-z0-9_@-]{1,128}", card["task_id"]) is not None
        and len(card["main_title"]["title"]) <= 36
        and 1 <= len(buttons) <= 6
        and len(keys) == len(buttons)
        and all(len(one["text"]) <= 10 and len(one["key"].encode()) <= 1024 for one in buttons)
    )
