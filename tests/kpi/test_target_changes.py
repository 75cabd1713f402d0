"""Which of several targets is in force on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from kpi.days import Period
from kpi.metrics.metric import Direction
from kpi.target_changes import TargetChange, ever_in_force, in_force, is_same_scope
from kpi.targets import Target

FIRST = date(2026, 11, 1)
NOW = datetime(2026, 11, 1, tzinfo=UTC)

PERIODS = st.tuples(st.integers(0, 20), st.integers(0, 20)).map(
    lambda ends: Period(FIRST + timedelta(days=min(ends)), FIRST + timedelta(days=max(ends)))
)


def _target(name: str, period: Period, *stores: str, metric: str = "acos") -> Target:
    return Target(name, "lumina", metric, stores, period, Direction.DOWN, Decimal("0.1"))


def _set(periods: Sequence[Period], *stores: str) -> list[TargetChange]:
    return [
        TargetChange(f"{number}", _target(f"set {number}", period, *stores), None, "ana", NOW + timedelta(hours=number))
        for number, period in enumerate(periods)
    ]


def test_stores_are_a_scope_in_any_order() -> None:
    """And another metric or another currency is another figure."""
    one = _target("one", Period.of_day(FIRST), "a", "b")
    assert is_same_scope(one, _target("other", Period.of_day(FIRST), "b", "a"))
    assert not is_same_scope(one, _target("other", Period.of_day(FIRST), "a"))
    assert not is_same_scope(one, _target("other", Period.of_day(FIRST), "a", "b", metric="tacos"))


@given(PERIODS, st.lists(PERIODS, max_size=4), st.integers(0, 20))
def test_one_figure_has_one_target_a_day_and_it_is_the_last_one_said(
    written: Period, said: list[Period], day: int
) -> None:
    """Whatever the periods; what is in force on a day is in force at all."""
    file, changes, at = [_target("file", written)], _set(said), FIRST + timedelta(days=day)
    meant = [one.target.id for one in changes if at in one.target.period]
    expected = meant[-1:] or (["file"] if at in written else [])
    assert [one.id for one in in_force(file, changes, at)] == expected
    ever = {one.id for one in ever_in_force(file, changes)}
    days = [FIRST + timedelta(days=number) for number in range(21)]
    assert ever == {one.id for one_day in days for one in in_force(file, changes, one_day)}


def test_other_stores_stay_as_they_are() -> None:
    """A target of one store does not end that of all."""
    whole = Period(FIRST, FIRST + timedelta(days=29))
    found = in_force([_target("all", whole)], _set([whole], "lumina-ml-br"), FIRST)
    assert [one.id for one in found] == ["all", "set 0"]
