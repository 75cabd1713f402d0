"""“Ask me later” as a form: bounded by the working day and by what is owed, and said beside the field."""

from __future__ import annotations

import pytest

from handlers.messages import Arrival, Form, Reply
from kpi.engagements import Platform
from kpi.incidents.incident import EntryKind, Visibility
from tests.handlers.call_world import HOUR, MINUTE, CallWorld

PLAN = "/incident plan 1001 cause: ads action: new pictures to: 2.4% review: 400h"
COMMAND = "/incident snooze 1001"


@pytest.fixture
def asked() -> CallWorld:
    """Return a world in which Ana owes nothing more, just when she is asked whether it is still hers."""
    made = CallWorld()
    made.declare()
    for text in ("/incident ack 1001", "/incident analysis 1001 the ads were rejected", PLAN):
        made.staff(text)
    while EntryKind.REMINDED not in made.kinds():
        made.live(10 * MINUTE, step=10 * MINUTE)
    return made


def _arrival(world: CallWorld, handle: str = "U0ANA", **values: str) -> Arrival:
    return Arrival(Platform.SLACK, "C0NORTH", handle, COMMAND, world.clock(), f"form {values} {handle}", values=values)


def _form(world: CallWorld) -> Form:
    form = world.intake.opened(_arrival(world))
    assert isinstance(form, Form)
    return form


def _faults(world: CallWorld, **values: str) -> dict[str, str]:
    found = world.intake.checked(_arrival(world, **{"until": "1h", **values}))
    assert not isinstance(found, Reply)
    return dict(found.faults) if found else {}


def test_the_form_offers_only_what_is_allowed(asked: CallWorld) -> None:
    """It is Tuesday, 10:00 in Beijing and 23:00 on the room's clock; her working day ends at 07:00 there."""
    until, at, _ = _form(asked).fields
    assert [value for value, _ in until.options[:3]] == ["2h", "1h", "4h"]
    assert until.options[3][1].startswith("as long as possible (")
    assert "your working day ends then" in at.hint


def test_a_snooze_by_form_says_when_it_asks_again_and_keeps_the_reason(asked: CallWorld) -> None:
    """The reason is the operator's own."""
    assert _faults(asked, until="2h", reason="waiting for the courier") == {}
    reply = asked.intake.answer(_arrival(asked, until="2h", reason="waiting for the courier"))
    assert reply is not None
    assert "You are asked again" in reply.notes[0]
    held = asked.incident().acknowledgement
    assert held is not None
    assert held.stale_at - asked.clock() == 2 * HOUR
    with asked.books.view() as work:
        line = work.incidents.timeline(asked.incident().id)[-1]
    assert (line.kind, line.body, line.visibility) == (
        EntryKind.SNOOZED,
        "waiting for the courier",
        Visibility.INTERNAL,
    )


@pytest.mark.parametrize(
    ("at", "sentence"), [("2026-08-31 10:00", "is over already"), ("3d", "too long: until"), ("x", "is no time")]
)
def test_a_time_that_cannot_be_is_refused_inside_the_form(asked: CallWorld, at: str, sentence: str) -> None:
    """In one line it would be shortened and said; a form says it before anything happens."""
    assert sentence in _faults(asked, at=at)["at"]


def test_the_latest_time_is_taken_and_a_minute_more_is_not(asked: CallWorld) -> None:
    """The end of the owner's working day, on the room's clock."""
    last, _ = _form(asked).fields[0].options[-1]
    assert _faults(asked, at=last) == {}
    day, clock = last.split()
    hours, minutes = clock.split(":")
    assert list(_faults(asked, at=f"{day} {hours}:{int(minutes) + 1:02d}")) == ["at"]


def test_nobody_but_the_owner_fills_it_in(asked: CallWorld) -> None:
    """Whoever is not asked cannot be asked later."""
    reply = asked.intake.opened(_arrival(asked, "U0BRUNO"))
    assert isinstance(reply, Reply)
    assert "Ana of north has incident #1001" in reply.headline


def test_a_form_of_an_incident_that_ended_meanwhile_says_so(asked: CallWorld) -> None:
    """Nothing that was typed is lost: the form stays open with it."""
    asked.staff("/incident resolve 1001 cause: a action: b reason: c")
    found = asked.intake.checked(_arrival(asked, until="2h", reason="courier"))
    assert isinstance(found, Form | Reply)
    assert "#1001" in (found.headline if isinstance(found, Reply) else found.faults["until"])


def test_one_line_takes_a_clock_and_a_reason(asked: CallWorld) -> None:
    """As the form does."""
    asked.staff(f"{COMMAND} 30 min waiting for the courier")
    with asked.books.view() as work:
        assert work.incidents.timeline(asked.incident().id)[-1].body == "waiting for the courier"
