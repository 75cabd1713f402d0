"""The addresses of forms behind links: a look, which changes nothing, and a submission."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import APIRouter
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bot.accept_language import accepted_language
from bot.pages.form_bodies import read_form
from bot.pages.form_desk import BusyError, FormDesk, Sheet, sheet_of
from bot.pages.form_html import MARK, sheet_html
from bot.pages.form_links import FOLDER, FormLinks, FormTicket
from bot.pages.links import PATH
from bot.pages.router import HEADERS, READERS
from bot.same_origin import is_same_origin
from kpi.errors import AccessError, VigiaError
from kpi.languages import Language
from kpi.phrases import phrase
from kpi.wording.wording import Wording

MOST_SUBMISSIONS = 4
"""Forms that are read at once: each holds its files in memory."""
MOST_OF_A_LINK = 2
"""Of one link: a finger presses twice, and sees what came of the first time."""

_POLICY = "Content-Security-Policy"
_HEADERS = HEADERS | {_POLICY: HEADERS[_POLICY].replace("form-action 'none'", "form-action 'self'")}


def create_form_router(links: FormLinks, desk: FormDesk) -> APIRouter:
    """Return the routes of forms; each is reached by a link alone."""
    doors = _Addresses(links, desk)
    router = APIRouter()
    router.add_route(f"{PATH}/{FOLDER}/{{link}}", doors.show, methods=["GET"], include_in_schema=False)
    router.add_route(f"{PATH}/{FOLDER}/{{link}}", doors.take, methods=["POST"], include_in_schema=False)
    return router


class _Addresses:
    def __init__(self, links: FormLinks, desk: FormDesk) -> None:
        self._links = links
        self._desk = desk
        self._being_taken: Counter[str] = Counter()

    async def show(self, request: Request) -> Response:
        """Answer GET /pages/forms/LINK."""
        try:
            ticket = self._links.read(request.path_params["link"])
        except VigiaError as error:
            return _page(sheet_of(error, _language_of(request)))
        return self._page_of(ticket, await self._desk.show(ticket))

    async def take(self, request: Request) -> Response:
        """Answer POST /pages/forms/LINK."""
        try:
            ticket = self._links.read(request.path_params["link"])
            self._require_our_page(request)
            with self._turn(ticket):
                return await self._taken(ticket, request)
        except ClientDisconnect:
            return Response(status_code=400)
        except VigiaError as error:
            return _page(sheet_of(error, _language_of(request)))

    async def _taken(self, ticket: FormTicket, request: Request) -> Response:
        sent = await read_form(request.headers.get("content-type", ""), request.stream())
        if not self._links.is_marked(ticket, sent.values.pop(MARK, "")):
            raise _foreign()
        return self._page_of(ticket, await self._desk.take(ticket, sent))

    def _require_our_page(self, request: Request) -> None:
        """Refuse what another site's page sent; a page that names no referrer sends the Origin “null”."""
        said = {name: value for name, value in request.headers.items() if (name, value) != ("origin", "null")}
        if not is_same_origin(said, self._links.host):
            raise _foreign()

    @contextmanager
    def _turn(self, ticket: FormTicket) -> Iterator[None]:
        """Let few forms come at once, and fewer of one link; raises BusyError."""
        is_full = self._being_taken.total() >= MOST_SUBMISSIONS
        if is_full or self._being_taken[ticket.id] >= MOST_OF_A_LINK:
            raise BusyError(phrase("Vigia is still taking another form. Go back, wait a moment and send it again."))
        self._being_taken[ticket.id] += 1
        try:
            yield
        finally:
            self._being_taken[ticket.id] -= 1
            self._being_taken += Counter()  # drops those that are at nothing

    def _page_of(self, ticket: FormTicket, sheet: Sheet) -> Response:
        zone = sheet.request.room.zone if sheet.request else None
        until = Wording(sheet.language).clock(ticket.until, zone) if zone else ""
        return _page(sheet, self._links.mark(ticket), until)


def _page(sheet: Sheet, mark: str = "", until: str = "") -> Response:
    html = sheet_html(sheet, mark, until)
    return Response(html, status_code=sheet.status, media_type="text/html; charset=utf-8", headers=_HEADERS)


def _language_of(request: Request) -> Language:
    return accepted_language(request.headers.get("accept-language", ""), READERS)


def _foreign() -> AccessError:
    return AccessError(phrase("Only the form's own page may send it. Open the link from your message again."))
