"""Until when, as people say it in four languages: "4h", "3 dias", "明天", "segunda 14:00", "2026-12-01 14:00"."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.grammar.grammar import normalise
from kpi.days import ONE_DAY, business_day
from kpi.errors import QuestionError
from kpi.phrases import phrase

MORNING = time(9)
"""When a day that is named without an hour begins."""
MOST_WORDS = 3
"""Words a time has at most: "segunda 14 h", "2026-12-01 14:00"."""

TODAY_WORDS = ("today", "hoje", "hoy", "今天", "今日")
TOMORROW_WORDS = ("tomorrow", "amanha", "manana", "明天", "明日")
WEEKDAY_WORDS: tuple[tuple[str, ...], ...] = (
    ("monday", "mon", "segunda", "segunda-feira", "lunes", "周一", "星期一"),
    ("tuesday", "tue", "terca", "terca-feira", "martes", "周二", "星期二"),
    ("wednesday", "wed", "quarta", "quarta-feira", "miercoles", "周三", "星期三"),
    ("thursday", "thu", "quinta", "quinta-feira", "jueves", "周四", "星期四"),
    ("friday", "fri", "sexta", "sexta-feira", "viernes", "周五", "星期五"),
    ("saturday", "sat", "sabado", "周六", "星期六"),
    ("sunday", "sun", "domingo", "周日", "周天", "星期日", "星期天"),
)
"""Monday first, as Python counts. Without case and accents, as `normalise` leaves them."""

_WEEKDAYS = {word: number for number, words in enumerate(WEEKDAY_WORDS) for word in words}
_NAMED = sorted((*TODAY_WORDS, *TOMORROW_WORDS, *_WEEKDAYS), key=len, reverse=True)
_UNITS: dict[str, timedelta] = {
    **dict.fromkeys(("m", "min", "minute", "minutes", "minuto", "minutos", "分钟"), timedelta(minutes=1)),
    **dict.fromkeys(("h", "hour", "hours", "hora", "horas", "小时"), timedelta(hours=1)),
    **dict.fromkeys(("d", "day", "days", "dia", "dias", "天", "日"), ONE_DAY),
}
_SPAN = re.compile(rf"(\d{{1,4}})\s*({'|'.join(sorted(_UNITS, key=len, reverse=True))})?")
_CLOCK_TEXT = r"(\d{1,2})\s*(?:[:h点](\d{2})?)"
_CLOCK = re.compile(r"(\d{1,2})\s*[:点](\d{2})?")
_DAY = re.compile(rf"(\d{{4}}-\d{{2}}-\d{{2}}|{'|'.join(map(re.escape, _NAMED))})(?:[\s,，t]*{_CLOCK_TEXT})?")


def until_said(text: str, at: datetime, zone: ZoneInfo, counted: timedelta | None = None) -> tuple[datetime, str]:
    """Return the instant (UTC) a text begins with, said at `at` on the clock of `zone`, and the words after it.

    A bare number counts `counted`, where that is given. Raises QuestionError where no time is said.
    """
    words = text.split()
    for many in range(min(MOST_WORDS, len(words)), 0, -1):
        found = _instant(normalise(" ".join(words[:many])), at, zone, counted)
        if found is not None:
            return found, " ".join(words[many:])
    raise QuestionError(
        phrase("“%(text)s” is no time. Write for example `4h`, `3d`, `tomorrow` or `%(day)s 14:00`."),
        text=text[:80],
        day=(business_day(at, zone) + ONE_DAY).isoformat(),
    )


def morning_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) at which a day's work begins."""
    return _on(day, MORNING, zone)


def next_weekday(at: datetime, zone: ZoneInfo, weekday: int) -> date:
    """Return the next day of a weekday after today."""
    today = business_day(at, zone)
    return today + ONE_DAY * ((weekday - today.weekday() - 1) % 7 + 1)


def _instant(words: str, at: datetime, zone: ZoneInfo, counted: timedelta | None) -> datetime | None:
    if span := _SPAN.fullmatch(words):
        unit = _UNITS.get(span.group(2) or "", counted)
        return None if unit is None else at + int(span.group(1)) * unit
    if clock := _CLOCK.fullmatch(words):
        return _on(business_day(at, zone), _clock(clock.group(1), clock.group(2)), zone)
    if named := _DAY.fullmatch(words):
        day = _day(named.group(1), at, zone)
        return _on(day, _clock(named.group(2), named.group(3)) if named.group(2) else MORNING, zone)
    return None


def _day(word: str, at: datetime, zone: ZoneInfo) -> date:
    today = business_day(at, zone)
    if word in TODAY_WORDS:
        return today
    if word in TOMORROW_WORDS:
        return today + ONE_DAY
    if word in _WEEKDAYS:
        return next_weekday(at, zone, _WEEKDAYS[word])
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise QuestionError(phrase("“%(date)s” is not a day of the calendar."), date=word) from None


def _clock(hours: str, minutes: str | None) -> time:
    try:
        return time(int(hours), int(minutes or 0))
    except ValueError:
        said = f"{hours}:{minutes or '00'}"
        raise QuestionError(phrase("“%(time)s” is not a time of day; write for example 14:00."), time=said) from None


def _on(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)
