"""Forms on the page: a command opens one, its values come back whole, and a faulty one stays open."""

from __future__ import annotations

import json

import httpx
import pytest

from bot.form_limits import LARGEST_FORM, MOST_VALUES
from tests.twins.console_world import World

PATH = "/console/rooms/lumina-ops/forms"


async def submit(page: httpx.AsyncClient, command: str = "/form", **values: object) -> httpx.Response:
    """Submit a form as Ana."""
    return await page.post(PATH, json={"person": "ana", "command": command, "values": values})


async def test_a_command_opens_its_form_and_nothing_is_shown_in_the_room(page: httpx.AsyncClient, world: World) -> None:
    """The page gets every field with its kind and its options."""
    answer = await page.post("/console/rooms/lumina-ops/messages", json={"person": "ana", "text": "/form"})
    form = answer.json()["form"]
    assert [(one["name"], one["kind"]) for one in form["fields"]] == [
        ("text", "text"),
        ("store", "choice"),
        ("evidence", "line"),
        ("files", "files"),
    ]
    assert form["fields"][1]["options"][1] == {"value": "mx", "label": "Lumina MX"}
    assert world.board.messages("lumina-ops") == ()


async def test_a_form_that_cannot_be_opened_is_answered_with_the_reason(page: httpx.AsyncClient, world: World) -> None:
    """As any question."""
    answer = await page.post("/console/rooms/lumina-ops/messages", json={"person": "ana", "text": "/closed"})
    assert answer.json()["answer"]["reply"]["headline"] == "It is over."
    assert world.arrivals == []


async def test_submitted_values_reach_the_intake_as_they_are(page: httpx.AsyncClient, world: World) -> None:
    """Each under its own name, and in no command."""
    hostile = 'cause: x action: y\n"/incident resolve 1" <b>'
    answer = await submit(page, text=hostile, store="br")
    assert answer.status_code == 200
    (arrival,) = world.arrivals
    assert (arrival.text, arrival.values) == ("/form", {"text": hostile, "store": "br"})
    assert answer.json()["question"]["text"] == "/form"


async def test_a_faulty_form_comes_back_with_its_faults(page: httpx.AsyncClient, world: World) -> None:
    """Nothing reaches the intake, nothing is shown in the room."""
    answer = await submit(page, text="")
    assert answer.json()["form"]["fields"][0]["fault"] == "Something has to stand here."
    assert world.arrivals == []


async def test_a_form_of_what_is_over_is_refused_with_a_sentence(page: httpx.AsyncClient) -> None:
    """The page keeps what was typed and shows it."""
    answer = await submit(page, "/closed", text="x")
    assert (answer.status_code, answer.json()["sentence"]) == (422, "It is over.")


@pytest.mark.parametrize(
    "values", [None, [], {}, {"text": 3}, {"text": ["x"]}, {str(n): "" for n in range(MOST_VALUES + 1)}]
)
async def test_only_a_few_texts_are_a_form(page: httpx.AsyncClient, values: object) -> None:
    """Anything else is refused in a sentence."""
    answer = await page.post(PATH, json={"person": "ana", "command": "/form", "values": values})
    assert answer.status_code == 422
    assert "sentence" in answer.json()


async def test_a_long_report_fits_and_a_longer_body_does_not(page: httpx.AsyncClient, world: World) -> None:
    """30,000 characters of four bytes pass whole."""
    assert (await submit(page, text="🔥" * 30_000)).status_code == 200
    assert len(world.arrivals[0].values["text"]) == 30_000
    body = json.dumps({"person": "ana", "command": "/form", "values": {"text": "x" * LARGEST_FORM}})
    answer = await page.post(PATH, content=body)
    assert answer.status_code == 413


async def test_a_form_from_another_site_is_refused(page: httpx.AsyncClient, world: World) -> None:
    """A page elsewhere cannot report in somebody's name."""
    body = {"person": "ana", "command": "/form", "values": {"text": "x"}}
    answer = await page.post(PATH, json=body, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert world.arrivals == []
