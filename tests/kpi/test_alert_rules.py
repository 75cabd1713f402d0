"""Rules people set: a constant limit that does not flap, and the pace of a target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.alert_rules import (
    DayValue,
    LimitRule,
    PaceDays,
    PaceReading,
    PaceRule,
    PaceVerdict,
    Side,
    after_day,
    after_days,
    pace_reading,
)
from kpi.days import Period
from kpi.facts import FactStatus
from kpi.metrics.metric import Direction
from kpi.rule_states import UNTOUCHED, RuleState, Turn
from kpi.targets import FLAT_WEEK, Target, share_due

FIRST = date(2026, 11, 1)
STOCKOUT = LimitRule("stockout_rate", Side.ABOVE, Decimal("0.10"), Decimal("0.08"))
ROAS = LimitRule("roas", Side.BELOW, Decimal(4), Decimal(5))


def days(*values: str | None) -> list[DayValue]:
    """Return days in a row from FIRST on; None is a missing day."""
    return [
        DayValue(FIRST + timedelta(days=place), None if value is None else Decimal(value))
        for place, value in enumerate(values)
    ]


def turns(rule: LimitRule, story: Sequence[DayValue]) -> list[Turn]:
    """Return what each day did."""
    states = [after_days(rule, story[: place + 1]) for place in range(len(story))]
    return [state.turn for state in states]


def test_a_value_on_the_limit_does_not_fire_and_one_past_it_does() -> None:
    """Ten per cent is allowed, anything above is not."""
    assert not after_days(STOCKOUT, days("0.10", "0.10", "0.10")).is_firing
    assert after_days(STOCKOUT, days("0.101", "0.101")).is_firing
    assert not after_days(ROAS, days("4", "4", "4")).is_firing
    assert after_days(ROAS, days("3.99", "3.99")).is_firing


def test_it_fires_on_the_last_of_its_days_and_says_since_when() -> None:
    """Two days beyond the limit: it fires on the second, the stretch began on the first."""
    state = after_days(STOCKOUT, days("0.05", "0.12", "0.15", "0.11"))
    assert turns(STOCKOUT, days("0.05", "0.12", "0.15", "0.11")) == [Turn.NONE, Turn.NONE, Turn.FIRED, Turn.NONE]
    assert (state.onset, state.since, state.last) == (date(2026, 11, 2), date(2026, 11, 3), date(2026, 11, 4))
    assert state.worst == Decimal("0.15")
    assert after_days(ROAS, days("3", "2", "3")).worst == Decimal(2)


def test_one_day_beyond_the_limit_is_forgotten_when_the_next_is_not() -> None:
    """Two days must be in a row."""
    story = days("0.12", "0.09", "0.12")
    state = after_days(STOCKOUT, story)
    assert not state.is_firing
    assert state.beyond_days == 1
    assert state.onset == date(2026, 11, 3)
    assert after_days(STOCKOUT, story[:2]) == RuleState(last=date(2026, 11, 2))


def test_it_clears_on_the_third_day_that_is_back_at_the_clearing_value() -> None:
    """Eight per cent is back, anything above is not; a day in between starts the count again."""
    story = days("0.12", "0.12", "0.08", "0.08", "0.081", "0.08", "0.08", "0.08")
    assert turns(STOCKOUT, story)[2:] == [*[Turn.NONE] * 5, Turn.CLEARED]
    cleared = after_days(STOCKOUT, story)
    assert not cleared.is_firing
    assert (cleared.onset, cleared.since, cleared.worst) == (FIRST, date(2026, 11, 2), Decimal("0.12"))
    again = after_days(STOCKOUT, days("0.12", "0.12", "0.08", "0.08", "0.2", "0.08"))
    assert (again.is_firing, again.back_days, again.worst) == (True, 1, Decimal("0.2"))
    assert after_days(ROAS, days("3", "3", "5", "5", "5")).turn is Turn.CLEARED
    assert after_days(ROAS, days("3", "3", "4.99", "5", "5")).is_firing


def test_what_ended_is_told_until_something_new_begins() -> None:
    """A new stretch has its own beginning and its own worst value."""
    story = days("0.3", "0.3", "0", "0", "0", "0", "0.11")
    assert after_days(STOCKOUT, story[:6]).worst == Decimal("0.3")
    new = after_days(STOCKOUT, story)
    assert (new.onset, new.since, new.worst) == (date(2026, 11, 7), None, Decimal("0.11"))


def test_a_missing_day_neither_fires_nor_clears() -> None:
    """The days around it count as if they followed each other."""
    assert turns(STOCKOUT, days("0.12", None, None, "0.12"))[-1] is Turn.FIRED
    story = days("0.12", "0.12", "0.01", None, "0.01", None)
    assert after_days(STOCKOUT, story).is_firing
    assert after_days(STOCKOUT, story).back_days == 2


@pytest.mark.parametrize("status", [FactStatus.PRELIMINARY, FactStatus.PARTIAL, FactStatus.MISSING])
def test_a_day_that_is_not_final_is_no_day_yet(status: FactStatus) -> None:
    """What may still change raises no alert; a restated day counts as a final one."""
    story = [replace(day, status=status) for day in days("0.5", "0.5", "0.5")]
    assert not after_days(STOCKOUT, story).is_firing
    assert after_days(STOCKOUT, [replace(day, status=FactStatus.RESTATED) for day in story]).is_firing


def test_a_day_seen_before_changes_nothing() -> None:
    """A sweep that runs twice says nothing twice."""
    state = after_days(STOCKOUT, days("0.12", "0.12"))
    assert after_day(STOCKOUT, state, days("0.12", "0.12")[1]) is state


def test_a_limit_of_zero_can_clear() -> None:
    """No late order is allowed: zero is back to normal."""
    rule = LimitRule("orders_late", Side.ABOVE, Decimal(0), Decimal(0), for_days=1, clear_days=1)
    assert turns(rule, days("0", "1", "0")) == [Turn.NONE, Turn.FIRED, Turn.CLEARED]


def test_a_rule_that_would_flap_is_refused() -> None:
    """The clearing value lies on the good side of the limit."""
    with pytest.raises(ValueError, match="cannot clear"):
        replace(STOCKOUT, clear_at=Decimal("0.101"))
    with pytest.raises(ValueError, match="cannot clear"):
        replace(ROAS, clear_at=Decimal("3.9"))
    with pytest.raises(ValueError, match="at least one day"):
        replace(STOCKOUT, for_days=0)
    with pytest.raises(ValueError, match="at least one day"):
        replace(STOCKOUT, clear_days=0)


CENTS = st.integers(0, 20).map(lambda cents: Decimal(cents) / 100)
STORY = st.lists(st.none() | CENTS, max_size=40).map(
    lambda values: [DayValue(FIRST + timedelta(days=place), value) for place, value in enumerate(values)]
)


@given(STORY, st.lists(st.none() | st.sampled_from([Decimal("0.09"), Decimal("0.10")]), max_size=30))
def test_inside_the_band_nothing_ever_turns(story: list[DayValue], inside: list[Decimal | None]) -> None:
    """Whatever happened before, values between clearing and limit neither fire nor clear."""
    state = after_days(STOCKOUT, story)
    before = state.is_firing
    for place, value in enumerate(inside):
        state = after_day(STOCKOUT, state, DayValue(FIRST + timedelta(days=len(story) + place), value))
        assert state.is_firing == before
        assert state.turn is Turn.NONE


@given(STORY, st.integers(1, 4), st.integers(1, 4), st.booleans())
def test_every_turn_has_its_days_in_a_row_and_turns_alternate(
    story: list[DayValue], for_days: int, clear_days: int, is_below: bool
) -> None:
    """It fires after so many judged days beyond the limit, and clears after so many back."""
    side, clear_at = (Side.BELOW, Decimal("0.13")) if is_below else (Side.ABOVE, Decimal("0.08"))
    rule = LimitRule("stockout_rate", side, Decimal("0.10"), clear_at, for_days, clear_days)
    state = UNTOUCHED
    judged: list[Decimal] = []
    for today in story:
        before = state
        state = after_day(rule, before, today)
        judged += [today.value] if today.value is not None else []
        assert (state.turn is Turn.FIRED) == (state.is_firing and not before.is_firing)
        assert (state.turn is Turn.CLEARED) == (before.is_firing and not state.is_firing)
        if state.turn is Turn.FIRED:
            assert len(judged) >= for_days
            assert all(rule.is_beyond(value) for value in judged[-for_days:])
            assert state.since == today.day
        if state.turn is Turn.CLEARED:
            assert all(rule.is_back(value) for value in judged[-clear_days:])
        if not state.is_firing:
            assert state.beyond_days < for_days


@given(STORY)
def test_missing_days_anywhere_change_nothing(story: list[DayValue]) -> None:
    """The same judged days give the same state, with or without the missing ones between."""
    with_missing = after_days(STOCKOUT, story)
    without = after_days(STOCKOUT, [day for day in story if day.is_judged])
    assert replace(with_missing, last=None, turn=Turn.NONE) == replace(without, last=None, turn=Turn.NONE)


NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
GMV = Target("t1", "lumina", "gmv", (), NOVEMBER, Direction.UP, Decimal(3000), "BRL")
"""A hundred a day."""
WEEK = dict(zip(range(7), map(Decimal, ("1.2", "1.1", "1.1", "1.0", "1.0", "0.9", "0.7")), strict=True))


def paced(
    a_day: str, until: int, *, missing: tuple[int, ...] = (), target: Target = GMV, was_behind: bool = False
) -> PaceReading:
    """Return the pace by the end of a day of November at so much a day."""
    values = {date(2026, 11, day): Decimal(a_day) for day in range(1, until + 1) if day not in missing}
    known = PaceDays(values, date(2026, 11, until), FLAT_WEEK)
    return pace_reading(PaceRule(), target, known, was_behind=was_behind)


def test_nine_tenths_of_what_is_due_is_on_pace_and_less_is_not() -> None:
    """Ninety a day of a hundred is enough, 89.99 is not."""
    assert paced("90", 15).verdict is PaceVerdict.ON_PACE
    assert paced("89.99", 15).verdict is PaceVerdict.BEHIND
    assert paced("89.99", 15).is_behind
    assert not paced("90", 15).is_behind


def test_a_rule_that_fired_holds_until_the_pace_is_clearly_better() -> None:
    """Between 90 and 95 per cent it stays as it was."""
    assert paced("94.99", 15, was_behind=True).is_behind
    assert not paced("94.99", 15).is_behind
    assert not paced("95", 15, was_behind=True).is_behind


def test_before_the_smallest_number_of_days_nothing_is_said() -> None:
    """Six days are too early, seven are not; a missing day is not one of them."""
    assert paced("1", 6).verdict is PaceVerdict.TOO_EARLY
    assert paced("1", 7).verdict is PaceVerdict.BEHIND
    assert paced("1", 7, missing=(3,)).verdict is PaceVerdict.TOO_EARLY


def test_what_each_remaining_day_must_bring_is_told() -> None:
    """Eighty a day for twenty days leaves 1,400 for ten days."""
    found = paced("80", 20)
    assert (found.actual, found.due, found.share) == (Decimal(1600), Decimal(2000), Decimal("0.8"))
    assert (found.passed_days, found.known_days, found.left_days) == (20, 20, 10)
    assert (found.to_go, found.needed_a_day, found.so_far_a_day) == (Decimal(1400), Decimal(140), Decimal(80))


def test_a_missing_day_makes_nobody_late() -> None:
    """Nothing came in on it and nothing was due on it."""
    found = paced("90", 15, missing=(4, 9))
    assert found.verdict is PaceVerdict.ON_PACE
    assert (found.passed_days, found.known_days, found.due) == (15, 13, Decimal(1300))


def test_on_the_last_day_no_day_is_left_to_make_up_for_it() -> None:
    """What is missing then stays missing."""
    found = paced("80", 30)
    assert found.is_behind
    assert (found.left_days, found.to_go, found.needed_a_day) == (0, Decimal(600), None)


def test_a_target_reached_needs_nothing_more() -> None:
    """More than the target is no debt."""
    found = paced("200", 20)
    assert (found.to_go, found.needed_a_day) == (Decimal(0), Decimal(0))


def test_before_the_period_there_is_nothing_to_say() -> None:
    """No day passed and no day is known."""
    days_known = PaceDays({date(2026, 10, 31): Decimal(5)}, date(2026, 10, 31), FLAT_WEEK)
    found = pace_reading(PaceRule(), GMV, days_known)
    assert found.verdict is PaceVerdict.TOO_EARLY
    assert (found.actual, found.due, found.share, found.so_far_a_day) == (Decimal(0), Decimal(0), None, None)
    assert found.needed_a_day == Decimal(100)


@pytest.mark.parametrize(
    ("target", "verdict"),
    [
        (replace(GMV, value=Decimal(0)), PaceVerdict.NOTHING_DUE),
        (replace(GMV, metric="conversion_rate", value=Decimal("0.02")), PaceVerdict.NOT_PACED),
        (replace(GMV, direction=Direction.DOWN), PaceVerdict.NOT_PACED),
    ],
)
def test_a_target_without_a_pace_is_never_late(target: Target, verdict: PaceVerdict) -> None:
    """Ratios and amounts that should stay small have another rule."""
    found = paced("1", 15, target=target)
    assert found.verdict is verdict
    assert not found.is_behind


def test_a_pace_that_would_flap_is_refused() -> None:
    """It clears where it fires or above."""
    with pytest.raises(ValueError, match="cannot clear"):
        PaceRule(clear_share=Decimal("0.89"))


@given(
    st.dictionaries(st.integers(1, 30), st.integers(0, 300).map(Decimal), max_size=30),
    st.integers(1, 30),
    st.booleans(),
)
def test_the_pace_is_the_targets_own_and_the_needed_days_reach_it(
    by_day: dict[int, Decimal], until: int, was_behind: bool
) -> None:
    """With every day known, what is due is what the target's pace says; what is needed a day adds up to the target."""
    values = {date(2026, 11, day): value for day, value in by_day.items()}
    last = date(2026, 11, until)
    found = pace_reading(PaceRule(), GMV, PaceDays(values, last, WEEK), was_behind=was_behind)
    due = GMV.value * share_due(NOVEMBER, last, WEEK)
    tiny = Decimal("1e-20")
    if found.known_days == until:
        assert abs(found.due - due) < tiny
    assert Decimal(0) <= found.due <= due + tiny
    assert found.passed_days + found.left_days == NOVEMBER.length
    if found.needed_a_day is not None:
        assert abs(found.actual + found.needed_a_day * found.left_days - max(GMV.value, found.actual)) < tiny
    if was_behind and not found.is_behind:
        assert not pace_reading(PaceRule(), GMV, PaceDays(values, last, WEEK)).is_behind
