"""When a drill is due, and what a drill may and may not do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from kpi.audits.drills import monthly_drill
from kpi.engagements import Engagement, Role
from kpi.incidents.changes import Refusal, Refused
from kpi.incidents.escalations import StepKind, agenda
from kpi.incidents.events import Acknowledge, EndDrill, Merge, Reopen
from kpi.incidents.incident import THE_CLOCK, Status
from kpi.incidents.transitions import apply
from kpi.incidents.views import is_for_sellers
from kpi.languages import Language
from kpi.markets import BEIJING
from kpi.promises import Promise
from kpi.working_hours import WorkingHours
from tests.handlers.world import north
from tests.kpi.incident_samples import ANA, LI, MINUTE, MONDAY_TEN, a_policy, after, an_incident, refused


def with_hours(hours: WorkingHours) -> Engagement:
    """Return an engagement whose account manager works in these hours."""
    people = tuple(replace(one, hours=hours) if one.role is Role.ACCOUNT_MANAGER else one for one in north().people)
    return replace(north(), people=people)


@pytest.mark.parametrize(
    ("month", "hours", "due_at"),
    [
        (date(2026, 9, 1), WorkingHours(BEIJING), datetime(2026, 9, 1, 2, tzinfo=UTC)),
        (date(2026, 11, 1), WorkingHours(BEIJING), datetime(2026, 11, 3, 2, tzinfo=UTC)),
        (date(2026, 12, 1), WorkingHours(BEIJING, time(14), time(22)), datetime(2026, 12, 1, 6, tzinfo=UTC)),
        # The sixth of October 2026 is a holiday in China; the first working day after it is the eighth.
        (date(2026, 10, 1), WorkingHours(BEIJING, country="CN"), datetime(2026, 10, 8, 1, tzinfo=UTC)),
    ],
)
def test_a_drill_is_due_on_the_first_tuesday_in_working_hours(
    month: date, hours: WorkingHours, due_at: datetime
) -> None:
    """At ten where the account manager works then, else when they next begin."""
    drill = monthly_drill(with_hours(hours), month)
    assert (drill.key, drill.due_at) == (f"drill/north/{month:%Y-%m}", due_at)


def test_without_an_account_manager_the_hours_of_the_store_count() -> None:
    """Ten in São Paulo; without any store, ten in Beijing."""
    nobody = replace(north(), people=())
    month = date(2026, 12, 1)
    assert monthly_drill(nobody, month).due_at == datetime(2026, 12, 1, 13, tzinfo=UTC)
    assert monthly_drill(replace(nobody, stores=()), month).due_at == datetime(2026, 12, 1, 2, tzinfo=UTC)


def test_a_drill_owes_nothing_but_that_somebody_takes_it() -> None:
    """No analysis, no plan, and the seller never hears of it."""
    drill = replace(an_incident(), is_drill=True)
    assert drill.promised == (Promise.ACKNOWLEDGEMENT,)
    assert [step.kind for step in agenda(drill)] == [StepKind.CALL]
    assert not is_for_sellers(drill)
    taken = after(drill, Acknowledge())
    assert [step.kind for step in agenda(taken)] == [StepKind.REMINDER]


def test_only_a_drill_is_ended_by_vigia_itself() -> None:
    """An incident ends on a person's word or by a review."""
    at = MONDAY_TEN + MINUTE
    assert refused(apply(an_incident(), EndDrill(), THE_CLOCK, at)) == Refused(Refusal.NOT_ALLOWED)
    drill = replace(an_incident(), is_drill=True)
    assert refused(apply(drill, EndDrill(), ANA, at)).reason is Refusal.NOT_ALLOWED
    ended = after(drill, EndDrill(), THE_CLOCK)
    assert (ended.status, agenda(ended)) == (Status.RESOLVED, ())


def test_a_drill_is_not_opened_again_and_takes_no_incident_in() -> None:
    """What follows it would never end; what went into it would end with it."""
    drill = replace(an_incident(), is_drill=True)
    ended = after(drill, EndDrill(), THE_CLOCK)
    again = Reopen("", Language.EN, a_policy())
    assert refused(apply(ended, again, LI, MONDAY_TEN + MINUTE)).reason is Refusal.NOTHING_TO_REOPEN
    real = replace(an_incident(), number=1002)
    assert refused(apply(real, Merge(drill), ANA, MONDAY_TEN + MINUTE)).reason is Refusal.NOT_ONE_INCIDENT
