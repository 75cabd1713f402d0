"""Which part drives a change: one listing, one funnel step, everything, or nobody can say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.alert_causes import LEADING_SHARE, LEAST_EVENTS, CauseKind, Moved, leading_listing, leading_step

DAYS = 28
COUNTS = st.dictionaries(
    st.text("abc", min_size=1, max_size=3),
    st.builds(Moved, st.floats(0, 1000), st.floats(0, 1000)),
    max_size=6,
)


def _fall(**listings: tuple[float, float]) -> dict[str, Moved]:
    return {name: Moved(*pair) for name, pair in listings.items()}


def test_the_listing_that_died_is_named_with_its_share() -> None:
    """The others sold on as ever."""
    cause = leading_listing(_fall(dead=(20, 0), other=(30, 29)), is_fall=True, days_before=DAYS)
    assert (cause.kind, cause.name) == (CauseKind.LISTING, "dead")
    assert cause.share == pytest.approx(20 / 21)


def test_a_share_at_the_line_is_named_and_one_below_is_not() -> None:
    """The limit is one number; both sides are tried."""
    at = {"a": Moved(100, 100 - 45.0), "b": Moved(100, 100 - 27.5), "c": Moved(100, 100 - 27.5)}
    assert leading_listing(at, is_fall=True, days_before=DAYS).share == pytest.approx(LEADING_SHARE)
    below = {**at, "a": Moved(100, 100 - 44.9)}
    assert leading_listing(below, is_fall=True, days_before=DAYS).kind is CauseKind.EVERYWHERE


def test_too_few_events_name_nobody() -> None:
    """Three units in a month are chance."""
    few = _fall(a=((LEAST_EVENTS - 1) / DAYS, 0))
    assert leading_listing(few, is_fall=True, days_before=DAYS).kind is CauseKind.UNKNOWN
    assert leading_listing({}, is_fall=True, days_before=DAYS).kind is CauseKind.UNKNOWN


@given(COUNTS, st.booleans())
def test_the_order_of_listings_never_changes_the_answer(listings: dict[str, Moved], is_fall: bool) -> None:
    """A dictionary has no first part."""
    turned = dict(reversed(listings.items()))
    assert leading_listing(listings, is_fall=is_fall, days_before=DAYS) == leading_listing(
        turned, is_fall=is_fall, days_before=DAYS
    )


@given(COUNTS, st.booleans())
def test_a_share_is_a_share(listings: dict[str, Moved], is_fall: bool) -> None:
    """Never below zero, never above one."""
    assert 0 <= leading_listing(listings, is_fall=is_fall, days_before=DAYS).share <= 1 + 1e-9


def test_the_step_that_fell_is_named() -> None:
    """Visits as ever, half the orders per visit."""
    cause = leading_step({"visits": Moved(1000, 980), "conversion": Moved(0.02, 0.01)})
    assert (cause.kind, cause.name) == (CauseKind.STEP, "conversion")


def test_two_steps_that_share_it_are_everything_and_a_zero_is_unknown() -> None:
    """Half and half has no leader; a logarithm of nothing is nothing."""
    assert leading_step({"a": Moved(10, 5), "b": Moved(4, 2)}).kind is CauseKind.EVERYWHERE
    assert leading_step({"a": Moved(10, 0), "b": Moved(4, 2)}).kind is CauseKind.UNKNOWN


@pytest.mark.parametrize("kind", [CauseKind.LISTING, CauseKind.EVERYWHERE])
def test_nine_of_ten_generated_causes_are_named(kind: CauseKind) -> None:
    """Poisson counts of five listings, a window of three days: one listing dies, or all sell two fifths less."""
    chance, right, cases = np.random.default_rng(20261124), 0, 300
    for _ in range(cases):
        level = chance.uniform(8, 60, 5)
        hit = int(chance.integers(5))
        factor = np.full(5, 0.6) if kind is CauseKind.EVERYWHERE else np.where(np.arange(5) == hit, 0.1, 1.0)
        before, after = chance.poisson(level * DAYS) / DAYS, chance.poisson(level * factor * 3) / 3
        listings = {str(n): Moved(float(before[n]), float(after[n])) for n in range(5)}
        cause = leading_listing(listings, is_fall=True, days_before=DAYS)
        right += cause.kind is kind and (kind is CauseKind.EVERYWHERE or cause.name == str(hit))
    assert right / cases >= 0.9
