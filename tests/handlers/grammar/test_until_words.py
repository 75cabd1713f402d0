"""Until when, in four languages, on the clock of a room."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.grammar.until_words import WEEKDAY_WORDS, next_weekday, until_said
from kpi.days import ONE_DAY
from kpi.errors import QuestionError
from kpi.markets import BEIJING

NOW = datetime(2026, 11, 26, 2, tzinfo=UTC)
"""Thursday, 10:00 in Beijing."""


def _said(text: str) -> tuple[str, str]:
    until, rest = until_said(text, NOW, BEIJING, ONE_DAY)
    return until.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M"), rest


@pytest.mark.parametrize(
    ("text", "until"),
    [
        *((text, "2026-11-26 14:00") for text in ("4h", "4 hours", "4 horas", "4小时", "240 min", "14:00", "14点")),
        *((text, "2026-11-29 10:00") for text in ("3", "3d", "3 days", "3 dias", "3天")),
        *((text, "2026-11-27 09:00") for text in ("tomorrow", "Amanhã", "mañana", "明天", "friday", "周五")),
        *((text, "2026-11-30 09:00") for text in ("Monday", "segunda", "lunes", "周一", "星期一", "2026-11-30")),
        *((text, "2026-12-03 14:30") for text in ("thursday 14:30", "quinta 14:30", "jueves 14h30", "周四14:30")),
        *((text, "2026-12-01 14:30") for text in ("2026-12-01 14:30", "2026-12-01T14:30", "2026-12-01, 14:30")),
    ],
)
def test_a_time_is_understood_in_four_languages(text: str, until: str) -> None:
    """What follows it stays as it was typed."""
    assert _said(f"{text} À espera do Mercado Livre") == (until, "À espera do Mercado Livre")


@pytest.mark.parametrize("text", ["soon", "14:75", "25:00", "2026-02-30", "2026-13-01", "99999d", "amanhã25:00", ""])
def test_what_is_no_time_is_refused(text: str) -> None:
    """With one sentence."""
    with pytest.raises(QuestionError):
        _said(text)


def test_a_bare_number_counts_nothing_where_nothing_is_counted() -> None:
    """Two of what, nobody knows."""
    with pytest.raises(QuestionError, match="4h"):
        until_said("2", NOW, BEIJING)


def test_a_weekday_is_never_today() -> None:
    """On a Thursday, Thursday is in a week."""
    assert next_weekday(NOW, BEIJING, 3) == date(2026, 12, 3)


@given(st.integers(0, 6), st.sampled_from([0, 1, 2]), st.integers(0, 366 * 24))
def test_a_weekday_lies_within_the_next_seven_days(weekday: int, word: int, hours: int) -> None:
    """Whatever day it is, and that day it is."""
    at = NOW + timedelta(hours=hours)
    until, rest = until_said(WEEKDAY_WORDS[weekday][word], at, BEIJING)
    assert rest == ""
    assert until.astimezone(BEIJING).weekday() == weekday
    assert timedelta(0) < until - at < 8 * ONE_DAY


@given(st.text(max_size=40))
def test_any_words_are_a_time_or_a_mistake(text: str) -> None:
    """Never a failure."""
    try:
        until, _ = until_said(text, NOW, BEIJING, ONE_DAY)
    except QuestionError:
        return
    assert until.tzinfo is not None
