"""A change split over parts adds up exactly, whatever the counts are."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.alerts.parts import MOST_MEMBERS, REST, Counted, counts_by, decompose, rates_by

COUNTED = st.builds(Counted, st.integers(0, 10**4), st.integers(0, 10**6))
SIDES = st.dictionaries(st.text("abcd", min_size=1, max_size=2), COUNTED, min_size=1, max_size=8)


@settings(max_examples=60)
@given(SIDES, SIDES)
def test_rate_parts_and_mix_parts_add_up_to_the_change_exactly(
    before: dict[str, Counted], window: dict[str, Counted]
) -> None:
    """Parts that are new, gone, without exposure: not a hair is lost."""
    dimension = rates_by("source", before, window)
    split = decompose(dimension)
    whole = [Fraction(int(one.events), int(one.exposure) or 1) for one in (dimension.before, dimension.window)]
    if dimension.before.exposure and dimension.window.exposure:
        assert split.change == whole[1] - whole[0]
        assert sum(one.rate + one.mix for one in split.contributions) == split.change


def test_a_worked_example_of_rate_and_mix() -> None:
    """Ads halve their rate of 2 % while their share of visits goes from one half to three quarters."""
    before = {"ads": Counted(20, 1_000), "organic": Counted(40, 1_000)}
    window = {"ads": Counted(30, 3_000), "organic": Counted(40, 1_000)}
    split = decompose(rates_by("source", before, window))
    ads, organic = sorted(split.contributions, key=lambda one: one.name)
    assert split.change == Fraction(70, 4_000) - Fraction(60, 2_000) == Fraction(-1, 80)
    assert (ads.rate, ads.mix) == (Fraction(3, 4) * Fraction(-1, 100), Fraction(1, 4) * Fraction(-1, 100))
    assert (organic.rate, organic.mix) == (Fraction(0), Fraction(-1, 4) * Fraction(1, 100))
    assert (split.rate_share("ads"), split.mix_share) == (0.6, 0.4)


def test_plain_counts_have_no_mix() -> None:
    """Each part is counted against the same days, so that all of the change is in what it sold."""
    split = decompose(counts_by("listing", {"a": 280, "b": 28}, {"a": 10, "c": 3}, (28, 1)))
    assert all(one.mix == 0 for one in split.contributions)
    assert split.rate_share("b") == -0.5
    assert [one.name for one in split.contributions] == ["a", "b", "c"]


def test_the_smallest_parts_are_one_rest() -> None:
    """Hundreds of listings are twelve and the others together."""
    before = {f"L{number:03}": float(number) for number in range(300)}
    dimension = counts_by("listing", before, before, (28, 28))
    assert [member.name for member in dimension.members[:2]] == ["L299", "L298"]
    assert (len(dimension.members), dimension.members[-1].name) == (MOST_MEMBERS + 1, REST)
    assert dimension.before.events == sum(before.values())
