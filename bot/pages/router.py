"""The addresses of pages: the page behind a link, its pictures and its style."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from importlib.resources import files

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bot.accept_language import accepted_language
from bot.drawing import NotDrawnError
from bot.pages.html import STYLE, page_html
from bot.pages.links import PATH, PageLinks, PageQuestion
from handlers.messages import Reply
from handlers.ports import Clock
from kpi.errors import NotFoundError, VigiaError
from kpi.languages import Language
from kpi.phrases import phrase
from kpi.pictures import Picture
from kpi.tones import Tone
from kpi.wording.wording import Wording

Ask = Callable[[str, str, str], Awaitable[Reply]]
"""Answers (room, text, engagement or "") as the room's people read it; raises NotFoundError for a room that is gone."""
Draw = Callable[[Picture], Awaitable[bytes]]

READERS = Language.ZH
"""Who needs pages most reads Chinese; where a link says nothing of its room and a browser nothing of its reader."""

HEADERS: dict[str, str] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    # The link is the key to its page: it must not be told to whatever is opened from there.
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
"""Of every page behind a link."""


def create_router(links: PageLinks, ask: Ask, draw: Draw, clock: Clock) -> APIRouter:
    """Return the routes of pages; nobody changes anything through them."""
    pages = _Pages(links, ask, draw, clock)
    style = (files("bot.pages") / "assets" / STYLE).read_bytes()
    router = APIRouter()

    async def css(_request: Request) -> Response:
        return Response(style, media_type="text/css; charset=utf-8", headers={"Cache-Control": "max-age=3600"})

    router.add_route(f"{PATH}/{STYLE}", css, methods=["GET"], include_in_schema=False)
    router.add_route(f"{PATH}/{{link}}", pages.show, methods=["GET"], include_in_schema=False)
    router.add_route(f"{PATH}/{{link}}/{{index:int}}.png", pages.picture, methods=["GET"], include_in_schema=False)
    return router


class _Pages:
    def __init__(self, links: PageLinks, ask: Ask, draw: Draw, clock: Clock) -> None:
        self._links = links
        self._ask = ask
        self._draw = draw
        self._clock = clock

    async def show(self, request: Request) -> Response:
        """Answer GET /pages/LINK."""
        link = request.path_params["link"]
        try:
            replies = await self._answers(self._question(link))
        except VigiaError as error:
            return _sorry(error, accepted_language(request.headers.get("accept-language", ""), READERS))
        wording = Wording(replies[0].language)
        notes = (wording.say(phrase("This page only shows. To do something, write in your group.")),)
        return _page(replies, notes, base=link)

    async def picture(self, request: Request) -> Response:
        """Answer GET /pages/LINK/INDEX.png."""
        try:
            question = self._question(request.path_params["link"])
            command = question.commands[request.path_params["index"]]
            picture = (await self._ask(question.room, command, question.engagement)).picture
            content = await self._draw(picture) if picture else None
        except (VigiaError, IndexError, NotDrawnError):
            content = None
        if content is None:
            return Response(status_code=404, headers=HEADERS)
        return Response(content, media_type="image/png", headers=HEADERS)

    def _question(self, link: str) -> PageQuestion:
        question = self._links.read(link)
        if _is_over(question, self._clock()):
            raise NotFoundError(phrase("This link is over. A newer message has a newer one."))
        return question

    async def _answers(self, question: PageQuestion) -> list[Reply]:
        return [await self._ask(question.room, command, question.engagement) for command in question.commands]


def _is_over(question: PageQuestion, now: datetime) -> bool:
    return question.until <= now


def _sorry(error: VigiaError, language: Language) -> Response:
    reply = Reply(Wording(language).sentence(error), language, tone=Tone.WATCH)
    return _page([reply], (), status=404 if isinstance(error, NotFoundError) else 422)


def _page(replies: Sequence[Reply], notes: Sequence[str], *, base: str = "", status: int = 200) -> Response:
    html = page_html(replies, replies[0].language, notes, base)
    return Response(html, status_code=status, media_type="text/html; charset=utf-8", headers=HEADERS)
