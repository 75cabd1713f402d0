"""Documents in the console: a file to keep, printed when somebody asks for it."""

from __future__ import annotations

import httpx

from bot.console.console import Console, Doors
from bot.console.messages import message_as_json
from bot.messengers import Parcel
from handlers.messages import Arrival, Form, Reply
from tests.twins.console_world import World, tiny_png
from tests.twins.documents import PDF, REPLY


def _parcel(world: World, document: bytes | None) -> Parcel:
    return Parcel("D-1", world.room("lumina-seller"), REPLY, None, document=document)


async def test_a_posted_document_is_offered_under_its_own_name(page: httpx.AsyncClient, world: World) -> None:
    """The bytes that were printed for the delivery, never shown inside the page."""
    await world.messenger.post(_parcel(world, PDF))
    (message,) = world.board.messages("lumina-seller")
    shown = message_as_json(message)
    assert shown["reply"] is not None
    assert shown["reply"]["document"] == {"name": "incident-1001.pdf", "title": "Summary of incident #1001"}
    found = await page.get(shown["document_url"])
    assert (found.content, found.headers["content-type"]) == (PDF, "application/pdf")
    assert found.headers["content-disposition"] == 'attachment; filename="incident-1001.pdf"'
    assert world.drawn == []


async def test_a_document_that_was_not_printed_yet_is_printed_when_it_is_asked_for(
    page: httpx.AsyncClient, world: World
) -> None:
    """Text never waits for it."""
    await world.messenger.post(_parcel(world, None))
    (message,) = world.board.messages("lumina-seller")
    assert (await page.get(message_as_json(message)["document_url"])).content == tiny_png()
    assert len(world.drawn) == 1


async def test_an_answer_offers_its_document(world: World) -> None:
    """Also what was asked for in the room."""

    async def answer(_arrival: Arrival) -> Reply:
        return REPLY

    doors = Doors(world.list_engagements, answer, world.draw, world.send_digest_now, world.records)
    console = Console(world.board, doors, world.clock)
    exchange = await console.ask("lumina-seller", "chen", "/incident summary 1001")
    assert not isinstance(exchange, Form)
    _, answered = exchange
    assert message_as_json(answered)["document_url"].endswith(".pdf")
    assert await world.console.document(answered.entry.document) == ("incident-1001.pdf", tiny_png())


async def test_an_unknown_document_is_not_found(page: httpx.AsyncClient) -> None:
    """Whoever has an address was shown it."""
    assert (await page.get("/console/documents/guess.pdf")).status_code == 404


async def test_a_message_without_a_document_has_no_address_for_one(world: World) -> None:
    """Nothing to press."""
    await world.messenger.post(Parcel("D-1", world.room("lumina-seller"), Reply("ok", REPLY.language), None))
    (message,) = world.board.messages("lumina-seller")
    assert message_as_json(message)["document_url"] == ""
