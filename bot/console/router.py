"""The console's addresses on the web: page, state, events, questions, digests, pictures and documents."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from bot.accept_language import accepted_language
from bot.console.console import Console, Exchange
from bot.console.errors import ConsoleError, TooLongError, UnreadableError
from bot.console.forms import form_as_json, values_of
from bot.console.limits import LARGEST_BODY
from bot.console.messages import message_as_json
from bot.console.page_files import load_assets
from bot.console.same_origin import require_known_host, require_same_origin
from bot.console.stream import frames
from bot.console.uploads import file_response, read_upload
from bot.form_limits import LARGEST_FORM
from handlers.messages import Form, Reply
from kpi.errors import NotFoundError, VigiaError
from kpi.languages import Language
from kpi.phrases import phrase
from kpi.wording.wording import Wording

Endpoint = Callable[[Request], Awaitable[Response]]

_HEADERS: dict[str, str] = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self'; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def create_router(console: Console, host_names: frozenset[str] = frozenset()) -> APIRouter:
    """Return the routes of `console`, all under /console.

    `host_names` are the names (lower-case) besides localhost and plain addresses under which people reach it.
    """
    doors = _Addresses(console)
    assets = load_assets()
    router = APIRouter()
    add = partial(_add, router, host_names)
    add("/console", partial(_asset, assets, "index.html"))
    add("/console/assets/{name}", partial(_asset, assets, ""))
    add("/console/state", doors.state)
    add("/console/events", doors.events)
    add("/console/pictures/{picture_id}.png", doors.picture)
    add("/console/documents/{document_id}.pdf", doors.document)
    add("/console/rooms/{address:path}/messages", doors.ask, method="POST")
    add("/console/rooms/{address:path}/forms", doors.submit, method="POST")
    add("/console/rooms/{address:path}/files", doors.attach, method="POST")
    add("/console/rooms/{address:path}/files/{file_id}", doors.file)
    add("/console/engagements/{engagement_id}/digest", doors.send_digest, method="POST")
    return router


class _Addresses:
    """One method an address; errors a person can cause are answered by `_guarded`."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def state(self, request: Request) -> Response:
        """Answer GET /console/state?engagement=: everything the page shows."""
        page = await self._console.page(request.query_params.get("engagement", ""), _language_of(request))
        return JSONResponse(page)

    async def events(self, request: Request) -> Response:
        """Answer GET /console/events?engagement=&after=: the stream; Last-Event-ID wins over `after`."""
        engagement = request.query_params.get("engagement", "")
        await self._console.require_engagement(engagement)
        after = request.headers.get("last-event-id") or request.query_params.get("after", "")
        board = self._console.board
        board.stream.require_place()
        lines = frames(board.stream, engagement, after, board.limits.heartbeat.total_seconds())
        # Proxies such as nginx would hold events back to fill their buffer.
        return StreamingResponse(lines, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    async def picture(self, request: Request) -> Response:
        """Answer GET /console/pictures/ID.png: the bytes, which never change for an id."""
        content = await self._console.picture(request.path_params["picture_id"])
        if content is None:
            return Response(status_code=404)
        headers = {"Cache-Control": "private, max-age=86400, immutable"}
        return Response(content, media_type="image/png", headers=headers)

    async def document(self, request: Request) -> Response:
        """Answer GET /console/documents/ID.pdf: a file to keep, under its own name."""
        found = await self._console.document(request.path_params["document_id"])
        if found is None:
            return Response(status_code=404)
        name, content = found
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
        return Response(content, media_type="application/pdf", headers=headers)

    async def ask(self, request: Request) -> Response:
        """Answer POST /console/rooms/ADDRESS/messages {person, text} with a form, or both messages (also as events)."""
        require_same_origin(request.headers)
        address = request.path_params["address"]
        request.state.language = await self._console.language_of(address)
        body = await _body_of(request)
        return _shown(await self._console.ask(address, _text(body, "person"), _text(body, "text")))

    async def submit(self, request: Request) -> Response:
        """Answer POST /console/rooms/ADDRESS/forms {person, command, values}, or give back the form with its faults."""
        require_same_origin(request.headers)
        address = request.path_params["address"]
        request.state.language = await self._console.language_of(address)
        body = await _body_of(request, LARGEST_FORM)
        person, command = _text(body, "person"), _text(body, "command")
        return _shown(await self._console.submit(address, person, command, values_of(body)))

    async def attach(self, request: Request) -> Response:
        """Answer POST /console/rooms/ADDRESS/files?person=&command=&name= with what is said of the file in its body."""
        require_same_origin(request.headers)
        address, said = request.path_params["address"], request.query_params
        request.state.language = await self._console.language_of(address)
        name = said.get("name", "")
        content = await read_upload(name, request.stream())
        person, command = said.get("person", ""), said.get("command", "")
        message = await self._console.attach(address, person, command, (name, content))
        return JSONResponse({"answer": message_as_json(message)})

    async def file(self, request: Request) -> Response:
        """Answer GET /console/rooms/ADDRESS/files/ID: the file, where the room may see it."""
        found = await self._console.file(request.path_params["address"], request.path_params["file_id"])
        return file_response(*found) if found else Response(status_code=404)

    async def send_digest(self, request: Request) -> Response:
        """Answer POST /console/engagements/ID/digest with a sentence about what was sent."""
        require_same_origin(request.headers)
        sentence = await self._console.send_digest(request.path_params["engagement_id"])
        return JSONResponse({"sentence": sentence})


def _add(router: APIRouter, host_names: frozenset[str], path: str, endpoint: Endpoint, *, method: str = "GET") -> None:
    async def guarded(request: Request) -> Response:
        try:
            require_known_host(request.headers, host_names)
            response = await endpoint(request)
        except VigiaError as error:
            response = _refusal(error, request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    router.add_route(path, guarded, methods=[method], include_in_schema=False)


async def _asset(assets: dict[str, tuple[bytes, str]], fixed_name: str, request: Request) -> Response:
    found = assets.get(fixed_name or request.path_params["name"])
    if found is None:
        return Response(status_code=404)
    content, media_type = found
    return Response(content, media_type=media_type)


def _refusal(error: VigiaError, request: Request) -> Response:
    language = getattr(request.state, "language", None) or _language_of(request)
    status = error.status if isinstance(error, ConsoleError) else 404 if isinstance(error, NotFoundError) else 422
    return JSONResponse({"sentence": Wording(language).sentence(error), "code": error.code}, status_code=status)


def _shown(answer: Exchange | Form | Reply) -> Response:
    if isinstance(answer, Form):
        return JSONResponse({"form": form_as_json(answer)})
    if isinstance(answer, Reply):
        return JSONResponse({"sentence": answer.headline, "code": answer.reference}, status_code=422)
    question, reply = answer
    return JSONResponse({"question": message_as_json(question), "answer": message_as_json(reply)})


async def _body_of(request: Request, limit: int = LARGEST_BODY) -> dict[str, Any]:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > limit:
            raise TooLongError(phrase("This is too long: at most %(limit)s bytes fit."), limit=limit)
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise UnreadableError(phrase("This request could not be read. Reload the page and try again."))
    return body


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise UnreadableError(phrase("This request could not be read. Reload the page and try again."))
    return value


def _language_of(request: Request) -> Language:
    return accepted_language(request.headers.get("accept-language", ""), Language.EN)
