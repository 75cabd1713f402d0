"""Working time adds up, whatever the clocks of a country do."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.working_hours import WorkingHours, usual_hours

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
BEIJING = ZoneInfo("Asia/Shanghai")
ZONES = tuple(
    map(ZoneInfo, ("America/Sao_Paulo", "America/Santiago", "America/Mexico_City", "Asia/Shanghai", "Europe/London"))
)
NOTHING = timedelta(0)
MICROSECOND = timedelta(microseconds=1)

hours = st.builds(
    WorkingHours,
    st.sampled_from(ZONES),
    st.times().map(lambda at: at.replace(microsecond=0)),
    st.times().map(lambda at: at.replace(microsecond=0)),
    st.sets(st.integers(0, 6), min_size=1).map(frozenset),
    st.sampled_from(("", "BR", "CL", "CN")),
)
instants = st.datetimes(datetime(2018, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
durations = st.timedeltas(NOTHING, timedelta(days=12))


def local(text: str, zone: ZoneInfo = SAO_PAULO) -> datetime:
    """Return the instant of a local time."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@given(hours, instants, durations)
def test_a_due_time_never_lies_outside_working_hours(work: WorkingHours, at: datetime, duration: timedelta) -> None:
    """A promise is never due at night; the end of a shift still belongs to it."""
    due = work.after(at, duration)
    assert due >= at
    assert work.is_open(due) or work.is_open(due - MICROSECOND)


@given(hours, instants, durations)
def test_what_was_counted_forward_is_counted_back(work: WorkingHours, at: datetime, duration: timedelta) -> None:
    """Four hours from now, four hours are left."""
    assert work.between(at, work.after(at, duration)) == duration


@given(hours, instants, durations, durations)
def test_working_time_adds_up(work: WorkingHours, at: datetime, one: timedelta, other: timedelta) -> None:
    """Half an hour and then an hour is an hour and a half."""
    assert work.after(work.after(at, one), other) == work.after(at, one + other)


@given(hours, instants, durations, durations)
def test_more_time_is_never_due_earlier(work: WorkingHours, at: datetime, one: timedelta, other: timedelta) -> None:
    """Nor does a later beginning make anything due earlier."""
    shorter, longer = sorted((one, other))
    assert work.after(at, shorter) <= work.after(at, longer)
    assert work.after(at, one) <= work.after(at + other, one)


@given(hours, instants)
def test_no_time_at_all_is_now_or_the_next_opening(work: WorkingHours, at: datetime) -> None:
    """In working hours nothing moves; outside, the clock starts with the next shift."""
    due = work.after(at, NOTHING)
    if work.is_open(at):
        assert due == at == work.next_open(at)
    else:
        assert due in {at, work.next_open(at)}
        assert work.is_open(work.next_open(at))


@given(hours, instants, instants, instants)
def test_time_left_splits_at_any_instant(work: WorkingHours, one: datetime, two: datetime, three: datetime) -> None:
    """What lies between Monday and Friday lies between Monday and Wednesday, or Wednesday and Friday."""
    first, middle, last = sorted((one, two, three))
    assert work.between(first, middle) + work.between(middle, last) == work.between(first, last)
    assert NOTHING <= work.between(first, last) <= last - first


def test_two_hours_promised_in_the_night_are_due_at_eleven() -> None:
    """Opened at 00:37 in São Paulo: the clock starts at 09:00."""
    work = usual_hours(SAO_PAULO)
    assert work.after(local("2026-11-23T00:37"), timedelta(hours=2)) == local("2026-11-23T11:00")
    assert work.after(local("2026-11-23T00:37"), timedelta(hours=9)) == local("2026-11-23T18:00")


def test_a_weekend_and_a_holiday_are_stepped_over() -> None:
    """20 November is Brazil's day of black awareness, a Friday in 2026."""
    work = usual_hours(SAO_PAULO)
    assert work.country == "BR"
    assert work.after(local("2026-11-19T17:30"), timedelta(hours=1)) == local("2026-11-23T09:30")
    assert work.between(local("2026-11-19T17:30"), local("2026-11-23T09:30")) == timedelta(hours=1)


def test_a_working_day_ends_at_its_end_and_not_at_the_next_beginning() -> None:
    """People understand “by 18:00”."""
    work = usual_hours(SAO_PAULO)
    assert work.after(local("2026-11-23T17:00"), timedelta(hours=1)) == local("2026-11-23T18:00")
    assert not work.is_open(local("2026-11-23T18:00"))
    assert work.next_open(local("2026-11-23T18:00")) == local("2026-11-24T09:00")


def test_a_night_shift_belongs_to_the_day_it_begins() -> None:
    """A Beijing team that covers Brazil's afternoon works from 22:00 to 07:00; Friday's shift ends on Saturday."""
    work = WorkingHours(BEIJING, time(22), time(7))
    assert work.is_open(local("2026-11-28T06:59", BEIJING))
    assert not work.is_open(local("2026-11-28T22:30", BEIJING))
    assert work.after(local("2026-11-28T06:00", BEIJING), timedelta(hours=2)) == local("2026-11-30T23:00", BEIJING)


def test_hours_that_end_when_they_start_never_end() -> None:
    """A desk that is manned around the clock."""
    work = WorkingHours(SAO_PAULO, time(0), time(0), frozenset(range(7)))
    at = local("2026-11-21T23:00")
    assert work.after(at, timedelta(hours=30)) == at + timedelta(hours=30)
    assert work.is_open(local("2026-11-22T00:00")), "one shift ends and the next begins in this instant"


@given(hours, instants)
def test_at_an_opening_somebody_is_at_work(work: WorkingHours, at: datetime) -> None:
    """Or whoever waits for it would wait for it again, and never get on."""
    assert work.is_open(work.next_open(at))


def test_the_hour_chile_skips_is_not_worked() -> None:
    """On 6 September 2026 Santiago goes from 24:00 to 01:00: a shift from 22:00 to 06:00 has seven hours."""
    santiago = ZoneInfo("America/Santiago")
    work = WorkingHours(santiago, time(22), time(6), frozenset(range(7)))
    opens, closes = local("2026-09-05T22:00", santiago), local("2026-09-06T06:00", santiago)
    assert work.between(opens, closes) == timedelta(hours=7)
    assert work.after(opens, timedelta(hours=7)) == closes


def test_chinas_national_day_is_free_in_beijing_and_not_in_brazil() -> None:
    """A person's own holidays count, not the store's."""
    at = local("2026-10-01T10:00", BEIJING)
    assert not usual_hours(BEIJING).is_open(at)
    assert usual_hours(SAO_PAULO).is_open(local("2026-10-01T10:00"))


def test_a_zone_nobody_agreed_on_has_no_holidays() -> None:
    """Recife keeps São Paulo's clock today, but the table of markets does not know it."""
    assert usual_hours(ZoneInfo("America/Recife")).country == ""


@pytest.mark.parametrize(
    ("given_hours", "said"),
    [({"weekdays": frozenset()}, "weekdays"), ({"weekdays": frozenset({7})}, "weekdays"), ({"country": "XX"}, "XX")],
)
def test_hours_nobody_could_keep_are_refused(given_hours: dict[str, object], said: str) -> None:
    """The mistake is caught where it is made."""
    with pytest.raises(ValueError, match=said):
        WorkingHours(SAO_PAULO, **given_hours)  # type: ignore[arg-type]


def test_time_cannot_be_counted_backwards() -> None:
    """A negative duration is a mistake of ours."""
    with pytest.raises(ValueError, match="backwards"):
        usual_hours(SAO_PAULO).after(local("2026-11-23T10:00"), -MICROSECOND)


def test_hours_are_said_in_one_line() -> None:
    """What `vigia apply` shows of a change."""
    assert str(usual_hours(SAO_PAULO)) == "mon tue wed thu fri 09:00-18:00 America/Sao_Paulo, holidays BR"
    assert str(WorkingHours(BEIJING, time(22), time(7), frozenset({6}))) == "sun 22:00-07:00 Asia/Shanghai"
