"""The page on which a stranger says who they are. Opening it changes nothing: chat apps open links before people do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import parse_qs
from xml.etree import ElementTree as ET

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.accept_language import accepted_language
from bot.pages.html import STYLE, as_bytes, document
from bot.pages.invitation_links import INCOMPLETE, INVITATIONS, InvitationLinks
from bot.pages.router import HEADERS, READERS
from bot.pages.seals import MOST_LETTERS
from handlers.invitations.claims import ClaimPage
from kpi.errors import AccessError, NotFoundError, QuestionError, VigiaError
from kpi.invitations import MOST_NAME
from kpi.languages import Language
from kpi.phrases import phrase
from kpi.wording.wording import Wording

Show = Callable[[str], Awaitable[ClaimPage]]
"""Returns the page of an invitation by its id; raises NotFoundError when it is over."""
Say = Callable[[str, str, str], Awaitable[None]]
"""Takes (invitation, person, name): who a stranger says they are; raises NotFoundError or QuestionError."""

MOST_BYTES = 4096
"""Of a form that is sent in: a name, a person and a ticket are some 400."""
FORM = "application/x-www-form-urlencoded"
SOMEBODY_ELSE = "-"

_HEADERS = HEADERS | {
    "Content-Security-Policy": HEADERS["Content-Security-Policy"].replace("form-action 'none'", "form-action 'self'"),
    # Without any referrer browsers would not say where a form comes from either.
    "Referrer-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class InvitationPages:
    """What stands behind the routes."""

    links: InvitationLinks
    show: Show
    say: Say

    async def opened(self, request: Request) -> Response:
        """Answer GET /pages/invitation/LINK."""
        try:
            invitation = self._invitation(request)
            return _form_page(await self.show(invitation), self.links.ticket(invitation))
        except VigiaError as error:
            return _sorry(error, request)

    async def sent(self, request: Request) -> Response:
        """Answer POST /pages/invitation/LINK: who they are, once; then the page says that it was said."""
        try:
            invitation = self._invitation(request)
            fields = await self._fields(request)
            if not self.links.is_ticket(fields.get("ticket", ""), invitation):
                raise NotFoundError(phrase("This page was open for too long. Open the link from the message again."))
            page = await self.show(invitation)
            try:
                await self.say(invitation, fields.get("person", ""), fields.get("name", ""))
            except QuestionError as error:
                return _form_page(page, self.links.ticket(invitation), fault=error)
        except VigiaError as error:
            return _sorry(error, request)
        return RedirectResponse(request.url.path, status_code=303, headers=_HEADERS)

    def _invitation(self, request: Request) -> str:
        link = request.path_params["link"]
        if len(link) > MOST_LETTERS:
            raise NotFoundError(INCOMPLETE)
        return self.links.read(link)

    async def _fields(self, request: Request) -> dict[str, str]:
        """Return the fields of a form that our own page sent; raises AccessError for any other."""
        origin = request.headers.get("origin")
        is_ours = (
            origin.lower() == self.links.origin
            if origin is not None
            else request.headers.get("sec-fetch-site") == "same-origin"
        )
        body = await _body(request)
        if not is_ours or body is None or not request.headers.get("content-type", "").startswith(FORM):
            raise AccessError(phrase("Only the page behind your link may do this. Open the link and try there."))
        return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


def create_router(pages: InvitationPages) -> APIRouter:
    """Return the routes of the page."""
    router = APIRouter()
    router.add_route(f"{INVITATIONS}/{{link}}", pages.opened, methods=["GET"], include_in_schema=False)
    router.add_route(f"{INVITATIONS}/{{link}}", pages.sent, methods=["POST"], include_in_schema=False)
    return router


async def _body(request: Request) -> bytes | None:
    """Return the body of a request, or None as soon as it is too large."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return body


def _form_page(page: ClaimPage, ticket: str, *, fault: VigiaError | None = None) -> Response:
    wording = Wording(page.language)
    if page.is_said:
        said = wording.say(phrase("Thank you: %(manager)s has been asked to confirm it."), manager=page.manager)
        rest = wording.say(phrase("What you wanted follows then. You can close this page."))
        return _page(page.language, said, rest)
    title = wording.say(phrase("Who are you?"))
    html, main = document(title, page.language, f"../{STYLE}")
    article = ET.SubElement(main, "article")
    ET.SubElement(article, "h1").text = title
    said = phrase("%(manager)s confirms it, then I do what you wanted. Nothing happens before.")
    ET.SubElement(article, "p").text = wording.say(said, manager=page.manager)
    form = ET.SubElement(main, "form", method="post")
    ET.SubElement(form, "input", {"type": "hidden", "name": "ticket", "value": ticket})
    for person in page.people:
        _choice(form, person.id, person.name)
    if page.people:
        _choice(form, SOMEBODY_ELSE, wording.say(phrase("Somebody else:")))
    named = {"type": "text", "id": "name", "name": "name", "maxlength": str(MOST_NAME), "autocomplete": "name"}
    field = ET.SubElement(form, "div", {"class": "field"})
    ET.SubElement(field, "label", {"for": "name"}).text = wording.say(phrase("Your name"))
    ET.SubElement(field, "input", named)
    if fault is not None:
        ET.SubElement(form, "p", {"class": "fault", "role": "alert"}).text = wording.sentence(fault)
    ET.SubElement(form, "button").text = wording.say(phrase("That is me"))
    return Response(as_bytes(html), 200 if fault is None else 422, _HEADERS, "text/html; charset=utf-8")


def _choice(form: ET.Element, value: str, label: str) -> None:
    row = ET.SubElement(form, "label", {"class": "choice"})
    ET.SubElement(row, "input", {"type": "radio", "name": "person", "value": value})
    ET.SubElement(row, "span").text = label


def _sorry(error: VigiaError, request: Request) -> Response:
    language = accepted_language(request.headers.get("accept-language", ""), READERS)
    status = 404 if isinstance(error, NotFoundError) else 403
    return _page(language, Wording(language).sentence(error), "", status)


def _page(language: Language, title: str, text: str, status: int = 200) -> Response:
    html, main = document(title, language, f"../{STYLE}")
    article = ET.SubElement(main, "article")
    ET.SubElement(article, "h1").text = title
    if text:
        ET.SubElement(article, "p").text = text
    return Response(as_bytes(html), status, _HEADERS, "text/html; charset=utf-8")
