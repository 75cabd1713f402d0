"""The odd ways of forms in Slack, over real signed requests: late, twice, tampered with; and a target set by one."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.samples.engagements import sample_engagements
from handlers.engagement_setup import set_up_engagement
from kpi.deliveries import CauseKind, DeliveryState
from kpi.engagements import Platform
from kpi.incidents.incident import EntryKind
from kpi.invitations import InvitationState
from tests.bot.slack.payloads import command, form_of, interaction_of, press, shortcut, submission
from tests.journeys.sent_world import MANAGER, World
from tests.journeys.test_incident_forms import BY_MANAGER, OPERATIONS, Person
from tests.twins.slack_server import Trouble

ANDES = "C0ANDES001"
TARGET = {"metric": "conversion_rate", "stores": "lumina-ml-br", "side": "-", "value": "2,6%", "first": "2026-12-01"}
PLAN = {"cause": "gateway", "action": "switch it", "owner": "bruno", "review": "48h"}


@pytest.fixture
async def manager(world: World) -> Any:
    """Return the account manager, who has taken the incident 1001."""
    person = Person(world)
    await person.interact(shortcut())
    report = {"text": "checkout is down", "store": "lumina-ml-br", "metric": "-", "severity": "S1"}
    await person.interact(submission(person.modal(), **report))
    await person.interact(press("/incident ack 1001", trigger_id="taken"))
    yield person
    await person.close()


async def _plan(manager: Person, trigger: str) -> dict[str, Any]:
    await manager.interact(press("/incident plan 1001", trigger_id=trigger))
    return manager.modal()


async def test_a_target_is_set_in_a_modal_and_told_to_both_sides(world: World, manager: Person) -> None:
    """Faults beside their fields in the room's language, the days from Slack's calendar, a message per room."""
    fields = command("target set conversion", channel_id=OPERATIONS, user_id=MANAGER, trigger_id="target")
    await manager.send(form_of(fields))
    view = manager.modal()
    elements = {block["block_id"]: block["element"] for block in view["blocks"]}
    assert elements["first"] == {"type": "datepicker", "action_id": "value", "initial_date": "2026-12-01"}
    assert elements["metric"]["initial_option"]["value"] == "conversion_rate"
    answer = await manager.interact(submission(view, **TARGET | {"value": "260%", "last": "2026-11-30"}))
    errors = answer.json()["errors"]
    assert set(errors) == {"value", "last"}
    assert "no máximo 100,0%" in errors["value"]
    assert (await manager.interact(submission(view, **TARGET))).text == ""
    with world.vigia.database.view() as work:
        (change,) = work.targets.changes("lumina")
    assert (change.by, change.target.value, change.target.stores) == ("ana", Decimal("0.026"), ("lumina-ml-br",))
    await world.sweep()
    told = {one.room: one for one in world.ledger() if one.cause_kind is CauseKind.TARGET}
    assert {one.state for one in told.values()} == {DeliveryState.SENT}
    assert len(told) == 2
    assert any("≥ 2,60%" in one["text"] for one in world.slack.messages[OPERATIONS])
    assert world.slack.problems == []


async def test_a_plan_handed_in_after_the_end_stays_open_with_its_words(world: World, manager: Person) -> None:
    """Slack keeps a modal that has errors as it is: nothing typed is lost, and nothing is done."""
    view = await _plan(manager, "second")
    await manager.interact(press("/incident resolve 1001", trigger_id="third"))
    ending = {"cause": "gateway", "action": "switched", "reason": "payments work"}
    await manager.interact(submission(manager.modal(), **ending))
    answer = (await manager.interact(submission(view, **PLAN))).json()
    assert answer["response_action"] == "errors"
    assert "#1001" in answer["errors"]["cause"]
    assert EntryKind.PLANNED not in _kinds(world)


async def test_an_incident_that_changed_meanwhile_takes_both_plans(world: World, manager: Person) -> None:
    """A modal holds no copy of the incident: the later plan counts, and the timeline keeps the earlier one."""
    early, late = await _plan(manager, "second"), await _plan(manager, "third")
    assert (await manager.interact(submission(late, **PLAN | {"action": "first said"}))).text == ""
    assert (await manager.interact(submission(early, **PLAN | {"action": "said later"}))).text == ""
    with world.vigia.database.view() as work:
        incident = work.incidents.get("lumina", 1001)
    assert incident is not None
    assert incident.plan is not None
    assert incident.plan.action == "said later"
    assert _kinds(world).count(EntryKind.PLANNED) == 2


async def test_a_form_handed_in_twice_counts_once(world: World, manager: Person) -> None:
    """A second press before the modal closed, and Slack's own repeat."""
    await manager.interact(press("/incident note 1001", trigger_id="second"))
    view = manager.modal()
    for _ in range(3):
        assert (await manager.interact(submission(view, text="called them"))).text == ""
    assert _kinds(world).count(EntryKind.COMMENTED) == 1


async def test_a_snooze_that_cannot_be_is_refused_inside(world: World, manager: Person) -> None:
    """Of a critical incident, an hour is the longest; the time typed is over in São Paulo."""
    await manager.interact(press("/incident snooze 1001", trigger_id="second"))
    view = manager.modal()
    assert [block["block_id"] for block in view["blocks"]] == ["until", "at", "reason"]
    chosen = view["blocks"][0]["element"]["initial_option"]["value"]
    for at in ("2026-11-23 10:00", "4h"):
        answer = await manager.interact(submission(view, until=chosen, at=at, reason="waiting"))
        assert list(answer.json()["errors"]) == ["at"]
    assert EntryKind.SNOOZED not in _kinds(world)


@pytest.mark.parametrize("code", ["expired_trigger_id", "exchanged_trigger_id"])
async def test_a_trigger_that_is_over_is_answered_with_a_button(world: World, manager: Person, code: str) -> None:
    """Slack gives three seconds and one use; the line that says the same stands beside the button."""
    world.slack.plan("views.open", Trouble(code=code))
    before = len(world.slack.whispers)
    await manager.interact(press("/kpi target set", trigger_id="late"))
    (said,) = world.slack.whispers[before:]
    assert "`/kpi target conversion_rate" in said["text"]
    assert "/kpi target set" in json.dumps(said["blocks"][-1])


@pytest.mark.parametrize("metadata", ["", "{", "[]", '{"command": 1}', "null", '{"command":"/incident plan 1001"}'])
async def test_a_modal_whose_unseen_words_are_broken_loses_nothing(
    world: World, manager: Person, metadata: str
) -> None:
    """It says so inside, and stays open."""
    view = await _plan(manager, "second")
    answer = (await manager.interact(submission({**view, "private_metadata": metadata}, **PLAN))).json()
    assert list(answer["errors"]) == ["cause"]
    assert "Copy what you wrote" in answer["errors"]["cause"]
    assert EntryKind.PLANNED not in _kinds(world)


async def test_a_modal_of_another_room_is_judged_there(world: World, manager: Person) -> None:
    """Who is not known in that room does nothing in it: they are asked about. An unbound one stays silent."""
    _bind_andes(world)
    view = await _plan(manager, "second")
    carried = json.loads(view["private_metadata"])
    elsewhere = {**view, "private_metadata": json.dumps({**carried, "channel": ANDES})}
    assert (await manager.interact(submission(elsewhere, **PLAN))).text == ""
    with world.vigia.database.view() as work:
        waiting = [one for state in InvitationState for one in work.invitations.in_state(state, "andes")]
    assert [one.handle for one in waiting] == [MANAGER]
    nowhere = {**view, "private_metadata": json.dumps({**carried, "channel": "C0UNBOUND1"})}
    before = len(world.slack.calls)
    assert (await manager.interact(submission(nowhere, **PLAN))).text == ""
    assert len(world.slack.calls) == before
    assert EntryKind.PLANNED not in _kinds(world)


async def test_a_target_of_another_sellers_store_is_refused_inside(world: World, manager: Person) -> None:
    """A choice is checked as if it had been typed."""
    await manager.interact(press("/kpi target set", trigger_id="second"))
    answer = await manager.interact(submission(manager.modal(), **TARGET | {"stores": "andes-ml-mx"}))
    assert list(answer.json()["errors"]) == ["stores"]
    assert "Andes" not in answer.text


@pytest.mark.parametrize(
    "payload",
    [
        press("/incident resolve 1001", action_id="somebody_elses"),
        press(None, action_id="vigia_command/0"),
        press(None, action_id="vigia_open/3"),
        shortcut("somebody_elses"),
        {"type": "view_closed", "view": {"callback_id": "vigia_form", "type": "modal"}, "is_cleared": True},
        {"type": "view_submission", "view": {"callback_id": "theirs", "type": "modal", "blocks": [], "state": {}}},
        {"type": "block_suggestion", "action_id": "value", "block_id": "metric", "value": "conv"},
    ],
    ids=lambda payload: f"{payload['type']}-{json.dumps(payload.get('actions', ''))[-40:]}",
)
async def test_what_nobody_knows_is_acknowledged_and_does_nothing(
    world: World, manager: Person, payload: dict[str, Any]
) -> None:
    """Unknown actions and modals, a closed modal: Slack hears 200, so that nobody sees a warning sign."""
    before = (len(world.slack.calls), len(world.slack.whispers), _kinds(world))
    answer = await manager.send(interaction_of({"team": {"id": "T0HOME0001"}, **payload, **BY_MANAGER}))
    assert answer.status_code == 200
    assert (len(world.slack.calls), len(world.slack.whispers), _kinds(world)) == before


async def test_no_modal_is_ever_put_on_another(world: World, manager: Person) -> None:
    """Slack stacks three; each of ours opens alone, or takes the place of the one before it."""
    for number in range(5):
        await _plan(manager, f"opened {number}")
    methods = {call.method for call in world.slack.calls if call.method.startswith("views.")}
    assert methods == {"views.open"}
    assert world.slack.problems == []


def _kinds(world: World) -> list[EntryKind]:
    with world.vigia.database.view() as work:
        return [line.kind for line in work.incidents.timeline("lumina-1001")]


def _bind_andes(world: World) -> None:
    andes = sample_engagements()[1]
    rooms = (replace(andes.rooms[0], platform=Platform.SLACK, address=ANDES), *andes.rooms[1:])
    with world.vigia.database.work() as work:
        set_up_engagement(work, replace(andes, rooms=rooms), (), (), world.clock())
