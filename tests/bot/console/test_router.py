"""The console's addresses: what they answer, whom they refuse, and how they say so."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import httpx
import pytest

from bot.console.limits import LARGEST_BODY, LONGEST_QUESTION
from tests.twins.console_world import World, tiny_png

SELLER, OPS = "/console/rooms/lumina-seller/messages", "/console/rooms/lumina-ops/messages"


async def _ask(
    page: httpx.AsyncClient, text: str, *, path: str = OPS, person: str = "ana", **more: Any
) -> httpx.Response:
    return await page.post(path, json={"person": person, "text": text}, **more)


async def test_the_page_and_its_files_come_from_here_alone(page: httpx.AsyncClient) -> None:
    """No file of the page names another site, and the browser is told to load from nowhere else."""
    home = await page.get("/console")
    assert home.status_code == 200
    policy = home.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    for name in (
        "main.js",
        "room.js",
        "message.js",
        "server.js",
        "console.css",
        "message.css",
        "icons.svg",
        "favicon.svg",
    ):
        file = await page.get(f"/console/assets/{name}")
        assert file.status_code == 200, name
        assert file.headers["x-content-type-options"] == "nosniff"
        assert "https://" not in file.text.replace("https?://", ""), name
        assert "innerHTML" not in file.text, name


@pytest.mark.parametrize("name", ["../router.py", "..%2Frouter.py", "router.py", "nothing.js"])
async def test_only_the_files_of_the_page_are_served(page: httpx.AsyncClient, name: str) -> None:
    """A path that climbs out of the folder finds nothing."""
    assert (await page.get(f"/console/assets/{name}")).status_code == 404


async def test_the_state_shows_the_rooms_of_the_console_in_their_own_languages(page: httpx.AsyncClient) -> None:
    """The seller's room comes first; a Slack room of the engagement is not here; nobody without a handle speaks."""
    state = (await page.get("/console/state")).json()
    rooms = state["engagement"]["rooms"]
    assert [(room["address"], room["language"]) for room in rooms] == [
        ("lumina-seller", "zh-CN"),
        ("lumina-ops", "pt-BR"),
    ]
    assert [person["id"] for person in rooms[0]["people"]] == ["chen", "ana", "bruno"]
    assert [person["id"] for person in rooms[1]["people"]] == ["ana", "bruno"]
    assert rooms[0]["digest_at"] == "11:37"
    assert [one["id"] for one in state["engagements"]] == ["lumina", "nova"]


@pytest.mark.parametrize(
    ("header", "language"),
    [("pt-BR,pt;q=0.9", "pt-BR"), ("fr,zh-CN;q=0.8", "zh-CN"), ("es-CL", "es"), ("fr", "en"), ("", "en")],
)
async def test_the_words_around_the_rooms_are_in_the_readers_language(
    page: httpx.AsyncClient, header: str, language: str
) -> None:
    """A newcomer reads the frame in the language of the own browser, the rooms in theirs."""
    state = (await page.get("/console/state", headers={"Accept-Language": header})).json()
    assert state["language"] == language


async def test_a_question_goes_through_the_intake_and_comes_back_with_its_answer(
    page: httpx.AsyncClient, world: World
) -> None:
    """The console enters at Arrival like every other platform, with an id that is unique per question."""
    both = (await _ask(page, "  /kpi gmv br 30d ")).json()
    assert both["question"]["text"] == "/kpi gmv br 30d"
    assert both["answer"]["answers"] == both["question"]["id"]
    assert both["answer"]["reply"]["headline"] == "Lumina: /kpi gmv br 30d"
    (arrival,) = world.arrivals
    assert (arrival.platform, arrival.address, arrival.handle) == ("console", "lumina-ops", "ana")
    assert arrival.at == world.clock.now()
    await _ask(page, "/kpi")
    assert len({arrival.event_id for arrival in world.arrivals}) == 2


async def test_silence_is_said_to_the_page_and_nothing_is_made_up(page: httpx.AsyncClient) -> None:
    """Small talk gets no answer; the page learns that none will come."""
    answer = (await _ask(page, "bom dia")).json()["answer"]
    assert (answer["kind"], answer["reply"]) == ("silence", None)


async def test_a_failure_behind_the_intake_becomes_a_sentence_and_a_log_line(
    page: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    """A person always gets an answer; its reference finds the log line; no detail leaks."""
    with caplog.at_level(logging.ERROR):
        response = await _ask(page, "/fail")
    reply = response.json()["answer"]["reply"]
    assert reply["reference"]
    assert reply["reference"] in caplog.text
    assert "database" not in response.text


async def test_a_mistake_is_answered_with_its_sentence(page: httpx.AsyncClient) -> None:
    """What a person can put right is explained, without a reference to an error nobody made."""
    reply = (await _ask(page, "/mistake")).json()["answer"]["reply"]
    assert (reply["headline"], reply["reference"]) == ("The word “x” is not known.", "")


@pytest.mark.parametrize(("length", "status"), [(LONGEST_QUESTION, 200), (LONGEST_QUESTION + 1, 413)])
async def test_a_question_may_be_two_thousand_characters_and_not_one_more(
    page: httpx.AsyncClient, world: World, length: int, status: int
) -> None:
    """The limit counts characters, so Chinese is not cut shorter than Portuguese."""
    response = await _ask(page, "问" * length, path=SELLER, person="chen")
    assert response.status_code == status
    assert len(world.arrivals) == (status == 200)


async def test_a_huge_body_is_refused_before_it_is_read_whole(page: httpx.AsyncClient) -> None:
    """One byte past the limit is past the limit."""
    response = await page.post(OPS, content=b"x" * (LARGEST_BODY + 1))
    assert response.status_code == 413
    assert (await page.post(OPS, content=b"x" * LARGEST_BODY)).status_code == 422


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"nonsense", b'{"person": 1, "text": "/kpi"}', b'{"person":"ana"}', b"[" * 9000]
)
async def test_a_body_that_cannot_be_read_gets_one_sentence(page: httpx.AsyncClient, body: bytes) -> None:
    """No stack trace, no half-read question."""
    response = await page.post(OPS, content=body)
    assert response.status_code == 422
    assert set(response.json()) == {"sentence", "code"}


@pytest.mark.parametrize(
    ("path", "person", "text", "status"),
    [
        (OPS, "ana", "   ", 422),
        (OPS, "nobody", "/kpi", 404),
        (OPS, "mute", "/kpi", 404),
        ("/console/rooms/C01/messages", "ana", "/kpi", 404),
        ("/console/rooms/nowhere/messages", "ana", "/kpi", 404),
    ],
)
async def test_only_people_of_the_engagement_speak_and_only_in_its_console_rooms(
    page: httpx.AsyncClient, world: World, path: str, person: str, text: str, status: int
) -> None:
    """A Slack room cannot be entered from here, nor by somebody who has no handle on the console."""
    assert (await _ask(page, text, path=path, person=person)).status_code == status
    assert world.arrivals == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", [OPS, "/console/engagements/lumina/digest"])
async def test_another_sites_page_cannot_act_here(
    page: httpx.AsyncClient, world: World, headers: dict[str, str], path: str
) -> None:
    """A page the operator happens to have open must not send digests or speak in a room."""
    response = await page.post(path, json={"person": "ana", "text": "/kpi"}, headers=headers)
    assert response.status_code == 403
    assert world.board.messages("lumina-ops") == ()


async def test_the_own_page_may_act(page: httpx.AsyncClient) -> None:
    """Browsers send the page's own origin with every post."""
    headers = {"Origin": "http://127.0.0.1:8080", "Sec-Fetch-Site": "same-origin"}
    assert (await _ask(page, "/kpi", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [("evil.example", 403), ("", 403), ("a]b", 403), ("localhost:8080", 200), ("[::1]:8080", 200),
     ("192.168.1.20:8080", 200), ("Console.Example", 200)],
)  # fmt: skip
async def test_a_foreign_name_for_this_address_is_refused(page: httpx.AsyncClient, host: str, status: int) -> None:
    """DNS rebinding gives a foreign page our address under its own name; only the Host header tells."""
    assert (await page.get("/console/state", headers={"Host": host})).status_code == status


async def test_a_room_has_a_bounded_number_of_open_questions(page: httpx.AsyncClient, world: World) -> None:
    """Impatient pressing must not pile up work; the fifth question is refused in a sentence, later ones are welcome."""
    world.hold = asyncio.Event()
    limit = world.board.limits.open_questions
    open_ones = [asyncio.create_task(_ask(page, f"/kpi {n}")) for n in range(limit)]
    for _ in range(limit):
        await world.arrived.get()
    refused = await _ask(page, "/kpi more")
    assert refused.status_code == 429
    world.hold.set()
    assert {response.status_code for response in await asyncio.gather(*open_ones)} == {200}
    assert (await _ask(page, "/kpi again")).status_code == 200


async def test_a_picture_is_drawn_when_it_is_looked_at_and_only_once(page: httpx.AsyncClient, world: World) -> None:
    """Text never waits for a picture; two looks cost one drawing; an unknown id finds nothing."""
    url = (await _ask(page, "/kpi")).json()["answer"]["picture_url"]
    assert world.drawn == []
    both = await asyncio.gather(page.get(url), page.get(url))
    assert [one.content for one in both] == [tiny_png(), tiny_png()]
    assert both[0].headers["content-type"] == "image/png"
    assert len(world.drawn) == 1
    assert (await page.get("/console/pictures/guess.png")).status_code == 404


async def test_the_digest_button_posts_to_every_console_room(page: httpx.AsyncClient) -> None:
    """Pressing it twice shows one digest: the delivery is the same."""
    for _ in range(2):
        sent = await page.post("/console/engagements/lumina/digest")
        assert sent.json() == {"sentence": "Digest sent to Lumina × Vigia."}
    rooms = (await page.get("/console/state?engagement=lumina")).json()["engagement"]["rooms"]
    assert [[message["kind"] for message in room["messages"]] for room in rooms] == [["post"], ["post"]]
    assert (await page.get(rooms[0]["messages"][0]["picture_url"])).content == tiny_png()


async def test_an_unknown_engagement_is_a_sentence_everywhere(page: httpx.AsyncClient) -> None:
    """State, events and digest agree about what does not exist."""
    for response in (
        await page.get("/console/state?engagement=gone"),
        await page.get("/console/events?engagement=gone"),
        await page.post("/console/engagements/gone/digest"),
    ):
        assert response.status_code == 404
        assert response.json()["sentence"].endswith("Reload the page.")


async def test_a_console_without_engagements_still_has_a_page(page: httpx.AsyncClient, world: World) -> None:
    """The page then says what to do first."""
    world.engagements = ()
    state = (await page.get("/console/state")).json()
    assert state["engagement"] is None
    assert "vigia apply" in state["words"]["no_engagements"]


async def test_the_page_says_how_good_the_alerts_were_and_what_time_it_is(
    page: httpx.AsyncClient, world: World
) -> None:
    """The record stands with each room; the clock of a replay is not the reader's."""
    world.record = ("5 alerts in 60 days", "None was wrong")
    state = (await page.get("/console/state")).json()
    assert [room["record"] for room in state["engagement"]["rooms"]] == [list(world.record)] * 2
    assert state["now"] == world.clock.now().isoformat()
