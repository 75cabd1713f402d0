"""What a month's record counts, and what it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from kpi.deliveries import HANDED_OVER, CauseKind, Delivery, DeliveryState
from kpi.digests import DigestSlot
from kpi.engagements import Audience, Platform
from kpi.incidents.events import Acknowledge, RecordAnalysis, RecordPlan, Resolve
from kpi.incidents.incident import Incident, Status
from kpi.languages import Language
from kpi.promises import Promise
from kpi.service_records.months import ServiceMonth
from kpi.service_records.record import (
    SENDING_TAKES,
    DigestCount,
    MonthOfService,
    PromiseCount,
    ServiceRecord,
    middle,
    service_record,
)
from kpi.severities import Severity
from tests.kpi.incident_samples import (
    ALWAYS,
    ANA,
    DAY,
    HOUR,
    IN_BRAZIL,
    MINUTE,
    MONDAY_TEN,
    SAO_PAULO,
    a_plan,
    a_policy,
    after,
    an_analysis,
    an_incident,
)

NOVEMBER = ServiceMonth(date(2026, 11, 1), SAO_PAULO)
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
"""09:00 in São Paulo: November is over."""
ENDS = Resolve("ads", "pictures", Language.PT, "it is fine")


def counted(*incidents: Incident, now: datetime = NOW, reopenings: tuple[str, ...] = ()) -> ServiceRecord:
    """Return the record of November with these incidents, numbered in order."""
    numbered = tuple(replace(one, number=1001 + place) for place, one in enumerate(incidents))
    stored = MonthOfService("lumina", NOVEMBER, numbered, frozenset(reopenings), (), ())
    return service_record(stored, Audience.OPERATIONS, now)


def answered(acknowledgement: timedelta, analysis: timedelta, plan: timedelta, end: timedelta) -> Incident:
    """Return an incident that was taken, analysed, planned for and ended so long after its opening."""
    incident = an_incident(policy=a_policy(ALWAYS))
    incident = after(incident, Acknowledge(), at=MONDAY_TEN + acknowledgement)
    incident = after(incident, RecordAnalysis(an_analysis()), at=MONDAY_TEN + analysis)
    incident = after(incident, RecordPlan(a_plan()), at=MONDAY_TEN + plan)
    return after(incident, ENDS, at=MONDAY_TEN + end)


def promise(record: ServiceRecord, which: Promise) -> PromiseCount:
    """Return how one promise was kept."""
    return dict(record.promises)[which]


def test_a_promise_is_kept_late_missed_or_no_longer_owed() -> None:
    """Within its time, after it, never, or not any more because the incident ended before."""
    kept = answered(10 * MINUTE, HOUR, 20 * HOUR, 21 * HOUR)
    late = answered(40 * MINUTE, 5 * HOUR, 25 * HOUR, 26 * HOUR)
    ended_early = after(an_incident(policy=a_policy(ALWAYS)), ENDS, at=MONDAY_TEN + HOUR)
    ended_late = after(an_incident(policy=a_policy(ALWAYS)), ENDS, at=MONDAY_TEN + 30 * HOUR)
    record = counted(kept, late, ended_early, ended_late)
    assert promise(record, Promise.ACKNOWLEDGEMENT) == PromiseCount(kept=1, late=3)
    assert promise(record, Promise.ANALYSIS) == PromiseCount(kept=1, late=1, missed=1, dropped=1)
    assert promise(record, Promise.PLAN) == PromiseCount(kept=1, late=1, missed=1, dropped=1)
    assert record.overdue == 0


def test_what_an_open_incident_owes_is_overdue_or_still_running() -> None:
    """As of now: the clock goes on after the month."""
    incident = an_incident(policy=a_policy(ALWAYS))
    soon = counted(incident, now=MONDAY_TEN + 5 * HOUR)
    assert (soon.overdue, soon.still_open, soon.is_so_far) == (2, 1, True)
    assert promise(soon, Promise.PLAN) == PromiseCount(running=1)
    assert (counted(incident).overdue, counted(incident).is_so_far) == (3, False)


def test_medians_and_worst_are_of_those_that_came_to_it() -> None:
    """The others are counted as never, not left out in silence."""
    record = counted(
        answered(10 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR),
        answered(20 * MINUTE, 2 * HOUR, 4 * HOUR, 9 * HOUR),
        answered(90 * MINUTE, 3 * HOUR, 9 * HOUR, 30 * HOUR),
        an_incident(policy=a_policy(ALWAYS)),
    )
    spread = dict(record.times)[Promise.ACKNOWLEDGEMENT]
    assert spread.median is not None
    assert spread.worst is not None
    assert (spread.count, spread.without) == (3, 1)
    assert (spread.median.counted, spread.worst.counted) == (20 * MINUTE, 90 * MINUTE)
    assert record.resolution.median is not None
    assert record.resolution.median.calendar == 9 * HOUR


def test_times_are_counted_as_the_promises_are_and_on_the_calendar() -> None:
    """Overnight no working time passes, except for what is critical."""
    friday_evening = datetime(2026, 11, 20, 20, tzinfo=UTC)  # 17:00 in São Paulo, an hour before the end

    def taken(severity: Severity) -> tuple[timedelta, timedelta]:
        opened = an_incident(severity, a_policy(IN_BRAZIL), friday_evening)
        ended = after(opened, ENDS, at=friday_evening + 3 * DAY)
        spread = counted(ended).resolution
        assert spread.median is not None
        return spread.median.counted, spread.median.calendar

    # The twentieth of November is a holiday in Brazil: nothing is counted before Monday, 09:00 to 17:00.
    assert taken(Severity.S2) == (8 * HOUR, 3 * DAY)
    assert taken(Severity.S1) == (3 * DAY, 3 * DAY)


def test_an_incident_belongs_to_the_month_it_was_opened_in() -> None:
    """Also when it ends in the next one; a moment earlier or later it is another month's."""
    last, first = NOVEMBER.ends_at - timedelta(seconds=1), NOVEMBER.begins_at
    inside = after(an_incident(at=last), ENDS, at=last + 3 * DAY)
    record = counted(an_incident(at=first), inside, now=last + 5 * DAY)
    assert (record.incidents, record.resolution.count, record.still_open) == (2, 1, 1)
    outside = counted(an_incident(at=first - timedelta(seconds=1)), an_incident(at=NOVEMBER.ends_at))
    assert outside.incidents == 0


def test_drills_and_merged_incidents_are_counted_apart() -> None:
    """Neither makes the service look better or worse."""
    drill = replace(an_incident(), is_drill=True)
    merged = replace(an_incident(), status=Status.MERGED, merged_into="lumina-1")
    record = counted(drill, merged, an_incident(Severity.S1))
    assert (record.incidents, record.drills, record.merged) == (1, 1, 1)
    assert dict(record.severities) == {Severity.S1: 1, Severity.S2: 0, Severity.S3: 0, Severity.S4: 0}


def test_what_came_back_is_kept_apart_from_what_was_opened_again() -> None:
    """Both follow an incident that had ended; a person reopened only one."""
    record = counted(
        replace(an_incident(), previous="lumina-900"),
        replace(an_incident(), previous="lumina-901"),
        an_incident(),
        reopenings=("lumina-1002",),
    )
    assert (record.repeats, record.reopened) == (1, 1)


def test_a_month_without_anything_says_no_number() -> None:
    """No incident has no median, no digest has no punctuality."""
    record = counted()
    assert (record.incidents, record.digests, record.messages) == (0, None, 0)
    assert record.resolution.median is None


DEADLINE = datetime(2026, 11, 20, 13, tzinfo=UTC)


def a_slot(number: int, deadline_at: datetime = DEADLINE) -> DigestSlot:
    """Return one room's digest of a day."""
    day = date(2026, 11, number)
    return DigestSlot(f"digest/lumina/{day}/room", "lumina", "room", day, deadline_at - HOUR, deadline_at)


def sent(
    settled_at: datetime, state: DeliveryState = DeliveryState.SENT, kind: CauseKind = CauseKind.DIGEST
) -> Delivery:
    """Return what became of a digest."""
    return Delivery(
        "d", "k", kind, "D-1", "lumina", "room", Platform.SLACK, state, DEADLINE, DEADLINE, settled_at=settled_at
    )


def test_a_digest_is_on_time_until_its_deadline_and_the_moment_sending_takes() -> None:
    """A failed one, a notice that it was missed, and one nobody knows of are no digest."""
    latest = DEADLINE + SENDING_TAKES
    digests = (
        (a_slot(1), sent(DEADLINE)),
        (a_slot(2), sent(latest)),
        (a_slot(3), sent(latest + timedelta(seconds=1))),
        (a_slot(4), sent(DEADLINE, DeliveryState.FAILED)),
        (a_slot(5), sent(DEADLINE, DeliveryState.UNKNOWN)),
        (a_slot(6), sent(DEADLINE, kind=CauseKind.NOTICE)),
        (a_slot(7), None),
        (a_slot(8, NOW), None),
    )
    stored = MonthOfService("lumina", NOVEMBER, (), frozenset(), digests, ())
    record = service_record(stored, Audience.SELLER, NOW)
    assert record.digests == DigestCount(due=8, on_time=2, late=1, not_sent=4, waiting=1)


def test_messages_that_failed_or_nobody_knows_of_are_counted() -> None:
    """Of all whose fate is known."""
    deliveries = tuple(
        sent(DEADLINE, state) for state in (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.UNKNOWN)
    )
    stored = MonthOfService("lumina", NOVEMBER, (), frozenset(), (), deliveries)
    record = service_record(stored, Audience.SELLER, NOW)
    assert (record.messages, record.undelivered, record.unknown) == (3, 1, 1)
    assert (record.handed_over, record.handed_over_digests) == (0, 0)


def test_what_a_person_has_to_forward_is_told_apart_from_what_was_delivered() -> None:
    """Sent to that person, beside other remarks; one that failed or went into the room itself is none."""
    handed = replace(sent(DEADLINE), reason=f"taken by wecom; without its picture: late; {HANDED_OVER} ana")
    deliveries = (
        handed,
        replace(handed, cause_kind=CauseKind.ALERT),
        replace(handed, state=DeliveryState.FAILED),
        replace(handed, reason="taken by wecom"),
        replace(handed, reason=f"taken by slack; nothing was {HANDED_OVER} ana"),
    )
    stored = MonthOfService("lumina", NOVEMBER, (), frozenset(), ((a_slot(1), handed),), deliveries)
    record = service_record(stored, Audience.SELLER, NOW)
    assert (record.messages, record.undelivered, record.handed_over, record.handed_over_digests) == (5, 1, 2, 1)
    assert record.digests == DigestCount(due=1, on_time=1, late=0, not_sent=0)


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=40))
def test_the_median_is_that_of_the_seconds(seconds: list[int]) -> None:
    """Half of them are no longer and half no shorter."""
    lengths = [timedelta(seconds=one) for one in seconds]
    found = middle(lengths)
    assert found.total_seconds() == float(median(seconds))
    assert sum(one <= found for one in lengths) * 2 >= len(lengths)
    assert sum(one >= found for one in lengths) * 2 >= len(lengths)


@given(st.lists(st.tuples(st.integers(0, 3000), st.booleans()), max_size=12), st.integers(0, 4000))
def test_every_incident_is_counted_once_under_each_promise(ends: list[tuple[int, bool]], now_minutes: int) -> None:
    """Whatever happened to it: the six columns of a promise add up to the incidents."""
    incidents = []
    for minutes, is_taken in ends:
        incident = an_incident(policy=a_policy(ALWAYS))
        if is_taken:
            incident = after(incident, Acknowledge(), ANA, MONDAY_TEN + minutes * MINUTE / 2)
        incidents.append(after(incident, ENDS, ANA, MONDAY_TEN + minutes * MINUTE) if minutes % 2 else incident)
    record = counted(*incidents, now=MONDAY_TEN + now_minutes * MINUTE)
    for _, one in record.promises:
        assert one.kept + one.late + one.missed + one.overdue + one.running + one.dropped == len(ends)
    for _, spread in record.times:
        assert spread.count + spread.without == len(ends)
