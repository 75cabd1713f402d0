"""Server-sent events: nothing is missed, nobody is waited for."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from bot.console.board import Board
from bot.console.errors import TooBusyError
from bot.console.limits import Limits
from bot.console.router import create_router
from bot.console.stream import Event, EventStream, frames
from tests.twins.console_world import World
from tests.twins.loopback_server import served

SMALL = Limits(backlog=5, waiting=3, readers=2)


def _stream() -> EventStream:
    return EventStream("run", SMALL)


async def _read(stream: EventStream, engagement: str, after: str) -> list[tuple[str, str]]:
    """Return what a page that comes back gets, once the server ends the stream."""
    reader = stream.open(engagement, after)
    reader.end()
    events: list[Event] = []
    while (event := await reader.next()) is not None:
        events.append(event)
    stream.leave(reader)
    return [(event.id, event.name) for event in events]


async def test_a_page_that_comes_back_gets_what_it_missed() -> None:
    """Last-Event-ID names the last event seen; only later ones of the same engagement follow, in order."""
    stream = _stream()
    for engagement in ("a", "b", "a", "a"):
        stream.publish(engagement, "message", "{}")
    assert await _read(stream, "a", "run-1") == [("run-3", "message"), ("run-4", "message")]
    assert await _read(stream, "a", "run-4") == []
    assert await _read(stream, "a", "") == []


@pytest.mark.parametrize(
    "after", ["run-0", "earlier-3", "run-7", "run-999", "run-", "run--1", "run-²", "nonsense", "run-" + "9" * 5000]
)
async def test_a_page_that_missed_too_much_is_told_to_load_again(after: str) -> None:
    """Six events came, five are kept: a page at the first, of an earlier run, or with an odd id starts over."""
    stream = _stream()
    for _ in range(6):
        stream.publish("a", "message", "{}")
    assert await _read(stream, "a", after) == [("run-6", "reset")]
    assert await _read(stream, "a", "run-1") == [(f"run-{n}", "message") for n in range(2, 7)]


async def test_a_page_that_does_not_read_is_let_go() -> None:
    """Its queue is bounded; what it got so far can still be read, then the stream ends and the browser comes back."""
    stream = _stream()
    reader = stream.open("a", "")
    for _ in range(SMALL.waiting + 5):
        stream.publish("a", "message", "{}")
    got = []
    while (event := await reader.next()) is not None:
        got.append(event.id)
    assert got == ["run-1", "run-2", "run-3"]
    assert reader.is_over


async def test_there_are_only_so_many_open_pages() -> None:
    """The limit itself is fine, one more is refused, and a page that leaves makes room."""
    stream = _stream()
    first = stream.open("a", "")
    stream.require_place()
    stream.open("a", "")
    with pytest.raises(TooBusyError):
        stream.require_place()
    stream.leave(first)
    stream.require_place()


async def test_a_page_reads_its_own_engagement_only() -> None:
    """What is said in one seller's rooms never travels to a page that shows another's."""
    stream = _stream()
    reader = stream.open("a", "")
    stream.publish("b", "message", "{}")
    stream.publish("a", "message", "{}")
    reader.end()
    event = await reader.next()
    assert event is not None
    assert (event.id, event.engagement) == ("run-2", "a")
    assert await reader.next() is None


async def test_a_page_that_is_gone_before_its_stream_begins_leaves_no_reader() -> None:
    """Otherwise impatient reloading would use up the places."""
    stream = _stream()
    frames(stream, "a", "", 1)
    assert stream.readers == 0


async def test_a_quiet_stream_sends_a_sign_of_life_and_leaves_no_reader_behind() -> None:
    """Proxies close silent connections; a comment keeps them open. A page that goes away is forgotten."""
    stream = _stream()
    lines = frames(stream, "a", "", heartbeat_seconds=0.001)
    assert (await anext(lines)).startswith("retry: ")
    assert (await anext(lines)).startswith(":")
    stream.publish("a", "message", '{"text":"x"}')
    text = ""
    while not text.startswith("id:"):
        text = await anext(lines)
    assert text == 'id: run-1\nevent: message\ndata: {"text":"x"}\n\n'
    assert isinstance(lines, AsyncIterator)
    stream.close()
    assert [line async for line in lines if not line.startswith(":")] == []
    assert stream.readers == 0


async def test_a_message_is_one_line_of_data_whatever_people_type(world: World) -> None:
    """A line break inside data would end the event: JSON escapes it."""
    reader = world.board.stream.open("lumina", "")
    await world.console.ask("lumina-ops", "ana", "one\ntwo\r\nthree\u2028four")
    event = await reader.next()
    assert event is not None
    assert event.as_text().count("\n") == 4
    assert "\r" not in event.data
    assert json.loads(event.data)["text"] == "one\ntwo\r\nthree\u2028four"


def test_a_page_resumes_over_a_real_connection() -> None:
    """First the stream as a browser opens it, then again with the id it saw last."""
    board = Board(Limits(readers=2))
    world = World(board)
    app = FastAPI()
    app.include_router(create_router(world.console))
    with served(app, world.console.close) as server, httpx.Client(base_url=server.url) as page:
        after = page.get("/console/state").json()["last_event"]
        server.run(world.console.ask("nova-ops", "ana", "/kpi for others"))
        server.run(world.console.ask("lumina-ops", "ana", "/kpi"))
        first = _events(page, {"engagement": "lumina", "after": after}, {}, 2)
        assert [event["kind"] for _, event in first] == ["question", "answer"]
        again = _events(page, {"engagement": "lumina", "after": after}, {"Last-Event-ID": first[0][0]}, 1)
        assert again == first[1:]


def _events(
    page: httpx.Client, query: dict[str, str], headers: dict[str, str], count: int
) -> list[tuple[str, dict[str, object]]]:
    found = []
    with page.stream("GET", "/console/events", params=query, headers=headers, timeout=5) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        event_id = ""
        for line in answer.iter_lines():
            event_id = line.removeprefix("id: ") if line.startswith("id: ") else event_id
            if line.startswith("data: "):
                found.append((event_id, json.loads(line.removeprefix("data: "))))
            if len(found) == count:
                break
    return found


async def test_a_room_keeps_its_newest_messages_only() -> None:
    """Memory is bounded; the ledger remembers the rest."""
    world = World(Board(Limits(messages=4)))
    for number in range(5):
        await world.console.ask("lumina-ops", "ana", f"bom dia {number}")
    kept = [message.entry.text for message in world.board.messages("lumina-ops")]
    assert kept == ["bom dia 3", "", "bom dia 4", ""]
