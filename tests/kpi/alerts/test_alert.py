"""The life of an episode: absence ends nothing, three clear days do, a new level becomes usual."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kpi.alerts.alert import (
    BACK_ODDS,
    CLEAR_BELOW,
    CLEAR_DAYS,
    LONGEST_DAYS,
    DayJudged,
    Episode,
    Phase,
    Span,
    begin,
    expected,
    fresh_days,
    frozen_spans,
    go_on,
    retracted,
)

START = date(2026, 11, 2)


def _day(number: int, *, fires: bool = False, judged: bool = True, z: float = 0.0) -> DayJudged:
    return DayJudged(START + timedelta(days=number), judged, fires, z)


def _lived(days: list[DayJudged]) -> list[Episode]:
    episodes = [begin(START, 3)]
    for day in days:
        episodes.append(go_on(episodes[-1], day))
    return episodes


JUDGED = st.tuples(st.booleans(), st.booleans(), st.sampled_from([0.0, CLEAR_BELOW - 0.01, CLEAR_BELOW, 4.0]))


def _history(entries: list[tuple[bool, bool, float]]) -> list[DayJudged]:
    return [
        _day(number, judged=judged, fires=fires and judged, z=z)
        for number, (judged, fires, z) in enumerate(entries, start=1)
    ]


def test_an_episode_begins_at_the_first_day_of_its_window() -> None:
    """A three-day window that ends on the 2nd began on the 31st."""
    assert begin(START, 3).onset == date(2026, 10, 31)


def test_three_clear_days_in_a_row_resolve() -> None:
    """Fewer would open the same trouble twice."""
    phases = [one.phase for one in _lived([_day(1), _day(2), _day(3)])]
    assert phases == [Phase.FIRING, Phase.RECOVERING, Phase.RECOVERING, Phase.RESOLVED]


def test_a_day_at_the_line_is_not_clear_and_one_below_is() -> None:
    """The limit is one number; both sides are tried."""
    assert go_on(begin(START, 1), _day(1, z=CLEAR_BELOW)).clear_days == 0
    assert go_on(begin(START, 1), _day(1, z=CLEAR_BELOW - 1e-9)).clear_days == 1


def test_missing_days_between_clear_ones_neither_count_nor_break() -> None:
    """Absence says nothing, in either direction."""
    days = [_day(1), _day(2, judged=False), _day(3), _day(4, judged=False), _day(5)]
    assert _lived(days)[-1].phase is Phase.RESOLVED


@given(st.integers(1, LONGEST_DAYS - 1))
def test_absence_never_resolves(days: int) -> None:
    """A file that stops coming must not look like a recovery."""
    lived = _lived([_day(number, judged=False) for number in range(1, days + 1)])
    assert lived[-1].is_open
    assert lived[-1].phase is Phase.FIRING


def test_twenty_eight_days_open_become_the_new_level_even_while_firing() -> None:
    """A month of the same is what is usual now."""
    lived = _lived([_day(number, fires=True, z=5) for number in range(1, LONGEST_DAYS + 1)])
    assert [one.phase for one in lived[-2:]] == [Phase.FIRING, Phase.REBASED]


@given(st.lists(JUDGED, max_size=40))
def test_a_closed_episode_never_changes_again(entries: list[tuple[bool, bool, float]]) -> None:
    """Nothing un-resolves by accident."""
    lived = _lived(_history(entries))
    for before, after in itertools.pairwise(lived):
        if not before.is_open:
            assert after == before


@given(st.lists(JUDGED, max_size=40))
def test_it_resolves_only_on_the_third_clear_day(entries: list[tuple[bool, bool, float]]) -> None:
    """Whatever happens in between."""
    for episode in _lived(_history(entries)):
        assert (episode.phase is Phase.RESOLVED) == (episode.clear_days >= CLEAR_DAYS)
        assert episode.last >= episode.since >= episode.onset


@given(st.lists(JUDGED, min_size=1, max_size=10))
def test_the_same_morning_twice_changes_nothing(entries: list[tuple[bool, bool, float]]) -> None:
    """A sweep that runs again must not count a clear day twice."""
    for day, episode in zip(_history(entries), _lived(_history(entries))[1:], strict=True):
        assert go_on(episode, day) == episode


def test_an_episodes_days_are_frozen_and_a_new_level_freezes_what_was_before() -> None:
    """Nobody learns from trouble, and after a rebase nobody learns from the old level."""
    resolved = _lived([_day(1), _day(2), _day(3)])[-1]
    rebased = _lived([_day(number, fires=True) for number in range(1, LONGEST_DAYS + 1)])[-1]
    assert frozen_spans([resolved]) == (Span(resolved.onset, START + timedelta(days=2)),)
    assert frozen_spans([rebased]) == (Span(date.min, rebased.onset - timedelta(days=1)),)


def test_the_day_that_ends_an_episode_is_learnt_from_and_every_day_of_an_open_one_is_not() -> None:
    """The closing day is the third usual one: it belongs to what is usual."""
    lived = _lived([_day(1), _day(2), _day(3)])
    assert frozen_spans(lived[1:2]) == (Span(lived[0].onset, START + timedelta(days=1)),)
    assert frozen_spans(lived[3:]) == (Span(lived[0].onset, START + timedelta(days=2)),)


def test_an_alert_that_was_taken_back_freezes_nothing_and_a_closed_one_stays() -> None:
    """Days whose data was wrong and is right now are days like any others."""
    taken = retracted(begin(START, 3))
    assert not taken.is_open
    assert frozen_spans([taken]) == ()
    resolved = _lived([_day(1), _day(2), _day(3)])[-1]
    assert retracted(resolved) == resolved


def test_days_that_are_surely_usual_again_end_an_episode_that_longer_windows_still_see() -> None:
    """A fall by half colours the fortnight after it; 20 : 1 for the days since say that it is over."""
    still = [replace(_day(number, fires=True), back=BACK_ODDS - 0.01) for number in (1, 2, 3)]
    over = [replace(_day(number, fires=True), back=BACK_ODDS) for number in (1, 2, 3)]
    assert _lived(still)[-1].phase is Phase.FIRING
    assert _lived(over)[-1].phase is Phase.RESOLVED


def test_only_days_after_an_episode_that_is_over_open_a_new_one() -> None:
    """The clear days at its end are fresh; of one that was expected, or taken back, none of its own or all are."""
    ended = replace(begin(START, 3), phase=Phase.RESOLVED, last=START + timedelta(days=9))
    day = START + timedelta(days=11)
    assert fresh_days([ended], day) == 2 + CLEAR_DAYS
    assert fresh_days([replace(ended, phase=Phase.EXPECTED)], day) == 2
    assert fresh_days([replace(ended, phase=Phase.RETRACTED)], day) is None
    assert fresh_days([replace(ended, phase=Phase.REBASED)], day) is None
    assert fresh_days([ended, begin(day, 1)], day) is None
    assert fresh_days([], day) is None


def test_what_was_expected_is_over_and_its_days_are_frozen() -> None:
    """Up to the day that was looked at last; a closed one stays as it is."""
    open_one = replace(begin(START, 3), last=START + timedelta(days=2))
    over = expected(open_one, open_one.last)
    assert (over.phase, over.is_open) == (Phase.EXPECTED, False)
    assert frozen_spans([over]) == (Span(open_one.onset, open_one.last),)
    assert expected(over, START + timedelta(days=9)) == over
