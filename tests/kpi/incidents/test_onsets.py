"""When a metric began to move: found in counts whose true onset is known, and not found where nothing changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.incidents.incident import Confidence, Movement
from kpi.incidents.onsets import CountedDay, by_weekday, change_point

FIRST = date(2026, 8, 3)
LENGTH = 56
MOVEMENTS = {Movement.FALL: (0.3, 0.5, 0.65, 0.8), Movement.RISE: (1.3, 1.6, 2.5)}


def a_store(seed: int, ago: int, factor: float, visits: float = 4_000, noise: float = 0.09) -> tuple[CountedDay, ...]:
    """Return eight weeks of a store whose rate changed `ago` days before their end."""
    chance = np.random.default_rng(seed)
    found = []
    for place in range(LENGTH):
        exposure = int(chance.poisson(visits * np.exp(chance.normal(0, 0.1))))
        rate = 0.025 * np.exp(chance.normal(0, noise)) * (factor if place >= LENGTH - ago else 1)
        found.append(CountedDay(FIRST + timedelta(days=place), int(chance.poisson(exposure * rate)), exposure))
    return tuple(found)


def cases(movement: Movement, number: int) -> Iterator[tuple[date, tuple[CountedDay, ...]]]:
    """Yield true onsets and the days of stores of all sizes, with falls or rises of all sizes."""
    chance = np.random.default_rng(20261126)
    for seed in range(number):
        ago, factor = int(chance.integers(1, 15)), float(chance.choice(MOVEMENTS[movement]))
        visits, noise = float(chance.choice((500, 1_500, 4_000, 10_000))), float(chance.choice((0.05, 0.09, 0.15)))
        yield FIRST + timedelta(days=LENGTH - ago), a_store(seed, ago, factor, visits, noise)


@pytest.mark.parametrize("movement", MOVEMENTS)
def test_the_range_holds_the_true_day_as_often_as_its_confidence_says(movement: Movement) -> None:
    """Of ranges called sure at least nine of ten hold it, of the others at least three of four."""
    held: dict[bool, list[bool]] = {True: [], False: []}
    near = []
    for true, days in cases(movement, 300):
        found = change_point(days, movement)
        if found is not None:
            first, last = found.days
            held[found.confidence is Confidence.HIGH].append(first <= true <= last)
            near.append(abs((found.likeliest.first - true).days) <= 1)
    assert len(near) >= 210
    assert np.mean(held[True]) >= 0.9
    assert np.mean(held[False]) >= 0.75
    assert np.mean(near) >= 0.85


@pytest.mark.parametrize("movement", MOVEMENTS)
def test_where_nothing_changed_nothing_is_named(movement: Movement) -> None:
    """At most one in fifty."""
    found = [change_point(a_store(seed, 1, 1.0), movement) for seed in range(300)]
    assert sum(one is not None for one in found) <= 6


def test_a_rise_is_no_fall() -> None:
    """It is looked for on the side somebody saw."""
    rising = a_store(7, 6, 2.0)
    assert change_point(rising, Movement.FALL) is None
    assert change_point(rising, Movement.RISE) is not None
    assert change_point(rising, Movement.NONE) is None


def test_days_that_are_missing_before_the_change_widen_the_range() -> None:
    """It may have begun on each of them."""
    days = a_store(7, 5, 0.4)
    found = change_point([*days[: LENGTH - 8], *days[LENGTH - 5 :]], Movement.FALL)
    assert found is not None
    assert found.days == (days[LENGTH - 8].day, days[LENGTH - 5].day)
    assert found.confidence is Confidence.MEDIUM


def test_a_day_somebody_else_named_is_as_sure_as_the_counts_make_it() -> None:
    """On the day or beside it is sure, a week before is not."""
    days = a_store(7, 5, 0.4)
    found = change_point(days, Movement.FALL)
    assert found is not None
    true = days[LENGTH - 5].day
    assert found.confidence_of(true) is Confidence.HIGH
    assert found.confidence_of(true - timedelta(days=7)) is Confidence.LOW


def test_what_is_missing_is_counted_since_the_likeliest_day() -> None:
    """Five days at 40 % of a hundred orders lack about three hundred."""
    found = change_point(a_store(7, 5, 0.4), Movement.FALL)
    assert found is not None
    assert found.missing == pytest.approx(300, abs=3 * found.doubt)


def test_a_plain_number_is_held_against_its_own_weekdays() -> None:
    """A shop that sells half on Sundays does not fall every Sunday."""
    chance = np.random.default_rng(5)
    counts = [
        (FIRST + timedelta(days=place), float(chance.poisson(100 if place % 7 < 6 else 50))) for place in range(LENGTH)
    ]
    assert change_point(by_weekday(counts), Movement.FALL) is None
    fallen = [(day, count * (0.4 if place >= LENGTH - 4 else 1)) for place, (day, count) in enumerate(counts)]
    found = change_point(by_weekday(fallen), Movement.FALL)
    assert found is not None
    assert found.days[0] <= FIRST + timedelta(days=LENGTH - 4) <= found.days[1]


@given(
    counts=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**7)), max_size=70),
    movement=st.sampled_from(Movement),
)
def test_no_counts_whatever_break_it(counts: list[tuple[int, int]], movement: Movement) -> None:
    """Zeros, jumps, more events than exposure: a range among the days, or nothing."""
    days = [CountedDay(FIRST + timedelta(days=place), *count) for place, count in enumerate(counts)]
    found = change_point(days, movement)
    if found is not None:
        first, last = found.days
        assert FIRST < first <= last <= days[-1].day
        assert sum(split.probability for split in found.splits) == pytest.approx(1)
