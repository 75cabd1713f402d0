"""How bad an alert is, how loudly it interrupts, and when a room may be told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kpi.markets import BEIJING
from kpi.severities import (
    BEIJING_NIGHT,
    HANDLING,
    SEVERITY_OF,
    ClockSpan,
    Evidence,
    Grade,
    Interruption,
    QuietHours,
    Reason,
    Severity,
    grade,
    may_go_out_at,
)

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
SANTIAGO = ZoneInfo("America/Santiago")
TIJUANA = ZoneInfo("America/Tijuana")
ZONES = (SAO_PAULO, SANTIAGO, TIJUANA, BEIJING, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kathmandu"))
NIGHT = ClockSpan(time(21), time(9))

FIRING = Evidence(is_firing=True, z=4.0, change=0.3, judged_days=3)
STEEP = Evidence(is_firing=True, is_rate_fall=True, z=6.0, change=0.5, judged_days=2)


def at(zone: ZoneInfo, day: date, hour: int, minute: int = 0) -> datetime:
    """Return a local time as a UTC instant."""
    return datetime.combine(day, time(hour, minute), zone).astimezone(UTC)


def first_reason(evidence: Evidence) -> Reason | None:
    """Return what gave the severity."""
    found = grade(evidence)
    return found.reasons[0] if found else None


@pytest.mark.parametrize(
    ("evidence", "severity", "reason"),
    [
        (replace(FIRING, is_pooled=True), Severity.S1, Reason.POOLED),
        (STEEP, Severity.S1, Reason.STEEP_FALL),
        (Evidence(orders=0, expected_orders=10.0), Severity.S1, Reason.ZERO_ORDERS),
        (Evidence(is_limit_breached=True), Severity.S1, Reason.LIMIT_BREACHED),
        (replace(FIRING, lost_orders=7.0, engagement_orders=35.0), Severity.S2, Reason.LOST_ORDERS),
        (replace(FIRING, z=5.0), Severity.S2, Reason.STRONG),
        (Evidence(limit_days=14), Severity.S2, Reason.LIMIT_NEAR),
        (FIRING, Severity.S3, Reason.OTHER),
        (Evidence(is_watched=True, z=3.0), Severity.S4, Reason.WATCH),
    ],
)
def test_each_condition_at_its_limit_gives_its_severity(evidence: Evidence, severity: Severity, reason: Reason) -> None:
    """The value on the line counts."""
    found = grade(evidence)
    assert isinstance(found, Grade)
    assert (found.severity, found.reasons[0]) == (severity, reason)


@pytest.mark.parametrize(
    ("evidence", "reason"),
    [
        (replace(STEEP, change=0.499), Reason.STRONG),
        (replace(STEEP, judged_days=1), Reason.STRONG),
        (replace(STEEP, z=5.999), Reason.STRONG),
        (replace(STEEP, is_rate_fall=False), Reason.STRONG),
        (replace(STEEP, is_firing=False), None),
        (Evidence(orders=0, expected_orders=9.99), None),
        (Evidence(orders=1, expected_orders=10.0), None),
        (Evidence(orders=None, expected_orders=10.0), None),
        (replace(FIRING, lost_orders=6.99, engagement_orders=35.0), Reason.OTHER),
        (replace(FIRING, lost_orders=7.0, engagement_orders=0.0), Reason.OTHER),
        (Evidence(is_watched=True, lost_orders=7.0, engagement_orders=35.0), Reason.WATCH),
        (replace(FIRING, z=4.999), Reason.OTHER),
        (Evidence(limit_days=15), None),
        (Evidence(), None),
    ],
)
def test_one_past_the_limit_gives_less(evidence: Evidence, reason: Reason | None) -> None:
    """What just misses a condition is judged by the next one."""
    assert first_reason(evidence) is reason


def test_all_reasons_are_told_worst_first() -> None:
    """A message can say everything that made it serious."""
    found = grade(replace(STEEP, is_limit_breached=True, lost_orders=9.0, engagement_orders=10.0))
    assert found is not None
    assert found.reasons == (Reason.STEEP_FALL, Reason.LIMIT_BREACHED, Reason.LOST_ORDERS, Reason.STRONG)


@given(
    st.builds(
        Evidence,
        is_firing=st.booleans(),
        is_watched=st.booleans(),
        is_pooled=st.booleans(),
        is_rate_fall=st.booleans(),
        z=st.floats(-9, 9),
        change=st.floats(-1, 3),
        judged_days=st.integers(0, 14),
        orders=st.none() | st.integers(0, 3),
        expected_orders=st.floats(0, 30),
        lost_orders=st.floats(0, 30),
        engagement_orders=st.floats(0, 60),
        is_limit_breached=st.booleans(),
        limit_days=st.none() | st.integers(0, 60),
    )
)
def test_the_worst_reason_gives_the_severity_and_more_evidence_never_a_milder_one(evidence: Evidence) -> None:
    """Whatever fires or is watched has a severity, and a breach on top makes it S1."""
    found = grade(evidence)
    assert (found is not None) or not (evidence.is_firing or evidence.is_watched)
    if found is not None:
        given_by = [SEVERITY_OF[reason] for reason in found.reasons]
        assert given_by == sorted(given_by)
        assert found.severity is given_by[0]
    worse = grade(replace(evidence, is_limit_breached=True))
    assert worse is not None
    assert worse.severity is Severity.S1


def test_only_the_worst_becomes_an_incident_and_only_the_mildest_waits_for_the_digest() -> None:
    """The table of who is told when."""
    assert [severity for severity in Severity if HANDLING[severity].is_incident] == [Severity.S1]
    assert [HANDLING[severity].interruption for severity in Severity] == list(Interruption)
    assert [HANDLING[severity].answer_within for severity in Severity] == [
        timedelta(minutes=30),
        timedelta(hours=4),
        timedelta(hours=24),
        None,
    ]


def test_a_severity_knows_which_is_worse() -> None:
    """A message is repeated only when it got worse."""
    assert Severity.S1.is_worse_than(Severity.S2)
    assert not Severity.S2.is_worse_than(Severity.S2)
    assert not Severity.S4.is_worse_than(Severity.S3)


def test_every_reason_has_a_severity() -> None:
    """Reasons are listed worst first."""
    assert list(SEVERITY_OF) == list(Reason)
    assert list(SEVERITY_OF.values()) == sorted(SEVERITY_OF.values())


THURSDAY = date(2026, 11, 19)
FRIDAY = date(2026, 11, 20)
SATURDAY = date(2026, 11, 21)
MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (at(BEIJING, THURSDAY, 8, 59), at(BEIJING, THURSDAY, 9)),
        (at(BEIJING, THURSDAY, 9), at(BEIJING, THURSDAY, 9)),
        (at(BEIJING, THURSDAY, 20, 59), at(BEIJING, THURSDAY, 20, 59)),
        (at(BEIJING, THURSDAY, 21), at(BEIJING, FRIDAY, 9)),
        (at(BEIJING, FRIDAY, 0), at(BEIJING, FRIDAY, 9)),
    ],
)
def test_a_seller_in_china_is_told_in_the_next_slot_from_nine_to_nine(asked: datetime, told: datetime) -> None:
    """Nobody is woken for anything but the worst."""
    assert may_go_out_at(Severity.S2, asked, BEIJING_NIGHT) == told
    assert may_go_out_at(Severity.S3, asked, BEIJING_NIGHT) == told
    assert may_go_out_at(Severity.S1, asked, BEIJING_NIGHT) == asked


def test_a_weekend_or_holiday_is_for_the_two_worst_only() -> None:
    """S3 waits until Monday; with Monday a holiday, until Tuesday."""
    night = at(BEIJING, FRIDAY, 22)
    assert may_go_out_at(Severity.S2, night, BEIJING_NIGHT) == at(BEIJING, SATURDAY, 9)
    assert may_go_out_at(Severity.S3, night, BEIJING_NIGHT) == at(BEIJING, MONDAY, 9)
    holiday = replace(BEIJING_NIGHT, rest_days=frozenset({MONDAY}))
    assert may_go_out_at(Severity.S3, night, holiday) == at(BEIJING, MONDAY + timedelta(days=1), 9)


def test_a_watched_series_sends_no_message() -> None:
    """It is a line of the digest."""
    assert may_go_out_at(Severity.S4, at(BEIJING, THURSDAY, 12), BEIJING_NIGHT) is None


def test_a_room_without_quiet_hours_is_told_at_once() -> None:
    """The instant asked for comes back in UTC."""
    asked = datetime.combine(THURSDAY, time(3), SAO_PAULO)
    told = may_go_out_at(Severity.S2, asked, QuietHours(SAO_PAULO))
    assert told == asked
    assert told is not None
    assert told.tzinfo is UTC


def test_an_end_inside_another_span_opens_nothing() -> None:
    """Quiet until nine and again from half past eight to ten: open at ten."""
    hours = QuietHours(SAO_PAULO, (NIGHT, ClockSpan(time(8, 30), time(10))))
    assert hours.next_open(at(SAO_PAULO, THURSDAY, 7)) == at(SAO_PAULO, THURSDAY, 10)


def test_nine_in_the_morning_stays_nine_when_chile_moves_its_clocks() -> None:
    """The night of 6 September 2026 is an hour shorter in Santiago, that of 5 April an hour longer."""
    hours = QuietHours(SANTIAGO, (NIGHT,))
    asked = at(SANTIAGO, date(2026, 9, 5), 21)
    assert hours.next_open(asked) - asked == timedelta(hours=11)
    asked = at(SANTIAGO, date(2026, 4, 4), 21)
    assert hours.next_open(asked) - asked == timedelta(hours=13)


def test_an_hour_that_comes_twice_is_quiet_twice() -> None:
    """Tijuana's clocks go back from 2 to 1 on 1 November 2026: half past one comes twice, and ends the span twice."""
    hours = QuietHours(TIJUANA, (ClockSpan(time(22), time(1, 30)),))
    second_one = datetime(2026, 11, 1, 9, 10, tzinfo=UTC)
    assert second_one.astimezone(TIJUANA).time() == time(1, 10)
    assert hours.is_quiet(second_one)
    assert hours.next_open(second_one) == second_one + timedelta(minutes=20)


def test_an_end_that_clocks_skip_still_opens_the_day() -> None:
    """Santiago has no midnight on 6 September 2026: a span until midnight ends where one o'clock begins."""
    hours = QuietHours(SANTIAGO, (ClockSpan(time(20), time(0)),))
    opened = hours.next_open(at(SANTIAGO, date(2026, 9, 5), 23))
    assert opened.astimezone(SANTIAGO).time() == time(1)


def test_hours_that_leave_no_time_at_all_are_refused() -> None:
    """The mistake is caught where it is made."""
    with pytest.raises(ValueError, match="cannot start and end"):
        ClockSpan(time(9), time(9))
    with pytest.raises(ValueError, match="whole day"):
        QuietHours(BEIJING, (NIGHT, ClockSpan(time(8), time(22))))
    with pytest.raises(ValueError, match="all of its days"):
        QuietHours(BEIJING, (), frozenset(range(7)))


CLOCK = st.times().map(lambda one: one.replace(second=0, microsecond=0))
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive by contract


@st.composite
def quiet_hours(draw: st.DrawFn) -> QuietHours:
    """Return the hours of some room."""
    spans = draw(st.lists(st.tuples(CLOCK, CLOCK), max_size=3))
    weekdays = draw(st.frozensets(st.integers(0, 6), max_size=6))
    holidays = draw(st.frozensets(st.dates(date(2026, 1, 1), date(2028, 1, 1)), max_size=5))
    assume(all(starts != ends for starts, ends in spans))
    try:
        return QuietHours(draw(st.sampled_from(ZONES)), tuple(ClockSpan(*one) for one in spans), weekdays, holidays)
    except ValueError:
        return draw(st.nothing())


@given(INSTANTS, quiet_hours(), st.sampled_from([Severity.S2, Severity.S3]))
def test_a_message_goes_out_never_in_quiet_hours_and_never_before_it_was_asked(
    asked: datetime, hours: QuietHours, severity: Severity
) -> None:
    """In any zone, with any spans, over every change of clocks."""
    told = may_go_out_at(severity, asked, hours)
    assert told is not None
    assert told >= asked
    assert told.tzinfo is UTC
    assert not hours.is_quiet(told)
    assert may_go_out_at(severity, told, hours) == told
    if severity is Severity.S3:
        assert not hours.is_rest(told.astimezone(hours.zone).date())


@given(INSTANTS, st.sampled_from([SAO_PAULO, BEIJING]), CLOCK, CLOCK)
def test_a_message_waits_no_longer_than_the_quiet_hours(
    asked: datetime, zone: ZoneInfo, starts: time, ends: time
) -> None:
    """Just before it goes out, the room was still quiet."""
    assume(starts != ends)
    hours = QuietHours(zone, (ClockSpan(starts, ends),))
    told = hours.next_open(asked)
    assert told == asked or hours.is_quiet(told - timedelta(microseconds=1))
    assert told - asked < timedelta(days=1)
