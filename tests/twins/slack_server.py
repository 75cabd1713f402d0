"""A Slack of our own on loopback: it keeps what it is told, enforces the rules we rely on, and fails on request.

That it takes a message proves little; that it refuses one proves that we broke a rule.
"""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.bot.slack.block_lint import lint
from tests.bot.slack.lint_rules import Problem, refusal
from tests.bot.slack.view_lint import lint_view
from tests.twins.slack_oauth import TokenDesk
from tests.twins.slack_rules import TRIGGER_SECONDS, Rules
from tests.twins.slack_socket import SocketMode


@dataclass(frozen=True)
class Call:
    """One request to a Web API method, as it came in."""

    method: str
    params: dict[str, Any]
    token: str


@dataclass
class File:
    """An uploaded file; it is ready after so many more looks."""

    size: int
    content: bytes = b""
    is_complete: bool = False
    looks_until_ready: int = 0
    shares: list[tuple[str, str]] = field(default_factory=list)


Answer = web.StreamResponse | None
"""None drops the connection after the request was carried out."""


@dataclass(frozen=True)
class Trouble:
    """One planned failure; `is_done` says whether Slack did the work before it failed to say so."""

    status: int = 200
    code: str = ""
    retry_after: str = ""
    is_dropped: bool = False
    is_done: bool = False
    is_page: bool = False


class SlackServer:
    """Slack's Web API, response URLs, upload addresses and Socket Mode for one workspace.

    With a `desk` tokens matter, and each workspace has its own channels.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.whispers: list[dict[str, Any]] = []
        self.messages: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.files: dict[str, File] = {}
        self.views: list[dict[str, Any]] = []
        self.used_triggers: set[str] = set()
        self.private: dict[str, tuple[bytes, dict[str, str]]] = {}
        self.downloads: list[str] = []
        self.channels = {"C0OPS00001", "C0SELLER01", "D0PERSON01"}
        self.archived: set[str] = set()
        self.granted: tuple[str, ...] = ()
        self.desk: TokenDesk | None = None
        self.conversations: dict[str, str] = {}
        self.strangers: set[str] = set()
        self.deactivated: set[str] = set()
        self.problems: list[str] = []
        self.homes: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.pins: list[tuple[str, str]] = []
        self.begins_at = 1_795_000_000
        """When the first message was posted, in seconds since 1970."""
        self.looks_until_ready = 0
        self.never_ready = False
        self.accepts_bytes = True
        self.size_seen: int | None = None
        self.socket_mode = SocketMode()
        self._troubles: dict[str, deque[Trouble]] = defaultdict(deque)
        self.rules = Rules()
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        """The base address of the Web API."""
        return f"{self.url}/api/"

    def response_url(self, name: str = "one") -> str:
        """Return a response URL; each takes five posts."""
        return f"{self.url}/response/{self.rules.issue(name)}"

    def plan(self, method: str, *troubles: Trouble) -> None:
        """Let the next calls of `method`, or the next posts to a "response" URL, fail in this order."""
        self._troubles[method].extend(troubles)

    def of(self, method: str) -> list[dict[str, Any]]:
        """Return the parameters of every call of `method`."""
        return [call.params for call in self.calls if call.method == method]

    async def start(self) -> None:
        """Listen on a free loopback port."""
        app = web.Application(client_max_size=10 * 2**20)
        app.router.add_route("*", "/api/{method}", self._on_method)
        app.router.add_post("/upload/{file}", self._on_bytes)
        app.router.add_get("/private/{file}", self._on_download)
        app.router.add_post("/response/{name}", self._on_response)
        app.router.add_get("/link/", self.socket_mode.serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close everything."""
        await self.socket_mode.close()
        if self._runner:
            await self._runner.cleanup()

    async def _on_method(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        params = await _params_of(request)
        authorization = request.headers.get("authorization", "")
        token = authorization.removeprefix("Bearer ")
        self.calls.append(Call(method, params, token))
        troubles = self._troubles[method]
        trouble = troubles.popleft() if troubles else None
        if trouble and not trouble.is_done:
            return self._fail(request, trouble)
        if wait := self.rules.retry_after(method, str(params.get("channel"))):
            return self._fail(request, Trouble(429, "ratelimited", str(wait)))
        desk, do = self.desk, self._carry_out
        answer = desk.carry_out(method, params, token, do) if desk else do(method, params)
        if trouble:
            return self._fail(request, trouble)
        return web.json_response(answer, headers={"x-oauth-scopes": self._scopes_of(token)})

    def _scopes_of(self, token: str) -> str:
        given = self.desk.given.get(token) if self.desk else None
        return given.team.scopes if given else ",".join(self.granted)

    def _fail(self, request: web.Request, trouble: Trouble) -> web.StreamResponse:
        if trouble.is_dropped:
            assert request.transport is not None
            request.transport.close()
        if trouble.is_page:
            return web.Response(text="<html>bad gateway</html>", content_type="text/html", status=trouble.status)
        headers = {"Retry-After": trouble.retry_after} if trouble.retry_after else {}
        return web.json_response({"ok": False, "error": trouble.code}, status=trouble.status, headers=headers)

    def _carry_out(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        doing: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "auth.test": lambda _params: {"ok": True, "user": "vigia", "team": "Acme"},
            "chat.postMessage": self._post,
            "chat.update": self._change,
            "chat.postEphemeral": self._whisper,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "conversations.open": self._open,
            "users.info": self._user,
            "pins.add": self._pin,
            "chat.getPermalink": self._permalink,
            "views.publish": self._publish,
            "files.getUploadURLExternal": self._upload_address,
            "files.completeUploadExternal": self._complete,
            "files.info": self._file_info,
            "views.open": self._open_view,
            "apps.connections.open": lambda _params: self.socket_mode.issue(f"ws://127.0.0.1:{self.port}"),
        }
        return doing[method](params)

    def _post(self, params: dict[str, Any]) -> dict[str, Any]:
        refused = self._refused(params)
        if refused:
            return {"ok": False, "error": refused}
        if not params.get("metadata"):
            self.problems.append("a message without metadata: nobody could look for it")
        ts = f"{self.begins_at + sum(map(len, self.messages.values()))}.000100"
        self.messages[params["channel"]].append({**params, "ts": ts})
        for block in params["blocks"]:
            if block["type"] == "image":
                self.files[block["slack_file"]["id"]].shares.append((params["channel"], ts))
        return {"ok": True, "channel": params["channel"], "ts": ts}

    def _open(self, params: dict[str, Any]) -> dict[str, Any]:
        person = str(params["users"])
        if person in self.strangers or person in self.deactivated:
            return {"ok": False, "error": "user_not_found" if person in self.strangers else "user_disabled"}
        channel = self.conversations.get(person, "D0PERSON01")
        self.channels.add(channel)
        return {"ok": True, "channel": {"id": channel}}

    def _user(self, params: dict[str, Any]) -> dict[str, Any]:
        if params["user"] in self.strangers:
            return {"ok": False, "error": "user_not_found"}
        return {"ok": True, "user": {"id": params["user"], "deleted": params["user"] in self.deactivated}}

    def _change(self, params: dict[str, Any]) -> dict[str, Any]:
        refused = self._refused(params)
        if refused:
            return {"ok": False, "error": refused}
        place = next((n for n, one in enumerate(self.messages[params["channel"]]) if one["ts"] == params["ts"]), None)
        if place is None:
            return {"ok": False, "error": "message_not_found"}
        self.messages[params["channel"]][place].update(params)
        return {"ok": True, "channel": params["channel"], "ts": params["ts"]}

    def _refused(self, params: dict[str, Any]) -> str:
        if params["channel"] not in self.channels:
            return "channel_not_found"
        if params["channel"] in self.archived:
            return "is_archived"
        if refused := self._check(params):
            return refused
        for block in params["blocks"]:
            if block["type"] == "image" and not self._is_ready(block["slack_file"]["id"]):
                return "invalid_blocks"
        return ""

    def _whisper(self, params: dict[str, Any]) -> dict[str, Any]:
        if params["channel"] not in self.channels:
            return {"ok": False, "error": "channel_not_found"}
        if refused := self._check(params):
            return {"ok": False, "error": refused}
        self.whispers.append(params)
        return {"ok": True, "message_ts": "1795000000.000900"}

    def _open_view(self, params: dict[str, Any]) -> dict[str, Any]:
        """Open a modal; a trigger is good for one."""
        if params["trigger_id"] in self.used_triggers:
            return {"ok": False, "error": "exchanged_trigger_id"}
        if self.rules.has_expired(params["trigger_id"], TRIGGER_SECONDS):
            return {"ok": False, "error": "expired_trigger_id"}
        self.used_triggers.add(params["trigger_id"])
        view = params["view"] if isinstance(params["view"], dict) else json.loads(params["view"])
        if refused := self._found(lint_view(view)):
            return {"ok": False, "error": refused}
        self.views.append({**view, "id": f"V{len(self.views):09d}", "hash": "1795000300.abc"})
        return {"ok": True, "view": self.views[-1]}

    def _check(self, params: dict[str, Any]) -> str:
        return self._found(lint(params.get("text", ""), params.get("blocks", [])))

    def _found(self, problems: list[Problem]) -> str:
        """Remember what is wrong, and return the error of what Slack refuses."""
        self.problems.extend(map(str, problems))
        return refusal(problems)

    def _publish(self, params: dict[str, Any]) -> dict[str, Any]:
        view = params["view"] if isinstance(params["view"], dict) else json.loads(params["view"])
        if view["type"] != "home" or not params["user_id"].startswith(("U", "W")):
            return {"ok": False, "error": "invalid_arguments"}
        if refused := self._found(lint_view(view)):
            return {"ok": False, "error": refused}
        homes = self.homes[params["user_id"]]
        if params.get("hash") not in {None, "", home_hash(len(homes))}:
            return {"ok": False, "error": "hash_conflict"}
        homes.append(view)
        return {"ok": True, "view": {**view, "hash": home_hash(len(homes))}}

    def _pin(self, params: dict[str, Any]) -> dict[str, Any]:
        channel, ts = params["channel"], params["timestamp"]
        if not any(one["ts"] == ts for one in self.messages[channel]):
            return {"ok": False, "error": "message_not_found"}
        if (channel, ts) in self.pins:
            return {"ok": False, "error": "already_pinned"}
        self.pins.append((channel, ts))
        return {"ok": True}

    def _permalink(self, params: dict[str, Any]) -> dict[str, Any]:
        channel, ts = params["channel"], params["message_ts"]
        if not any(one["ts"] == ts for one in self.messages[channel]):
            return {"ok": False, "error": "message_not_found"}
        return {"ok": True, "permalink": f"https://lumina.slack.com/archives/{channel}/p{ts.replace('.', '')}"}

    def _history(self, params: dict[str, Any]) -> dict[str, Any]:
        oldest, limit = float(params.get("oldest", 0)), int(params.get("limit", 100))
        latest = float(params.get("latest", "inf"))
        thread = params.get("ts")
        is_inclusive = str(params.get("inclusive")) in {"1", "True"}
        found = [
            one
            for one in reversed(self.messages[params["channel"]])
            if (oldest <= float(one["ts"]) <= latest if is_inclusive else oldest < float(one["ts"]) <= latest)
            and (thread is None or thread in {one["ts"], one.get("thread_ts")})
        ][:limit]
        keep = {
            "ts",
            "text",
            "user",
            "thread_ts",
            "edited",
            "files",
            "subtype",
            *(["metadata"] if str(params.get("include_all_metadata")) in {"1", "True"} else []),
        }
        return {"ok": True, "messages": [{name: one[name] for name in keep & one.keys()} for one in found]}

    def _replies(self, params: dict[str, Any]) -> dict[str, Any]:
        known = self.messages[params["channel"]]
        if not any(params["ts"] in {one["ts"], one.get("thread_ts")} for one in known):
            return {"ok": False, "error": "thread_not_found"}
        return self._history(params)

    def _upload_address(self, params: dict[str, Any]) -> dict[str, Any]:
        file_id = f"F{len(self.files):09d}"
        self.files[file_id] = File(int(params["length"]), looks_until_ready=self.looks_until_ready)
        return {"ok": True, "upload_url": f"{self.url}/upload/{file_id}", "file_id": file_id}

    def _complete(self, params: dict[str, Any]) -> dict[str, Any]:
        files = params["files"] if isinstance(params["files"], list) else json.loads(params["files"])
        for one in files:
            file = self.files[one["id"]]
            if file.is_complete or len(file.content) != file.size:
                return {"ok": False, "error": "invalid_upload"}
            file.is_complete = True
            if params.get("channel_id"):
                file.shares.append((params["channel_id"], str(params.get("thread_ts") or "")))
        return {"ok": True, "files": files}

    def _file_info(self, params: dict[str, Any]) -> dict[str, Any]:
        file = self.files[params["file"]]
        file.looks_until_ready -= 1
        ready = self._is_ready(params["file"])
        return {
            "ok": True,
            "file": {
                "id": params["file"],
                "mimetype": "image/png" if ready else "",
                "size": file.size if self.size_seen is None else self.size_seen,
            },
        }

    def _is_ready(self, file_id: str) -> bool:
        file = self.files.get(file_id)
        return bool(file and file.is_complete and file.looks_until_ready <= 0 and not self.never_ready)

    async def _on_download(self, request: web.Request) -> web.StreamResponse:
        """Hand out a person's file to whoever shows a token; a header may lead elsewhere."""
        self.downloads.append(request.headers.get("authorization", ""))
        content, headers = self.private[request.match_info["file"]]
        if "location" in headers:
            return web.Response(status=302, headers=headers)
        return web.Response(body=content, headers=headers)

    async def _on_bytes(self, request: web.Request) -> web.StreamResponse:
        content = await request.read()
        if not self.accepts_bytes:
            return web.Response(status=500)
        self.files[request.match_info["file"]].content = content
        return web.Response(text=f"OK - {len(content)}")

    async def _on_response(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if not self.rules.takes_response(name):
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        params = await request.json()
        if self._troubles["response"]:
            return self._fail(request, self._troubles["response"].popleft())
        if refused := self._check(params):
            return web.json_response({"ok": False, "error": refused}, status=400)
        self.whispers.append(params)
        return web.Response(text="ok")


def home_hash(number: int) -> str:
    """Return Slack's mark of the home that was shown as the one of this number."""
    return f"1795000400.{number}"


async def _params_of(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        data: dict[str, Any] = await request.json()
        return data
    return {**request.query, **(await request.post())}
