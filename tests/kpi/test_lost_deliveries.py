"""Messages of an incident that did not arrive: written down, and the next level called where nobody heard."""

from __future__ import annotations

from datetime import timedelta

from kpi.incidents.climbs import SMALLEST_GAP
from kpi.incidents.escalations import Step, StepKind, agenda, take
from kpi.incidents.events import Acknowledge, LoseDelivery, MissPromise, Resolve
from kpi.incidents.incident import THE_CLOCK, EntryKind, Incident, Visibility
from kpi.incidents.transitions import apply
from kpi.languages import Language
from kpi.promises import Promise
from tests.kpi.incident_samples import ANA, MINUTE, MONDAY_TEN, after, an_incident, changed

LATER = MONDAY_TEN + MINUTE


def lost(call: int = 1) -> LoseDelivery:
    """Return the loss of the message of a call."""
    return LoseDelivery("d1", "lumina-ops", "channel_not_found", call)


def call_due(incident: Incident) -> Step:
    """Return the next call."""
    return next(step for step in agenda(incident) if step.kind is StepKind.CALL)


def called(incident: Incident) -> Incident:
    """Return an incident after the call that is due next."""
    step = call_due(incident)
    return changed(take(incident, step, step.due_at))


def test_a_call_nobody_heard_is_followed_by_the_next_level_at_once() -> None:
    """Waiting half an hour for somebody who knows nothing is time lost."""
    unheard = after(called(an_incident()), lost(), THE_CLOCK, LATER)
    assert call_due(unheard).due_at == LATER + SMALLEST_GAP
    assert unheard.answering.level == 1


def test_what_was_lost_is_in_the_timeline_of_the_operator_with_its_reason() -> None:
    """Whoever looks why nobody came finds it."""
    outcome = apply(called(an_incident()), lost(), THE_CLOCK, LATER)
    (line,) = outcome.entries  # type: ignore[union-attr]
    assert (line.kind, line.visibility) == (EntryKind.UNDELIVERED, Visibility.INTERNAL)
    assert dict(line.params) == {
        "delivery": "d1",
        "room": "lumina-ops",
        "reason": "channel_not_found",
        "remedy": "",
    }


def test_an_older_call_and_other_messages_hurry_nobody() -> None:
    """Only the newest call says who knows of it now."""
    twice = called(called(an_incident()))
    for call in (0, 1):
        assert after(twice, lost(call), THE_CLOCK, LATER) == twice


def test_whoever_was_called_before_is_not_called_faster() -> None:
    """A room that is gone must not make one person's phone ring every few seconds."""
    incident = an_incident()
    for _ in range(4):
        incident = called(incident)
    assert incident.answering.level == 0
    assert after(incident, lost(4), THE_CLOCK, LATER) == incident


def test_while_somebody_has_it_only_calls_about_missed_promises_are_hurried() -> None:
    """Nobody is called because a call was lost that an answer has overtaken."""
    held = after(called(an_incident()), Acknowledge(), ANA, LATER)
    assert after(held, lost(), THE_CLOCK, LATER + MINUTE) == held
    due = held.due_at(Promise.ANALYSIS)
    late = called(after(held, MissPromise(Promise.ANALYSIS), THE_CLOCK, due))
    hurried = after(late, lost(2), THE_CLOCK, due + MINUTE)
    assert call_due(hurried).due_at == due + MINUTE + SMALLEST_GAP


def test_of_an_incident_that_is_over_a_loss_is_only_written_down() -> None:
    """What is over stays over."""
    over = after(called(an_incident()), Resolve("ads", "pictures", Language.PT, "it is back"))
    assert after(over, lost(), THE_CLOCK, LATER + timedelta(hours=1)) == over
