"""What drives a change: one part, the mix, a step of the funnel, everything, or nobody can say."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from kpi.alerts.causes import LEAST_EVENTS, Cause, CauseKind, leading_cause
from kpi.alerts.parts import Counted, Dimension, counts_by, rates_by
from tests.kpi.driver_cases import Truth, shares_named_first

SEED = 20261126
CASES = 60
"""Generated cases of each kind and direction."""
FLOORS = {Truth.RATE: 0.9, Truth.MIX: 0.93, Truth.EVERYWHERE: 0.9, Truth.STEP: 0.88}
USUAL = {"ads": Counted(2_000, 100_000), "organic": Counted(3_000, 100_000), "social": Counted(800, 40_000)}


def _sources(**window: tuple[float, float]) -> Dimension:
    return rates_by("source", USUAL, {name: Counted(*pair) for name, pair in window.items()})


def test_nine_of_ten_generated_causes_are_named_first() -> None:
    """One to four dimensions, windows of two to seven days, falls and rises, noise as shops have it."""
    found = shares_named_first(SEED, CASES)
    shares = {truth: (found[truth, True] + found[truth, False]) / 2 for truth in Truth}
    assert sum(shares.values()) / len(shares) >= 0.94, shares
    assert all(shares[truth] >= FLOORS[truth] for truth in Truth), shares


def test_the_source_whose_rate_fell_is_named_with_its_change_and_share() -> None:
    """Ads convert at 0.84 % instead of 2 %; the others as ever."""
    cause = leading_cause([_sources(ads=(84, 10_000), organic=(300, 10_000), social=(80, 4_000))], is_fall=True)
    assert (cause.kind, cause.dimension, cause.name) == (CauseKind.RATE, "source", "ads")
    assert cause.change == pytest.approx(-0.58)
    assert cause.share == pytest.approx(1)
    assert cause.probability > 0.9


def test_more_visits_from_a_source_that_rarely_buys_are_the_mix() -> None:
    """Every rate is as ever; ads bring four times the visits."""
    cause = leading_cause([_sources(ads=(800, 40_000), organic=(300, 10_000), social=(80, 4_000))], is_fall=True)
    usual = leading_cause([_sources(ads=(200, 10_000), organic=(300, 10_000), social=(80, 4_000))], is_fall=True)
    assert usual.kind is CauseKind.UNKNOWN
    assert (cause.kind, cause.dimension, cause.name) == (CauseKind.MIX, "source", "ads")
    assert cause.change is not None
    assert cause.change > 0
    assert cause.share == pytest.approx(1, abs=0.01)


def test_a_fall_of_all_parts_alike_names_none_and_says_what_was_looked_at() -> None:
    """Two fifths less everywhere."""
    cause = leading_cause([_sources(ads=(120, 10_000), organic=(180, 10_000), social=(48, 4_000))], is_fall=True)
    assert (cause.kind, cause.name, cause.across) == (CauseKind.EVERYWHERE, "", ("source",))


def test_a_step_is_named_where_every_part_fell_alike() -> None:
    """As many carts as ever, half of them are paid; a part that fell alone goes before any step."""
    funnel = rates_by(
        "step",
        {"carts": Counted(60_000, 240_000), "checkout": Counted(5_800, 60_000)},
        {"carts": Counted(6_000, 24_000), "checkout": Counted(290, 6_000)},
    )
    alike = _sources(ads=(100, 10_000), organic=(150, 10_000), social=(40, 4_000))
    cause = leading_cause([alike], funnel, is_fall=True)
    assert (cause.kind, cause.name) == (CauseKind.STEP, "checkout")
    assert cause.change == pytest.approx(-0.5)
    assert leading_cause([], funnel, is_fall=True).name == "checkout"
    alone = _sources(ads=(20, 10_000), organic=(300, 10_000), social=(80, 4_000))
    assert leading_cause([alone], funnel, is_fall=True).name == "ads"


def test_the_listing_that_died_is_named_from_plain_counts() -> None:
    """Units alone, no visits by listing: 700 of 28 days became none in 3."""
    counts = counts_by("listing", {"dead": 700, "other": 840}, {"other": 92}, (28, 3))
    cause = leading_cause([counts], is_fall=True)
    assert (cause.kind, cause.name, cause.change) == (CauseKind.RATE, "dead", -1.0)
    assert cause.share > 0.9


def test_the_listing_whose_claims_rise_from_nothing_is_named() -> None:
    """Nothing before has no relative change."""
    before = {"new": Counted(0, 900), "old": Counted(40, 4_000)}
    window = {"new": Counted(14, 100), "old": Counted(4, 400)}
    cause = leading_cause([rates_by("listing", before, window)], is_fall=False)
    assert (cause.kind, cause.name, cause.change) == (CauseKind.RATE, "new", None)


def test_too_few_events_and_a_single_part_name_nobody() -> None:
    """Three units in a month are chance; the only part is the store itself."""
    few = counts_by("listing", {"a": LEAST_EVENTS - 3, "b": 2}, {"a": 0}, (28, 28))
    only = counts_by("listing", {"a": 800}, {"a": 10}, (28, 3))
    assert leading_cause([few, only], is_fall=True) == Cause()
    assert leading_cause([], is_fall=True) == Cause()


def test_a_dimension_that_does_not_show_the_change_explains_nothing() -> None:
    """Listings that stayed as they were count something else than what fell."""
    fell = _sources(ads=(120, 10_000), organic=(180, 10_000), social=(48, 4_000))
    stayed = counts_by("listing", {"a": 1_000, "b": 900}, {"a": 104, "b": 92}, (240_000, 24_000))
    assert leading_cause([fell, stayed], is_fall=True).across == ("source",)


def test_what_is_left_beside_the_largest_parts_is_never_named() -> None:
    """Twenty listings, of which only the smallest fell: nobody can say which."""
    before = {f"L{number:02}": 2_000.0 - number for number in range(20)}
    window = {name: 0 if name >= "L12" else count * 3 / 28 for name, count in before.items()}
    cause = leading_cause([counts_by("listing", before, window, (28, 3))], is_fall=True)
    assert cause.kind is CauseKind.EVERYWHERE


COUNTS = st.dictionaries(
    st.text("abc", min_size=1, max_size=3),
    st.builds(Counted, st.integers(0, 10**7), st.integers(0, 10**9)),
    max_size=6,
)


@settings(max_examples=80)
@given(COUNTS, COUNTS, st.booleans())
def test_any_counts_give_a_verdict_with_shares_and_probabilities(
    before: dict[str, Counted], window: dict[str, Counted], is_fall: bool
) -> None:
    """Nothing overflows; a share is a share; a dictionary has no first part."""
    cause = leading_cause([rates_by("a", before, window)], is_fall=is_fall)
    turned = rates_by("a", dict(reversed(before.items())), dict(reversed(window.items())))
    assert leading_cause([turned], is_fall=is_fall) == cause
    assert 0 <= cause.share <= 1
    assert 0 <= cause.probability <= 1 + 1e-9


def test_a_notice_stored_before_there_were_dimensions_is_still_read() -> None:
    """The listing it named is a part; what was not kept then has no value."""
    stored = json.dumps({"kind": "listing", "name": "MLB1", "share": 0.6})
    assert TypeAdapter(Cause).validate_json(stored) == Cause(CauseKind.RATE, "MLB1", 0.6)
    with pytest.raises(ValueError, match="nonsense"):
        CauseKind("nonsense")
