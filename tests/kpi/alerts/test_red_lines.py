"""Distance to official limits, in whole numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kpi.alerts.red_lines import FORESEEN_DAYS, MORE_THAN, RATE_DAYS, DayCount, red_line
from kpi.limits import Limit

LAST = date(2026, 11, 20)
CLAIMS = Limit(
    "claims_rate",
    (Decimal("0.01"), Decimal("0.02"), Decimal("0.045"), Decimal("0.08")),
    ("leader", "green", "yellow", "orange"),
    60,
    LAST,
    "a page",
)
TRACKING = Limit("valid_tracking_rate", (Decimal("0.95"),), ("healthy",), 30, LAST, "a page", at_least=True)
CANCELLED = Limit("seller_cancellation_rate", (Decimal("0.025"),), ("healthy",), 7, LAST, "a page")


def on(numerator: int, denominator: int, ago: int = 0) -> dict[date, DayCount]:
    """Return one known day."""
    return {LAST - timedelta(days=ago): DayCount(numerator, denominator)}


def steady(numerator: int, denominator: int, days: int = 60) -> dict[date, DayCount]:
    """Return the same day again and again, up to LAST."""
    return {LAST - timedelta(days=ago): DayCount(numerator, denominator) for ago in range(days)}


@pytest.mark.parametrize(
    ("claims", "orders", "level", "spare"),
    [
        (10, 1000, "leader", 0),
        (11, 1000, "green", 9),
        (20, 1000, "green", 0),
        (21, 1000, "yellow", 24),
        (45, 1000, "yellow", 0),
        (46, 1000, "orange", 34),
        (80, 1000, "orange", 0),
        (0, 199, "leader", 1),
        (19, 999, "green", 0),
    ],
)
def test_a_value_on_a_line_stays_and_the_next_bad_event_crosses_it(
    claims: int, orders: int, level: str, spare: int
) -> None:
    """Twenty claims of a thousand orders are still green; twenty-one are not."""
    found = red_line(CLAIMS, on(claims, orders), LAST)
    assert found.level == level
    assert found.next is not None
    assert (found.next.spare, found.next.events_to_cross) == (spare, spare + 1)


def test_beyond_the_last_line_there_is_none_left() -> None:
    """Red is the end."""
    found = red_line(CLAIMS, on(81, 1000), LAST)
    assert found.level == "red"
    assert found.next is None
    assert found.is_breached


@pytest.mark.parametrize(
    ("valid", "level", "spare"), [(1000, "healthy", 49), (952, "healthy", 1), (951, "healthy", 0), (950, "red", None)]
)
def test_a_share_that_must_stay_above_its_line_is_crossed_on_it(valid: int, level: str, spare: int | None) -> None:
    """Amazon wants more than 95 % valid trackings: 950 of 1,000 are too few."""
    found = red_line(TRACKING, on(valid, 1000), LAST)
    assert found.level == level
    assert (found.next.spare if found.next else None) == spare
    assert found.is_breached == (spare is None)


def test_the_level_to_keep_is_the_last_harmless_one() -> None:
    """Losing the leader's medal is not a breach; turning yellow is, unless somebody says otherwise."""
    green = red_line(CLAIMS, on(15, 1000), LAST)
    assert not green.is_breached
    assert green.guarded == green.next
    leader = red_line(CLAIMS, on(5, 1000), LAST)
    assert leader.next is not None
    assert leader.guarded is not None
    assert (leader.next.level, leader.next.line) == ("green", Decimal("0.01"))
    assert (leader.guarded.level, leader.guarded.line) == ("yellow", Decimal("0.02"))
    assert (leader.next.spare, leader.guarded.spare) == (5, 15)
    yellow = red_line(CLAIMS, on(21, 1000), LAST)
    assert yellow.is_breached
    assert yellow.guarded is None
    assert yellow.days_to_breach is None
    assert red_line(CLAIMS, on(15, 1000), LAST, "leader").is_breached
    assert not red_line(CLAIMS, on(21, 1000), LAST, "yellow").is_breached


def test_of_levels_nobody_knows_the_last_line_must_hold() -> None:
    """A marketplace may name its levels as it likes."""
    limit = replace(CLAIMS, levels=("a", "b", "c", "d"))
    assert not red_line(limit, on(80, 1000), LAST).is_breached
    assert red_line(limit, on(81, 1000), LAST).is_breached


@pytest.mark.parametrize(("orders", "is_small"), [(0, True), (MORE_THAN, True), (MORE_THAN + 1, False)])
def test_a_share_of_too_few_orders_has_no_level(orders: int, is_small: bool) -> None:
    """One claim of ten orders is ten per cent and says nothing."""
    found = red_line(CLAIMS, on(1, orders), LAST)
    assert found.is_small == is_small
    assert (found.level is None) == is_small
    assert found.is_breached != is_small
    assert not found.is_near
    assert (found.share is None) == (orders == 0)


def test_only_days_of_the_window_count_and_missing_ones_are_told() -> None:
    """The sixtieth day back counts, the one before it does not."""
    found = red_line(CLAIMS, on(3, 400, 59) | on(9, 900, 60) | on(1, 100), LAST)
    assert (found.numerator, found.denominator, found.known_days) == (4, 500, 2)
    assert found.share == Decimal("0.008")


def test_a_steady_rate_inside_its_line_never_crosses() -> None:
    """What comes is what leaves."""
    found = red_line(CLAIMS, steady(2, 100), LAST)
    assert found.next is not None
    assert (found.next.spare, found.next.days) == (0, None)
    assert not found.is_near


def test_a_rise_crosses_on_the_day_its_events_add_up() -> None:
    """88 claims in 6,000 orders, each day three come and one leaves: 120 on day 16, past it on day 17."""
    counts = steady(1, 100) | steady(3, 100, RATE_DAYS)
    found = red_line(CLAIMS, counts, LAST)
    assert found.level == "green"
    assert found.guarded is not None
    assert (found.numerator, found.guarded.spare, found.guarded.days) == (88, 32, 17)
    assert not found.is_near


@pytest.mark.parametrize(("extra", "days", "is_near"), [(5, 15, False), (6, 14, True)])
def test_fourteen_days_are_near_and_fifteen_are_not(extra: int, days: int, is_near: bool) -> None:
    """The claims of long ago decide on which day the line is crossed."""
    counts = steady(1, 100) | steady(3, 100, RATE_DAYS) | on(extra, 100, 20)
    found = red_line(CLAIMS, counts, LAST)
    assert found.days_to_breach == days
    assert found.is_near == is_near


@pytest.mark.parametrize(("orders", "days"), [(100, FORESEEN_DAYS), (600, None)])
def test_what_crosses_after_the_days_foreseen_is_not_in_sight(orders: int, days: int | None) -> None:
    """Over a year's window five claims a day pass 365 on day 60; with 500 orders more it is day 61, and not told."""
    year = replace(CLAIMS, window_days=365)
    found = red_line(year, steady(0, 100, 365) | steady(5, 100, RATE_DAYS) | on(0, orders, 100), LAST)
    assert found.next is not None
    assert found.next.days == days


def test_orders_that_stop_cross_nothing_by_themselves() -> None:
    """When nothing was sold for two weeks, old orders leave the window and nothing is left to count against."""
    counts = {day: count for day, count in steady(1, 100).items() if (LAST - day).days >= RATE_DAYS}
    found = red_line(CLAIMS, counts | steady(0, 0, RATE_DAYS), LAST)
    assert found.days_to_breach is None


def test_without_any_recent_day_nothing_is_foreseen() -> None:
    """A rate needs at least one known day."""
    counts = {day: count for day, count in steady(1, 100).items() if (LAST - day).days >= RATE_DAYS}
    assert red_line(CLAIMS, counts, LAST).days_to_breach is None


def test_a_short_window_is_followed_past_its_own_end() -> None:
    """Seven days are soon all new ones: the rate of the last fourteen days is then the share itself."""
    counts = steady(4, 100, RATE_DAYS) | steady(2, 100, 7)
    found = red_line(CANCELLED, counts, LAST)
    assert found.level == "healthy"
    assert found.numerator == 14
    assert found.next is not None
    assert (found.next.spare, found.next.days) == (3, 4)


def test_the_newest_day_leaves_a_window_of_seven_after_seven_days() -> None:
    """Twenty of a thousand a day, 351 in two weeks: only when the last of the good days left, 175 are passed."""
    counts = steady(30, 1000, RATE_DAYS) | on(31, 1000, 13) | steady(20, 1000, 7)
    found = red_line(CANCELLED, counts, LAST)
    assert found.next is not None
    assert (found.numerator, found.next.spare, found.next.days) == (140, 35, 7)


COUNTS = st.builds(lambda good, bad: DayCount(bad, good + bad), st.integers(0, 99), st.sampled_from((0, 0, 0, 1, 2, 3)))
DAYS = st.dictionaries(st.integers(0, 70), COUNTS, max_size=70).map(
    lambda days: {LAST - timedelta(days=ago): count for ago, count in days.items()}
)


def reversed_counts(counts: Mapping[date, DayCount]) -> dict[date, DayCount]:
    """Return the good events instead of the bad ones."""
    return {day: DayCount(one.denominator - one.numerator, one.denominator) for day, one in counts.items()}


@given(st.integers(0, 3000), st.integers(MORE_THAN + 1, 3000), st.sampled_from([CLAIMS, TRACKING, CANCELLED]))
def test_the_spare_events_do_not_cross_and_one_more_does(bad: int, denominator: int, limit: Limit) -> None:
    """At any size, on either side of the line, and in the words of the limit itself."""
    assume(bad <= denominator)

    def at(events: int) -> DayCount:
        return DayCount(denominator - events if limit.at_least else events, denominator)

    def level(events: int) -> str:
        return limit.level_of(Decimal(at(events).numerator) / denominator)

    found = red_line(limit, {LAST: at(bad)}, LAST)
    assert found.level == level(bad)
    if found.next is not None:
        assert found.next.spare >= 0
        assert level(bad + found.next.spare) == found.level
        assert level(bad + found.next.events_to_cross) != found.level
    if found.guarded is not None:
        assert not red_line(limit, {LAST: at(bad + found.guarded.spare)}, LAST).is_breached
        assert red_line(limit, {LAST: at(bad + found.guarded.events_to_cross)}, LAST).is_breached


@given(DAYS, st.sampled_from([CLAIMS, TRACKING, CANCELLED]))
def test_the_day_of_crossing_is_the_first_on_which_the_moved_window_is_past_the_line(
    counts: dict[date, DayCount], limit: Limit
) -> None:
    """Told again by filling in the coming days one by one."""
    counts = reversed_counts(counts) if limit.at_least else counts
    found = red_line(limit, counts, LAST)
    if found.next is None:
        assert found.is_small or found.level == "red"
        return
    recent = [counts[day] for day in counts if 0 <= (LAST - day).days < RATE_DAYS]
    days = {(day - LAST).days: (Fraction(one.numerator), Fraction(one.denominator)) for day, one in counts.items()}
    for ahead in range(1, FORESEEN_DAYS + 1 if recent else 1):
        days[ahead] = (
            Fraction(sum(one.numerator for one in recent), len(recent)),
            Fraction(sum(one.denominator for one in recent), len(recent)),
        )
        window = [days[day] for day in days if ahead - limit.window_days < day <= ahead]
        numerator, denominator = sum(one for one, _ in window), sum(one for _, one in window)
        line = Fraction(found.next.line) * denominator
        if denominator and (numerator <= line if limit.at_least else numerator > line):
            assert found.next.days == ahead
            return
    assert found.next.days is None
