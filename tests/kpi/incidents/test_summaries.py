"""What a summary holds for either side."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kpi.deliveries import CauseKind, Delivery, DeliveryState, Placing
from kpi.engagements import Audience, Platform
from kpi.incidents.events import Acknowledge, Comment, Event, RecordAnalysis, RecordPlan, Resolve
from kpi.incidents.incident import EntryKind, Incident, Movement, Subject, TimelineEntry, Visibility
from kpi.incidents.notices import IncidentNotice, IncidentNoticeKind
from kpi.incidents.openings import opening_entry
from kpi.incidents.summaries import IncidentSummary, for_seller, summarise, time_taken, told_of
from kpi.incidents.transitions import apply
from kpi.languages import Language
from kpi.promises import Promise, PromiseState
from tests.handlers.world import north
from tests.kpi.incident_samples import ANA, HOUR, MINUTE, MONDAY_TEN, a_plan, an_analysis, an_incident, changed

EVENTS: tuple[Event, ...] = (
    Acknowledge(),
    Comment("their margin is thin", Language.PT, Visibility.INTERNAL),
    RecordAnalysis(an_analysis()),
    RecordPlan(a_plan()),
    Resolve("ads", "pictures", Language.PT, "the director wants it"),
)


def lived(incident: Incident | None = None) -> tuple[Incident, tuple[TimelineEntry, ...]]:
    """Return an incident after one event every twenty minutes, with its timeline."""
    incident = replace(incident or an_incident(), number=1001)
    lines = [opening_entry(incident)]
    for place, event in enumerate(EVENTS, 1):
        outcome = apply(incident, event, ANA, MONDAY_TEN + 20 * place * MINUTE)
        incident = changed(outcome)
        lines += outcome.entries  # type: ignore[union-attr]
    return incident, tuple(lines)


def a_delivery(notice: str, room: str, state: DeliveryState = DeliveryState.SENT) -> Delivery:
    """Return what became of a message."""
    kind, at = CauseKind.INCIDENT, MONDAY_TEN
    return Delivery(f"{notice}/{room}", f"{notice}/{room}", kind, notice, "north", room, Platform.SLACK, state, at, at)


def summary(incident: Incident | None = None) -> IncidentSummary:
    """Return the operator's summary of an incident whose card went to both rooms and to one that is gone."""
    ended, lines = lived(incident)
    card = IncidentNotice("n-1", IncidentNoticeKind.CARD, ended, MONDAY_TEN)
    rooms = ("north-seller", "north-ops", "gone")
    told = told_of(north(), (card,), [a_delivery("n-1", room) for room in rooms])
    return summarise(ended, lines, told, MONDAY_TEN + 3 * HOUR)


def test_a_summary_says_how_long_each_answer_took_and_what_was_kept() -> None:
    """From the opening."""
    made = summary()
    assert {promise: taken and taken.calendar for promise, taken in made.taken} == {
        Promise.ACKNOWLEDGEMENT: 20 * MINUTE,
        Promise.ANALYSIS: 60 * MINUTE,
        Promise.PLAN: 80 * MINUTE,
    }
    assert made.resolution is not None
    assert made.resolution.counted == 100 * MINUTE
    assert {one.state for one in made.promises} == {PromiseState.KEPT}


def test_what_did_not_happen_took_no_time() -> None:
    """None is not nothing."""
    assert time_taken(an_incident(), None) is None
    taken = time_taken(an_incident(), MONDAY_TEN)
    assert taken is not None
    assert taken.calendar == timedelta(0)


def test_the_sellers_summary_leaves_out_what_is_internal() -> None:
    """Other rooms, internal lines, the reason of an early end, what was computed of other stores."""
    made = for_seller(summary())
    assert [one.room for one in made.told] == ["north-seller"]
    assert EntryKind.COMMENTED not in {line.kind for line in made.lines}
    assert "director" not in repr(made.incident.closing)
    assert made.incident.report == ""
    assert made.incident.first_look is None
    assert "director" in repr(summary().incident.closing)


def test_there_is_no_summary_of_a_margin_for_the_seller() -> None:
    """They do not even know that there is one."""
    about = Subject("lumina-ml-br", "contribution_margin", Movement.FALL)
    with pytest.raises(ValueError, match="not for the seller"):
        for_seller(summary(replace(an_incident(), subject=about)))


def test_only_messages_of_the_incident_are_told() -> None:
    """A digest with the same cause would be a mistake; a room that left is the operator's business."""
    notice = IncidentNotice("n-1", IncidentNoticeKind.CALL, an_incident(), MONDAY_TEN, person="ana")
    digest = replace(a_delivery("n-1", "north-ops"), cause_kind=CauseKind.DIGEST)
    failed = replace(a_delivery("n-1", "gone", DeliveryState.FAILED), reason="archived", placing=Placing.EDIT)
    (told,) = told_of(north(), (notice,), (digest, failed, a_delivery("n-2", "north-ops")))
    assert (told.audience, told.kind, told.person) == (Audience.OPERATIONS, IncidentNoticeKind.CALL, "ana")
    assert (told.state, told.reason, told.placing) == (DeliveryState.FAILED, "archived", Placing.EDIT)
