"""What a value read after a plan says of it, and what a review changes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from kpi.incidents.changes import Changed
from kpi.incidents.events import RecordPlan, Review, StartWatching, Verdict
from kpi.incidents.incident import THE_CLOCK, Movement
from kpi.incidents.reviews import reviewed_metric, verdict_of
from kpi.incidents.transitions import apply
from kpi.metrics.metric import Direction
from tests.kpi.incident_samples import a_plan, a_sighting, acknowledged, after, an_incident, watched

USUAL = (Decimal(20), Decimal(30))


@pytest.mark.parametrize(
    ("good", "movement", "aim", "value", "verdict"),
    [
        (Direction.UP, Movement.FALL, "25", "25", Verdict.IMPROVED),
        (Direction.UP, Movement.FALL, "25", "24.9", Verdict.NOT_IMPROVED),
        (Direction.UP, Movement.RISE, "25", "26", Verdict.IMPROVED),
        (Direction.DOWN, Movement.RISE, "25", "25", Verdict.IMPROVED),
        (Direction.DOWN, Movement.RISE, "25", "25.1", Verdict.NOT_IMPROVED),
        (Direction.DOWN, Movement.NONE, "25", "24", Verdict.IMPROVED),
        (Direction.NEUTRAL, Movement.FALL, "25", "26", Verdict.IMPROVED),
        (Direction.NEUTRAL, Movement.RISE, "25", "26", Verdict.NOT_IMPROVED),
        (Direction.BAND, Movement.RISE, "25", "24", Verdict.IMPROVED),
        (Direction.UP, Movement.FALL, "", "20", Verdict.IMPROVED),
        (Direction.UP, Movement.FALL, "", "19.9", Verdict.NOT_IMPROVED),
        (Direction.DOWN, Movement.RISE, "", "30", Verdict.IMPROVED),
        (Direction.DOWN, Movement.RISE, "", "30.1", Verdict.NOT_IMPROVED),
    ],
)
def test_a_value_is_held_against_the_aim_or_else_the_near_end_of_what_is_usual(
    good: Direction, movement: Movement, aim: str, value: str, verdict: Verdict
) -> None:
    """On its last step it is reached."""
    plan = replace(a_plan(), aim=Decimal(aim) if aim else None)
    assert verdict_of(plan, movement, good, Decimal(value), USUAL) is verdict


def test_without_aim_and_without_anything_usual_nothing_can_be_said() -> None:
    """It is not called improved because nobody knows better."""
    plan = replace(a_plan(), aim=None)
    assert verdict_of(plan, Movement.FALL, Direction.UP, Decimal(99), None) is Verdict.TOO_EARLY


def test_a_plan_that_moves_another_metric_is_reviewed_by_that_one_alone() -> None:
    """Its value is not that of the incident: what is shown as now stays what it is about."""
    plan = replace(a_plan(), metric="visits")
    incident = after(after(acknowledged(), RecordPlan(plan)), StartWatching())
    assert reviewed_metric(incident) == "visits"
    due = incident.review_due_at
    assert due is not None
    outcome = apply(incident, Review(Verdict.IMPROVED, a_sighting("4000", due)), THE_CLOCK, due)
    assert isinstance(outcome, Changed)
    assert outcome.incident.now == incident.now
    assert dict(outcome.entries[0].params) == {"before": "", "value": "4000", "metric": "visits"}


def test_without_a_plan_or_its_metric_the_one_of_the_incident_is_meant() -> None:
    """Empty where none was named at all."""
    assert reviewed_metric(an_incident()) == reviewed_metric(watched()) == "conversion_rate"
