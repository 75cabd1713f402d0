"""The forms of `/incident`: what opens one, what stands in it, and that every value stays in its own field."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.filled_forms import Filled
from handlers.incidents.form_values import plan_in
from handlers.incidents.reports import LONGEST_REPORT
from handlers.messages import Form, Reply, Request
from kpi.incidents.events import RecordPlan
from kpi.incidents.incident import EntryKind, Movement, Status, Subject, Visibility
from kpi.languages import Language
from kpi.severities import Severity
from tests.handlers.incident_world import SEEN, AlertedWorld, IncidentWorld, alerted
from tests.handlers.world import NOW, World, north, south
from tests.kpi.incident_samples import an_incident

REPORT = {
    "text": "buyers cannot pay",
    "store": "north-ml",
    "metric": "-",
    "severity": Severity.S1.value,
    "evidence": "",
    "files": "",
}
PLAN = {
    "cause": "ads were rejected",
    "action": "new pictures",
    "owner": "north-bruno",
    "metric": "conversion_rate",
    "to": "2.2%",
    "review": "3d",
}


@pytest.fixture
def world() -> IncidentWorld:
    """Return a world in which a seller has reported a fall of conversion."""
    found = IncidentWorld()
    found.seller(SEEN)
    return found


def opened(world: World, command: str, address: str = "north-ops", handle: str = "ana", **values: str) -> Form:
    """Return the form a command opens."""
    form = world.intake.opened(replace(world.arrival(command, address, handle), values=values))
    assert isinstance(form, Form)
    return form


def checked(
    world: World, text: str, values: dict[str, str], address: str = "north-ops", handle: str = "ana"
) -> Form | None:
    """Return a form with what is wrong with it, or None."""
    form = world.intake.checked(replace(world.arrival(text, address, handle), values=values))
    assert not isinstance(form, Reply)
    return form


def submitted(
    world: World, text: str, values: dict[str, str], address: str = "north-ops", handle: str = "ana"
) -> Reply:
    """Return the answer to a filled-in form."""
    reply = world.intake.answer(replace(world.arrival(text, address, handle), values=values))
    assert reply is not None
    return reply


def values_in(form: Form) -> dict[str, str]:
    """Return what stands in a form."""
    return {one.name: one.value for one in form.fields}


def test_a_report_without_words_opens_a_form(world: IncidentWorld) -> None:
    """Few fields, and a choice of this seller's own stores."""
    form = opened(world, "/incident new", "north-seller", "wei")
    assert [one.name for one in form.fields] == ["text", "store", "metric", "severity", "evidence", "files"]
    assert ("north-ml", "North ML") in form.fields[1].options
    assert all("south" not in value for value, _ in form.fields[1].options)
    assert "gross_margin" not in {value for value, _ in form.fields[2].options}


@pytest.mark.parametrize("text", ["/incident new it fell", "/incident 1001", "/incident plan 1001 cause: a", "/kpi"])
def test_a_command_that_says_all_opens_no_form(world: IncidentWorld, text: str) -> None:
    """What was typed is taken."""
    assert world.intake.opened(world.arrival(text)) is None


def test_the_button_below_an_alert_fills_in_what_is_known() -> None:
    """Only what somebody sees is left to say."""
    world = alerted()
    alert = _alert(world)
    form = opened(world, f"/incident alert {alert}")
    values = values_in(form)
    assert (values["store"], values["metric"], values["severity"]) == ("north-ml", "conversion_rate", Severity.S1.value)
    assert "Conversion rate" in values["text"]
    submitted(world, form.command, {**values, "text": "checkout shows an error"})
    (incident,) = world.incidents()
    with world.books.view() as work:
        said = [line.body for line in work.incidents.timeline(incident.id) if line.kind is EntryKind.REPORTED_AGAIN]
    assert (incident.alert, said) == (alert, ["checkout shows an error"])


def test_a_report_below_an_alert_may_make_it_worse_but_not_milder() -> None:
    """Nobody lowers a severity by the way they report."""
    world = alerted(factor=0.75)
    alert = _alert(world)
    assert world.incidents() == ()
    form = opened(world, f"/incident alert {alert}", "north-seller", "wei")
    known = Severity(values_in(form)["severity"])
    submitted(world, form.command, {**values_in(form), "severity": Severity.S4.value}, "north-seller", "wei")
    assert world.incidents()[0].severity is known


def _alert(world: AlertedWorld) -> str:
    with world.books.view() as work:
        return work.alerts.of_engagement("north", NOW.date() - timedelta(days=30))[0].id


def test_a_submitted_report_opens_an_incident_with_what_was_chosen() -> None:
    """The choice counts more than what the words name."""
    world = IncidentWorld()
    values = {**REPORT, "text": "conversion fell in North Amazon", "metric": "orders"}
    reply = submitted(world, "/incident new", values, "north-seller", "wei")
    incident = world.incident()
    assert "Incident #1001 is open" in reply.notes[0]
    assert (incident.subject, incident.severity) == (Subject("north-ml", "orders", Movement.FALL), Severity.S1)
    assert incident.report == "conversion fell in North Amazon"


def test_what_nobody_chose_is_read_from_the_words() -> None:
    """As in a typed report."""
    world = IncidentWorld()
    values = {**REPORT, "store": "-", "text": "conversion fell in North ML since yesterday"}
    submitted(world, "/incident new", values, "north-seller", "wei")
    assert world.incident().subject == Subject("north-ml", "conversion_rate", Movement.FALL)
    assert world.incident().onset is not None


def test_evidence_named_in_a_report_stands_in_the_timeline(world: IncidentWorld) -> None:
    """An order or a listing is something to look at."""
    submitted(world, "/incident new", {**REPORT, "evidence": "MLB3882114205"}, "north-seller", "wei")
    with world.books.view() as work:
        lines = work.incidents.timeline("north-1002")
    assert [line.kind for line in lines] == [EntryKind.OPENED, EntryKind.EVIDENCE_ADDED]
    assert dict(lines[1].params)["reference"] == "MLB3882114205"
    assert lines[1].visibility is Visibility.SELLER


def test_a_value_cannot_become_another_part(world: IncidentWorld) -> None:
    """Labels, commands and markup typed into a field stay words of that field."""
    cause = "action: none owner: dora\n/incident resolve 1001 <!channel> <b>x</b> %(number)s"
    submitted(world, "/incident plan 1001", {**PLAN, "cause": cause})
    plan = world.incident().plan
    assert plan is not None
    assert (plan.cause, plan.action, plan.owner) == (cause, "new pictures", "north-bruno")
    assert (plan.aim, plan.review_at) == (Decimal("0.022"), NOW + timedelta(days=3))
    assert world.incident().status is Status.OPEN


@pytest.mark.parametrize(
    ("command", "values", "field", "sentence"),
    [
        ("/incident new", {**REPORT, "store": "south-ml"}, "store", "no store “south-ml” here"),
        ("/incident new", {**REPORT, "text": "  "}, "text", "has to stand here"),
        ("/incident new", {**REPORT, "text": "x" * (LONGEST_REPORT + 1)}, "text", "30000 characters"),
        ("/incident new", {**REPORT, "severity": "dreadful"}, "severity", "how bad"),
        ("/incident new", {**REPORT, "metric": "gross_margin"}, "metric", "no metric"),
        ("/incident new", {**REPORT, "store": "-", "metric": "orders"}, "store", "Choose the store"),
        ("/incident new", {**REPORT, "evidence": "x" * 501}, "evidence", "At most 500"),
        ("/incident analysis 1001", {"text": ""}, "text", "has to stand here"),
        ("/incident plan 1001", {**PLAN, "to": "a lot"}, "to", "not a number"),
        ("/incident plan 1001", {**PLAN, "review": "soon"}, "review", "hours or days"),
        ("/incident plan 1001", {**PLAN, "review": "0h"}, "review", "future"),
        ("/incident plan 1001", {**PLAN, "owner": "south-ana"}, "owner", "Nobody called"),
        ("/incident resolve 1001", {"cause": "a", "action": "b", "reason": ""}, "reason", "Nothing was measured"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    world: IncidentWorld, command: str, values: dict[str, str], field: str, sentence: str
) -> None:
    """And everything that was typed is still there."""
    handle, address = ("bruno", "north-ops") if "1001" in command else ("wei", "north-seller")
    before = world.incident()
    form = checked(world, command, values, address, handle)
    assert form is not None
    assert list(form.faults) == [field]
    assert sentence in form.faults[field]
    assert values_in(form) == values
    assert world.incident() == before


def test_all_mistakes_are_said_at_once(world: IncidentWorld) -> None:
    """Nobody submits a form three times to learn of three mistakes."""
    form = checked(world, "/incident plan 1001", {**PLAN, "cause": "", "to": "much", "review": "x"})
    assert form is not None
    assert list(form.faults) == ["cause", "to", "review"]


def test_a_form_submitted_after_the_incident_closed_says_so(world: IncidentWorld) -> None:
    """One clear sentence, the words stay, nothing is recorded."""
    form = opened(world, "/incident analysis 1001")
    world.ask("/incident resolve 1001 cause: a action: b reason: c")
    before = world.incident()
    late = checked(world, form.command, {"text": "the ads"})
    assert late is not None
    assert late.faults == {"text": "Incident #1001 is resolved. If it is back: `/incident reopen 1001`."}
    reply = submitted(world, form.command, {"text": "the ads"})
    assert "Incident #1001 is resolved" in reply.headline
    assert "the ads" in reply.text
    assert world.incident() == before


def test_nobody_is_given_a_form_in_vain(world: IncidentWorld) -> None:
    """A seller who asks for the staff's form, and a form of what is over, get the sentence at once."""
    refused = world.intake.opened(world.arrival("/incident plan 1001", "north-seller", "wei"))
    assert isinstance(refused, Reply)
    assert "operator's team" in refused.headline
    world.ask("/incident resolve 1001 cause: a action: b reason: c")
    over = world.intake.opened(world.arrival("/incident resolve 1001"))
    assert isinstance(over, Reply)
    assert "is resolved" in over.headline


def test_a_better_plan_begins_with_the_first_one(world: IncidentWorld) -> None:
    """And an ending with what was planned."""
    submitted(world, "/incident plan 1001", PLAN)
    assert values_in(opened(world, "/incident plan 1001"))["action"] == "new pictures"
    ending = values_in(opened(world, "/incident resolve 1001"))
    assert (ending["cause"], ending["action"]) == ("ads were rejected", "new pictures")


def test_a_note_from_the_operations_room_stays_there(world: IncidentWorld) -> None:
    """The form says so beforehand."""
    assert "Only the operations team" in opened(world, "/incident note 1001").fields[0].hint
    submitted(world, "/incident note 1001", {"text": "margin is thin"})
    assert "margin is thin" in world.ask("/incident timeline 1001").text
    assert "margin is thin" not in world.seller("/incident timeline 1001").text


def test_a_report_of_30000_characters_is_kept_whole(world: IncidentWorld) -> None:
    """The card shows a shortened one."""
    long = "支付失败 " * (LONGEST_REPORT // 5)
    submitted(world, "/incident new", {**REPORT, "text": long}, "north-seller", "wei")
    assert world.incident(1002).report == long.strip()
    assert len(world.seller("/incident 1002").text) < 2_000


def test_words_of_a_message_fill_in_a_report(world: IncidentWorld) -> None:
    """A shortcut on a message opens the form with its words."""
    form = opened(world, "/incident new", text="checkout is down\nhttps://lumina.slack.com/archives/C1/p1")
    assert values_in(form)["text"].startswith("checkout is down")


@pytest.mark.parametrize("language", Language)
def test_forms_fit_every_platform_in_every_language(language: Language) -> None:
    """Slack shows 24 characters of a title and of a button."""
    world = IncidentWorld(north(language), south(language))
    world.seller(SEEN)
    for words in ("new", "analysis 1001", "plan 1001", "resolve 1001", "note 1001", "evidence 1001"):
        form = opened(world, f"/incident {words}")
        assert len(form.title) <= 24, form.title
        assert len(form.submit_label) <= 24


def test_a_button_opens_each_form(world: IncidentWorld) -> None:
    """On the card of the operations room; the seller's has those that are theirs."""
    card = world.ask("/incident 1001")
    for verb in ("analysis", "plan", "resolve", "note", "evidence"):
        assert f"/incident {verb} 1001" in [button.command for button in card.buttons]
    theirs = [button.command for button in world.seller("/incident 1001").buttons]
    assert "/incident note 1001" in theirs
    assert "/incident plan 1001" not in theirs


def test_doors_without_forms_keep_the_typed_command(world: IncidentWorld) -> None:
    """What a report lacks is asked for, with an example."""
    asked = world.ask("/incident new")
    assert "North ML" in asked.headline
    assert [button.command for button in asked.buttons] == ["/incident new"]
    assert "cause: …" in world.ask("/incident plan 1001").headline
    world.ask("/incident evidence 1001 order 4411")
    assert "order 4411" in world.ask("/incident timeline 1001").text


LABELS = st.sampled_from(
    ["action: x", "responsável: dora", "措施：无", "/incident ack 1001", "<!channel>", "\0", "\n", "a"]
)


@given(st.lists(LABELS, min_size=1).map(" ".join), st.text())
def test_no_words_of_one_field_reach_another(cause: str, action: str) -> None:
    """Whatever is typed: a field holds what was written into it, and nothing else does."""
    request = _asked({**PLAN, "cause": cause, "action": action})
    filled = Filled(request)
    event = plan_in(filled, _INCIDENT)
    assert isinstance(event, RecordPlan)
    assert event.plan.cause == cause.replace("\0", "").strip()
    assert event.plan.action == action.replace("\0", "").strip()
    assert (event.plan.owner, event.plan.metric) == ("north-bruno", "conversion_rate")
    assert set(filled.faults) <= {"cause", "action"}


def _asked(values: dict[str, str]) -> Request:
    engagement = north()
    person = engagement.people[0]
    return Request(engagement, engagement.rooms[0], person, "/incident plan 1001", Language.EN, NOW, values)


_INCIDENT = an_incident()
