"""Pages as a browser opens them: what they show, to whom, and that nothing can be done through them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from bot.pages.links import LINK_DAYS, PageLinks
from bot.pages.router import create_router
from bot.pages.seals import MOST_LETTERS
from handlers.messages import Arrival, Reply
from kpi.engagements import Platform
from kpi.pictures import Picture
from tests.handlers.incident_world import AlertedWorld, alerted
from tests.handlers.world import north
from tests.twins.console_world import HOSTILE_NAME

PNG = b"\x89PNG drawn"


class Desk:
    """A world with an incident, and its pages."""

    def __init__(self, world: AlertedWorld) -> None:
        self.world = world
        self.links = PageLinks("http://vigia.test", [SecretStr("s" * 32)], world.clock)
        app = FastAPI()
        app.include_router(create_router(self.links, self.ask, self.draw, world.clock))
        self.browser = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://vigia.test")

    async def ask(self, room: str, text: str, engagement: str = "") -> Reply:
        """Answer as the running bot does."""
        arrival = Arrival(Platform.CONSOLE, room, "", text, self.world.clock(), "")
        return self.world.intake.answer_to_room(arrival, room, engagement)

    async def draw(self, picture: Picture) -> bytes:
        """Draw anything."""
        assert picture.alt_text
        return PNG

    def url(self, room: str, *commands: str) -> str:
        """Return the address of a page."""
        found = north().room(room)
        assert found is not None
        return self.links.url(found, commands)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Return a world whose conversion fell, with an open incident."""
    made = Desk(alerted())
    yield made
    await made.browser.aclose()


async def test_a_page_shows_card_and_timeline(desk: Desk) -> None:
    """Below each other, with the picture and the way back to the group."""
    url = desk.url("north-ops", "/incident show 1001", "/incident timeline 1001")
    page = await desk.browser.get(url)
    assert page.status_code == 200
    assert "Conversion rate · North ML" in page.text
    assert page.text.count("<article") == 2
    assert "This page only shows." in page.text
    assert (await desk.browser.get(f"{url}/0.png")).content == PNG
    assert (await desk.browser.get(f"{url}/7.png")).status_code == 404
    assert (await desk.browser.get("http://vigia.test/pages/style.css")).status_code == 200


async def test_a_page_is_read_in_the_eyes_of_its_room(desk: Desk) -> None:
    """Internal notes stay in the operations room, whoever passes a seller's link on."""
    desk.world.ask("/incident note 1001 our margin is thin", "north-ops", "ana")
    asked = ("/incident timeline 1001",)
    assert "our margin is thin" in (await desk.browser.get(desk.url("north-ops", *asked))).text
    assert "our margin is thin" not in (await desk.browser.get(desk.url("north-seller", *asked))).text


async def test_nothing_can_be_done_through_a_page(desk: Desk) -> None:
    """Whoever holds a link is nobody: even a link to an act changes nothing."""
    before = desk.world.incidents()
    for act in ("/incident ack 1001", "/incident resolve 1001 cause: x action: y", "/incident new it is down"):
        page = await desk.browser.get(desk.url("north-seller", act))
        assert "<h1>This page only shows. To do something, write in your group.</h1>" in page.text
    assert desk.world.incidents() == before


async def test_a_link_that_is_over_says_so(desk: Desk) -> None:
    """In the reader's language, and not with the words for a broken one."""
    url = desk.url("north-ops", "/incident show 1001")
    desk.world.clock.advance(LINK_DAYS - timedelta(minutes=1))
    assert (await desk.browser.get(url)).status_code == 200
    desk.world.clock.advance(timedelta(minutes=1))
    late = await desk.browser.get(url, headers={"accept-language": "pt-BR,pt;q=0.9"})
    assert late.status_code == 404
    assert "Este link expirou." in late.text
    assert (await desk.browser.get(f"{url}/0.png")).status_code == 404


async def test_a_broken_link_is_one_sentence(desk: Desk) -> None:
    """In Chinese where the browser names no language."""
    for link in ("nothing", "x" * (MOST_LETTERS + 1)):
        page = await desk.browser.get(f"http://vigia.test/pages/{link}")
        assert page.status_code == 404
        assert "链接不完整" in page.text


async def test_a_room_that_is_gone_shows_nothing(desk: Desk) -> None:
    """Its link was sent while it was bound."""
    url = desk.links.url(replace(north().rooms[0], id="gone"), ("/kpi",))
    assert (await desk.browser.get(url)).status_code == 404


async def test_what_people_wrote_is_shown_letter_by_letter(desk: Desk) -> None:
    """No text of theirs becomes markup."""
    desk.world.ask(f"/incident note 1001 {HOSTILE_NAME}", "north-ops", "ana")
    page = (await desk.browser.get(desk.url("north-ops", "/incident timeline 1001"))).text
    assert "<script>" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page


async def test_a_page_is_told_to_nobody(desk: Desk) -> None:
    """Its address is its key: not stored, not searched, not sent on, and no script runs beside it."""
    headers = (await desk.browser.get(desk.url("north-ops", "/kpi"))).headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-robots-tag"] == "noindex"
    assert "default-src 'none'" in headers["content-security-policy"]
