"""Pages of forms over HTTP: what travels with them, what is refused unread, and two who send at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from bot.form_limits import LARGEST_FORM
from bot.pages.form_desk import FormDesk, FormDoors
from bot.pages.form_html import MARK
from bot.pages.form_links import FormLinks
from bot.pages.form_router import MOST_OF_A_LINK, MOST_SUBMISSIONS, create_form_router
from bot.pages.links import PageLinks
from handlers.form_uses import use_of
from handlers.messages import Arrival, Form, Reply, Request
from kpi.engagements import Platform
from kpi.incidents.incident import EntryKind
from kpi.languages import Language
from tests.handlers.incident_world import SEEN, IncidentWorld

HOME = "https://vigia.test"
SECRETS = [SecretStr("s" * 40)]


class Desk:
    """A world with an open incident, and the pages of forms of its people."""

    def __init__(self) -> None:
        self.world = IncidentWorld()
        self.world.seller(SEEN)
        clock = self.world.clock
        self.links, pages = FormLinks(HOME, SECRETS, clock), PageLinks(HOME, SECRETS, clock)
        self.gate = asyncio.Event()
        self.gate.set()
        doors = FormDoors(
            self._opened, self._checked, self._request, self._submit, self._answer, self._use, self._ask, pages.url
        )
        app = FastAPI()
        app.include_router(create_form_router(self.links, FormDesk(doors, Language.ZH, clock)))
        self.browser = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOME)

    def link(
        self, command: str = "/incident note 1001", room_id: str = "north-ops", person_id: str = "north-ana"
    ) -> str:
        """Return a link of somebody in a room."""
        with self.world.books.view() as work:
            north = work.engagements.get("north")
        assert north is not None
        room, person = north.room(room_id), north.person(person_id)
        assert room is not None
        assert person is not None
        handle = person.handle_on(room.platform) or ""
        return self.links.url(Arrival(room.platform, room.address, handle, command, self.world.clock(), "e"), command)[
            0
        ]

    def mark(self, link: str) -> str:
        """Return what the page of a link sends back."""
        return self.links.mark(self.links.read(link.rpartition("/")[2]))

    async def send(self, link: str, **values: str) -> httpx.Response:
        """Send the form of a link."""
        parts = {name: (None, value) for name, value in {MARK: self.mark(link), **values}.items()}
        return await self.browser.post(link, files=parts)

    def notes(self) -> int:
        """Return how many notes were written."""
        with self.world.books.view() as work:
            return sum(line.kind is EntryKind.COMMENTED for line in work.incidents.timeline("north-1001"))

    async def _opened(self, arrival: Arrival) -> Form | Reply | None:
        return self.world.intake.opened(arrival)

    async def _checked(self, arrival: Arrival) -> Form | Reply | None:
        await self.gate.wait()
        return self.world.intake.checked(arrival)

    async def _request(self, arrival: Arrival) -> Request | None:
        return self.world.intake.request_of(arrival)

    async def _submit(self, arrival: Arrival) -> Reply | None:
        return self.world.intake.answer(arrival, use_of(arrival.event_id, arrival.at))

    async def _answer(self, arrival: Arrival) -> Reply | None:
        return self.world.intake.answer(arrival)

    async def _use(self, link: str) -> tuple[datetime, tuple[str, ...]] | None:
        with self.world.books.view() as work:
            return work.form_uses.read(link)

    async def _ask(self, room: str, text: str, engagement: str) -> Reply:
        arrival = Arrival(Platform.CONSOLE, room, "", text, self.world.clock(), "")
        return self.world.intake.answer_to_room(arrival, room, engagement)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Return a desk."""
    made = Desk()
    yield made
    await made.browser.aclose()


async def test_a_form_is_told_to_nobody_and_sends_to_itself_alone(desk: Desk) -> None:
    """Not stored, not searched, not framed, and its address not passed on; no script runs beside it."""
    page = await desk.browser.get(desk.link())
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "<script" not in page.text
    assert "Ana of north" in page.text


async def test_a_form_of_a_room_is_written_there(desk: Desk) -> None:
    """A seller's note is read by both sides; one of the operations room stays there."""
    link = desk.link(room_id="north-seller", person_id="north-wei")
    assert (await desk.send(link, text="they cannot pay")).status_code == 200
    assert desk.notes() == 1
    assert "they cannot pay" in str(desk.world.ask("/incident timeline 1001", "north-seller", "wei"))


async def test_two_fingers_write_once(desk: Desk) -> None:
    """The second one sees what came of the first, and what it would have written."""
    link = desk.link()
    desk.gate.clear()
    both = [asyncio.create_task(desk.send(link, text=words)) for words in ("first words", "second words")]
    await asyncio.sleep(0)
    desk.gate.set()
    answers = await asyncio.gather(*both)
    assert sorted(one.status_code for one in answers) == [200, 409]
    assert desk.notes() == 1
    late = next(one for one in answers if one.status_code == 409)
    assert "words" in late.text
    assert "1001" in late.text


async def test_few_forms_come_at_once_and_fewer_of_one_link(desk: Desk) -> None:
    """Whoever comes too many is told to try again, and nobody else waits."""
    desk.gate.clear()
    links = [desk.link() for _ in range(MOST_SUBMISSIONS // MOST_OF_A_LINK)]
    held = [asyncio.create_task(desk.send(link, text="x y")) for link in links for _ in range(MOST_OF_A_LINK)]
    for _ in range(20):
        await asyncio.sleep(0)
    for link in (links[0], desk.link()):
        assert (await desk.send(link, text="z")).status_code == 429
    desk.gate.set()
    await asyncio.gather(*held)
    assert (await desk.send(desk.link(), text="z")).status_code == 200


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"text=x", "application/x-www-form-urlencoded", 422),
        (b"{}", "application/json", 422),
        (b"nonsense without a wall", "multipart/form-data; boundary=wall", 422),
        (b"", "multipart/form-data; boundary=wall", 403),
    ],
)
async def test_what_is_no_form_is_refused(desk: Desk, content: bytes, kind: str, status: int) -> None:
    """In the reader's language, without a word about why the others work."""
    answer = await desk.browser.post(desk.link(), content=content, headers={"content-type": kind})
    assert answer.status_code == status
    assert desk.notes() == 0


async def test_more_words_than_a_form_may_hold_are_refused_unread(desk: Desk) -> None:
    """One sentence; the browser goes back to what was typed."""
    answer = await desk.send(desk.link(), text="x" * LARGEST_FORM)
    assert answer.status_code == 422
    assert desk.notes() == 0


async def test_a_broken_link_is_one_sentence(desk: Desk) -> None:
    """For looking and for sending."""
    broken = f"{HOME}/pages/forms/nothing"
    assert (await desk.browser.get(broken, headers={"accept-language": "es-MX"})).status_code == 404
    assert (await desk.browser.post(broken)).status_code == 404
