"""A problem reported in a form, with a screenshot: Slack's requests in, rows of the database out."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.slack.web import create_router
from kpi.engagements import Platform
from kpi.incidents.incident import EntryKind
from tests.bot.slack.payloads import command, form_of, interaction_of, press, shortcut, signed, submission
from tests.journeys.sent_world import MANAGER, World
from tests.twins.console_world import tiny_png

OPERATIONS = "C0OPS00001"
BY_MANAGER = {"user": {"id": MANAGER}, "channel": {"id": OPERATIONS}}


class Person:
    """The account manager at their Slack."""

    def __init__(self, world: World) -> None:
        assert world.vigia.slack is not None
        self.world, self._slack = world, world.vigia.slack
        web = FastAPI()
        web.include_router(create_router(self._slack.app, "not-a-secret", world.clock))
        self._caller = httpx.AsyncClient(transport=httpx.ASGITransport(app=web), base_url="http://vigia")

    async def send(self, body: bytes) -> httpx.Response:
        """Send a signed request and wait for the work behind it."""
        headers = signed(body, at=self.world.clock(), secret="not-a-secret")
        answer = await self._caller.post("/slack/events", content=body, headers=headers)
        for _ in range(20):
            await asyncio.sleep(0)
        await self._slack.door.work.finish()
        return answer

    async def interact(self, payload: dict[str, Any]) -> httpx.Response:
        """Press, submit or use a shortcut as the account manager."""
        return await self.send(interaction_of({**payload, **BY_MANAGER}))

    def modal(self) -> dict[str, Any]:
        """Return the modal that was opened last."""
        return self.world.slack.views[-1]

    async def close(self) -> None:
        """Close the caller."""
        await self._caller.aclose()


@pytest.fixture
async def manager(world: World) -> Any:
    """Return the account manager."""
    person = Person(world)
    yield person
    await person.close()


def _report(world: World, **values: Any) -> dict[str, Any]:
    shot = tiny_png()
    world.slack.private["shot.png"] = (shot, {})
    file = {"id": "F1", "name": "shot.png", "size": len(shot), "url_private": f"{world.slack.url}/private/shot.png"}
    known = {"text": "checkout is down", "store": "lumina-ml-br", "metric": "-", "severity": "S1", "files": [file]}
    return known | values


async def test_a_problem_is_reported_in_a_form_with_a_screenshot(world: World, manager: Person) -> None:
    """Typed command, modal, submission, incident, file: all of it stored, and the answer only its sender's."""
    fields = command("new", command="/incident", channel_id=OPERATIONS, user_id=MANAGER)
    await manager.send(form_of(fields))
    answer = await manager.interact(submission(manager.modal(), **_report(world, evidence="MLB3882114205")))
    assert (answer.status_code, answer.text) == (200, "")
    with world.vigia.database.view() as work:
        incident = work.incidents.get("lumina", 1001)
        (file,) = work.incident_files.of("lumina-1001")
        kinds = [line.kind for line in work.incidents.timeline("lumina-1001")]
        assert work.incident_files.content(file.id) == tiny_png()
    assert incident is not None
    assert (incident.report, incident.subject.store) == ("checkout is down", "lumina-ml-br")
    assert kinds == [EntryKind.OPENED, EntryKind.EVIDENCE_ADDED, EntryKind.EVIDENCE_ADDED]
    assert all(one["user"] == MANAGER for one in world.slack.whispers)


async def test_a_faulty_plan_stays_open_and_the_mended_one_is_recorded(world: World, manager: Person) -> None:
    """In the room's language, beside the fields."""
    await manager.interact(shortcut())
    await manager.interact(submission(manager.modal(), **_report(world)))
    await manager.interact(press("/incident plan 1001", trigger_id="second"))
    plan = {"cause": "gateway", "action": "<!channel> switch it", "owner": "bruno", "to": "muito", "review": "48h"}
    answer = await manager.interact(submission(manager.modal(), **plan))
    errors = answer.json()["errors"]
    assert list(errors) == ["to"]
    assert "não é um número" in errors["to"]
    assert (await manager.interact(submission(manager.modal(), **plan | {"to": ""}))).text == ""
    with world.vigia.database.view() as work:
        incident = work.incidents.get("lumina", 1001)
    assert incident is not None
    assert incident.plan is not None
    assert (incident.plan.action, incident.plan.owner) == ("<!channel> switch it", "bruno")


async def test_a_modal_submitted_after_the_incident_closed_says_so(world: World, manager: Person) -> None:
    """Somebody else ended it while the form was open; what was typed is still in it."""
    await manager.interact(shortcut())
    await manager.interact(submission(manager.modal(), **_report(world, files=[])))
    await manager.interact(press("/incident analysis 1001", trigger_id="second"))
    analysis = manager.modal()
    await manager.interact(press("/incident resolve 1001", trigger_id="third"))
    ending = {"cause": "gateway", "action": "switched", "reason": "payments work"}
    assert (await manager.interact(submission(manager.modal(), **ending))).text == ""
    answer = await manager.interact(submission(analysis, text="the gateway"))
    assert list(answer.json()["errors"]) == ["text"]
    assert "#1001" in answer.json()["errors"]["text"]


async def test_a_form_opens_while_an_import_is_being_written(world: World, manager: Person) -> None:
    """Opening only reads: it waits half a second for the inbox, and for nobody else who writes."""
    with world.vigia.database.work() as work:
        work.inbox.claim("held", world.clock())
        fields = command("new", command="/incident", channel_id=OPERATIONS, user_id=MANAGER)
        sending = asyncio.create_task(manager.send(form_of(fields)))
        await asyncio.wait({sending}, timeout=2)
        assert manager.modal()["blocks"][0]["block_id"] == "text"
    await sending


async def test_an_unbound_channel_opens_no_form(world: World, manager: Person) -> None:
    """Silence, as for every question there."""
    body = {**shortcut("vigia_report_message", message={"text": "x", "ts": "1.2"}), "user": {"id": MANAGER}}
    await manager.send(interaction_of({**body, "channel": {"id": "C0UNBOUND1"}}))
    assert (world.slack.views, world.slack.whispers) == ([], [])
    assert world.vigia.database is not None
    assert Platform.SLACK in {room.platform for room in _rooms(world)}


def _rooms(world: World) -> Any:
    with world.vigia.database.view() as work:
        return work.engagements.all()[0].rooms
