"""One day under watch: what is found of every store, and what becomes of its episode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from kpi.alerts.alert import LONGEST_DAYS, Episode, Phase, Span, begin
from kpi.alerts.detection.signals import THRESHOLDS, Preset
from kpi.alerts.judged_days import SeenDay, watch_day
from kpi.alerts.panels import Member
from kpi.alerts.records import Silence
from kpi.alerts.watched import BY_METRIC
from kpi.facts import FactStatus
from tests.kpi.counted_facts import (
    DAY,
    ONE_DAY,
    STORE,
    One,
    a_member_store,
    as_status,
    columns,
    drawn,
    one,
    times,
    without,
)

CONVERSION = BY_METRIC["conversion_rate"]
NORMAL = THRESHOLDS[Preset.NORMAL]
MEMBER = Member(a_member_store(), NORMAL)


def seen(
    rows: Sequence[One],
    member: Member = MEMBER,
    day: date = DAY,
    episode: Episode | None = None,
    known_by: datetime | None = None,
) -> SeenDay:
    """Return what the morning of a day says of one store's conversion."""
    running = {} if episode is None else {STORE: episode}
    (found,) = watch_day(CONVERSION, day, [member], columns(rows), running, known_by)
    return found


def fallen(days: int = 3, factor: float = 0.6) -> list[One]:
    """Return a shop whose orders fall on its last days."""
    return times(drawn(), "orders_paid", factor, DAY - timedelta(days=days - 1))


def test_an_ordinary_day_is_usual_and_opens_nothing() -> None:
    """Silence has a word."""
    found = seen(drawn())
    assert found.finding.silence is Silence.USUAL
    assert (found.before, found.after, found.is_opened, found.is_closed) == (None, None, False, False)
    assert found.finding.learnt_days > 20
    assert 0 < found.finding.visible_week < 1


def test_a_fall_opens_an_episode_with_its_onset_and_its_numbers() -> None:
    """Observed, expected and exposure are those of the window that is named."""
    rows = fallen()
    found = seen(rows)
    assert found.is_opened
    assert found.after == begin(DAY, found.finding.onset_days, found.finding.change)
    window = [row for row in rows if (DAY - row.day).days < found.finding.window]
    orders = sum(row.value for row in window if row.measure == "orders_paid")
    visits = sum(row.value for row in window if row.measure == "visits")
    assert found.finding.observed == orders
    assert found.finding.exposure == pytest.approx(visits, rel=0.05)
    assert found.finding.change == pytest.approx(1 - orders / found.finding.expected)
    assert found.finding.z >= NORMAL


def test_a_rise_of_conversion_is_never_an_alert() -> None:
    """Good news waits for the digest."""
    assert seen(fallen(factor=1.8)).after is None


@pytest.mark.parametrize("measure", ["visits", "orders_paid"])
def test_a_missing_half_is_not_seen_however_bad_the_other_looks(measure: str) -> None:
    """No visits file and few orders: nobody knows the conversion."""
    found = seen(without(fallen(factor=0.2), measure, DAY))
    assert found.finding.silence is Silence.NOT_SEEN
    assert not found.is_opened
    assert not found.finding.is_judged


@pytest.mark.parametrize("status", [FactStatus.PRELIMINARY, FactStatus.PARTIAL])
@pytest.mark.parametrize("measure", ["visits", "orders_paid"])
def test_a_day_that_is_not_final_is_never_judged(measure: str, status: FactStatus) -> None:
    """Half a day of orders beside a whole day of visits is always a fall."""
    found = seen(as_status(fallen(factor=0.2), status, DAY, measure=measure))
    assert found.finding.silence is Silence.NOT_FINAL
    assert not found.is_opened


def test_days_that_were_not_final_are_not_learnt_from() -> None:
    """Three weeks of half days would make half usual."""
    days = [DAY - timedelta(days=back) for back in range(3, 24)]
    rows = times(fallen(), "orders_paid", 0.5, days[-1], days[0])
    assert not seen(rows).is_opened
    assert seen(as_status(rows, FactStatus.PARTIAL, *days)).is_opened


def test_more_orders_than_visits_open_nothing_and_are_called_impossible() -> None:
    """Two counters disagree; that is no conversion."""
    rows = [row for row in drawn() if row.day != DAY]
    found = seen([*rows, one("visits", DAY, 40), one("orders_paid", DAY, 150)])
    assert found.finding.silence is Silence.IMPOSSIBLE
    assert not found.is_opened
    assert not found.finding.is_judged


def test_impossible_days_are_not_averaged_into_what_is_usual() -> None:
    """Two weeks of a broken visit counter must not hide a fall, nor raise one."""
    days = [DAY - timedelta(days=back) for back in range(3, 17)]
    broken = [replace(row, value=50) if row.measure == "visits" and row.day in days else row for row in drawn()]
    assert seen(broken).finding.silence is Silence.USUAL
    assert seen(times(broken, "orders_paid", 0.5, DAY - 2 * ONE_DAY)).is_opened


def test_no_visits_at_all_are_nothing_to_count_against() -> None:
    """The store was closed, or its counter was."""
    rows = [row for row in drawn() if row.day != DAY]
    found = seen([*rows, one("visits", DAY, 0), one("orders_paid", DAY, 0)])
    assert found.finding.silence is Silence.NO_EXPOSURE


def test_frozen_days_are_not_learnt_from() -> None:
    """Without freezing, five weeks of trouble are usual and its return is not noticed."""
    first, last = DAY - timedelta(days=48), DAY - timedelta(days=14)
    rows = times(times(drawn(), "orders_paid", 0.6, first, last), "orders_paid", 0.6, DAY - 2 * ONE_DAY)
    assert not seen(rows).is_opened
    assert seen(rows, replace(MEMBER, frozen=(Span(first, last),))).is_opened


def test_expected_days_are_not_learnt_from() -> None:
    """A campaign that somebody named is no measure of ordinary days."""
    first, last = DAY - timedelta(days=48), DAY - timedelta(days=14)
    rows = times(times(drawn(), "orders_paid", 0.6, first, last), "orders_paid", 0.6, DAY - 2 * ONE_DAY)
    assert seen(rows, replace(MEMBER, expected=(Span(first, last),))).is_opened


def test_a_special_day_is_judged_more_patiently_and_is_not_silent() -> None:
    """A sale's conversion may wander; a collapse on that day is still told."""
    expected = replace(MEMBER, expected=(Span(DAY - 2 * ONE_DAY, DAY),))
    ordinary, special = seen(fallen(factor=0.8)), seen(fallen(factor=0.8), expected)
    assert special.finding.z < ordinary.finding.z
    assert seen(fallen(factor=0.3), expected).is_opened


def test_a_higher_threshold_is_quieter() -> None:
    """Each member is judged by its own preset."""
    found = seen(fallen())
    above = replace(MEMBER, threshold=found.finding.z + 0.01)
    quiet = seen(fallen(), above)
    assert quiet.after is None
    assert quiet.finding.silence is Silence.WATCH
    assert seen(fallen(), replace(MEMBER, threshold=found.finding.z)).is_opened


def test_two_imports_of_one_day_are_judged_by_the_later() -> None:
    """The first export was cut short; the second one was whole. And the other way round."""
    good, bad = drawn(), fallen(days=1, factor=0.3)
    cut = [row for row in bad if row.day == DAY]
    whole = [replace(row, known_at=row.known_at + ONE_DAY) for row in good if row.day == DAY]
    assert not seen([*good, *cut, *whole]).is_opened
    late_cut = [replace(row, known_at=row.known_at + ONE_DAY) for row in cut]
    assert seen([*good, *late_cut]).is_opened


def test_a_morning_replayed_does_not_know_what_came_later() -> None:
    """The cut export fired that day, whatever was sent afterwards."""
    cut = [replace(row, status=FactStatus.FINAL) for row in fallen(days=2, factor=0.3)]
    whole = [
        replace(row, known_at=row.known_at + 5 * ONE_DAY, status=FactStatus.RESTATED)
        for row in drawn()
        if (DAY - row.day).days < 2
    ]
    that_morning = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC) + ONE_DAY
    assert seen([*cut, *whole], known_by=that_morning).is_opened
    assert not seen([*cut, *whole]).is_opened


def test_thirty_days_restated_downwards_raise_no_alert() -> None:
    """A month of cancelled orders taken out at once is a new count of the past, not a fall of today."""
    first = DAY - timedelta(days=29)
    lower = [
        replace(row, known_at=row.known_at + timedelta(days=31), status=FactStatus.RESTATED)
        for row in times(drawn(), "orders_paid", 0.85, first)
        if row.day >= first
    ]
    assert not seen([*drawn(), *lower]).is_opened


def test_a_real_fall_after_a_restated_month_is_found() -> None:
    """What is usual is learnt from the restated days."""
    first = DAY - timedelta(days=69)
    lower = times(drawn(), "orders_paid", 0.85, first)
    assert seen(times(lower, "orders_paid", 0.6, DAY - 2 * ONE_DAY)).is_opened


def test_a_running_episode_goes_on_and_does_not_open_again() -> None:
    """One cause, one episode."""
    running = begin(DAY - ONE_DAY, 2)
    found = seen(fallen(), episode=running)
    assert (found.is_opened, found.is_closed) == (False, False)
    assert found.after == replace(running, last=DAY)


@pytest.mark.parametrize(
    ("rows", "silence"),
    [
        (without(drawn(), "visits", DAY), Silence.NOT_SEEN),
        (as_status(drawn(), FactStatus.PARTIAL, DAY), Silence.NOT_FINAL),
        ([*[row for row in drawn() if row.day != DAY], one("visits", DAY, 1), one("orders_paid", DAY, 9)],
         Silence.IMPOSSIBLE),
    ],
)  # fmt: skip
def test_a_day_that_cannot_be_judged_neither_ends_nor_clears_an_episode(rows: list[One], silence: Silence) -> None:
    """A file that stops coming must not look like a recovery."""
    nearly = replace(begin(DAY - 5 * ONE_DAY, 1), last=DAY - ONE_DAY, clear_days=2, phase=Phase.RECOVERING)
    found = seen(rows, episode=nearly)
    assert found.finding.silence is silence
    assert found.after == replace(nearly, last=DAY)
    assert not found.is_closed


def test_the_third_clear_day_closes_and_is_said_once() -> None:
    """Closed means told; the next morning starts from nothing."""
    nearly = replace(begin(DAY - 5 * ONE_DAY, 1), last=DAY - ONE_DAY, clear_days=2, phase=Phase.RECOVERING)
    found = seen(drawn(), episode=nearly)
    assert found.is_closed
    assert found.after is not None
    assert found.after.phase is Phase.RESOLVED


def test_a_month_of_trouble_becomes_the_new_level() -> None:
    """Twenty-eight days open, and from then on the old level is what is frozen."""
    since = DAY - timedelta(days=LONGEST_DAYS)
    running = replace(begin(since, 2), last=DAY - ONE_DAY)
    found = seen(times(drawn(), "orders_paid", 0.6, since), episode=running)
    assert found.after is not None
    assert found.after.phase is Phase.REBASED


def test_every_member_is_answered_in_its_place() -> None:
    """Four hundred stores or none: one answer each, nobody gets another's."""
    assert watch_day(CONVERSION, DAY, [], columns(drawn()), {}) == ()
    stores = ["a", "b", "c"]
    rows = [row for number, store in enumerate(stores) for row in drawn(store=store, seed=number)]
    hit = [row for row in rows if row.store == "b"]
    rest = [row for row in rows if row.store != "b"]
    found = watch_day(
        CONVERSION,
        DAY,
        [Member(a_member_store(store), NORMAL) for store in stores],
        columns([*rest, *times(hit, "orders_paid", 0.5, DAY - 2 * ONE_DAY)]),
        {"c": begin(DAY - ONE_DAY, 1)},
    )
    assert [(one.store, one.is_opened) for one in found] == [("a", False), ("b", True), ("c", False)]
    assert [one.before is None for one in found] == [True, True, False]


def test_an_outage_of_a_marketplace_fires_for_stores_too_small_to_tell_alone() -> None:
    """Eight small stores fall together by two fifths: together they are sure."""
    stores = [f"s{number}" for number in range(8)]
    rows = [
        replace(row, value=row.value // 16)
        for number, store in enumerate(stores)
        for row in drawn(store=store, seed=number)
    ]
    members = [Member(a_member_store(store), NORMAL) for store in stores]
    hit = times(rows, "orders_paid", 0.5, DAY - 2 * ONE_DAY)
    found = watch_day(CONVERSION, DAY, members, columns(hit), {})
    assert sum(one.finding.is_pooled for one in found) >= 6
    assert not any(one.is_opened for one in watch_day(CONVERSION, DAY, members, columns(rows), {}))


def _claims(today: int) -> list[One]:
    rows = [
        one(measure, DAY - timedelta(days=back), value)
        for back in range(92)
        for measure, value in {"orders_paid": 8, "claims_opened": back % 4 == 1}.items()
    ]
    return [
        *(row for row in rows if (row.measure, row.day) != ("claims_opened", DAY)),
        one("claims_opened", DAY, today),
    ]


def test_a_flood_of_claims_beyond_a_days_orders_is_an_alert() -> None:
    """Fifteen claims on one day in a shop of eight orders a day: a bad batch, and nobody may call it impossible."""
    found, quiet = (
        watch_day(BY_METRIC["claims_rate"], DAY, [MEMBER], columns(_claims(today)), {})[0] for today in (15, 0)
    )
    assert found.is_opened
    assert found.finding.observed == 15
    assert quiet.finding.silence is not Silence.FIRES
