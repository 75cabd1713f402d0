"""Days, periods and clocks as each language writes them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from kpi.languages import Language
from kpi.wording.babel_locales import locale_of
from kpi.wording.cities import city_of

_SHORT: dict[Language, str] = {
    Language.EN: "d MMM",
    Language.ZH: "MM-dd",
    Language.PT: "dd/MM",
    Language.ES: "dd/MM",
}
_WEEKDAY: dict[Language, str] = {
    Language.EN: "EEE d MMM",
    Language.ZH: "MM-dd（EEE）",
    Language.PT: "EEE, dd/MM",
    Language.ES: "EEE dd/MM",
}
_LONG: dict[Language, str] = {
    Language.EN: "d MMMM y",
    Language.ZH: "y-MM-dd",
    Language.PT: "dd/MM/y",
    Language.ES: "dd/MM/y",
}
_MONTH: dict[Language, str] = {
    Language.EN: "MMMM y",
    Language.ZH: "y年M月",
    Language.PT: "MMMM 'de' y",
    Language.ES: "MMMM 'de' y",
}


def _format(day: date, pattern: str, language: Language) -> str:
    text = format_date(day, format=pattern, locale=locale_of(language))
    return text.replace(".,", ",") if language is Language.PT else text


def short_day(day: date, language: Language) -> str:
    """Return "22 Nov", "11-22", "22/11"."""
    return _format(day, _SHORT[language], language)


def weekday_day(day: date, language: Language) -> str:
    """Return the day with its weekday: "Sun 22 Nov", "11-22（周日）", "dom, 22/11"."""
    return _format(day, _WEEKDAY[language], language)


def long_day(day: date, language: Language) -> str:
    """Return the day with its year."""
    return _format(day, _LONG[language], language)


def month_text(day: date, language: Language) -> str:
    """Return the month `day` lies in."""
    return _format(day, _MONTH[language], language)


def period_text(first: date, last: date, language: Language) -> str:
    """Return "1–22 Nov", "11-01 至 11-22", "01/11–22/11"; years are shown when they differ."""
    if first == last:
        return short_day(first, language)
    show = short_day if first.year == last.year else long_day
    if language is Language.ZH:
        return f"{show(first, language)} 至 {show(last, language)}"
    if language is Language.EN and (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{show(last, language)}"
    return f"{show(first, language)}–{show(last, language)}"


def clock_text(at: datetime, zone: ZoneInfo) -> str:
    """Return the wall clock of `zone` at the aware instant `at` as "08:30"."""
    return at.astimezone(zone).strftime("%H:%M")


def both_clocks(at: datetime, first: ZoneInfo, second: ZoneInfo, language: Language) -> str:
    """Return one instant on two clocks; the day is named where the clocks stand on different dates."""
    one, other = at.astimezone(first), at.astimezone(second)
    differ = one.date() != other.date()
    texts = []
    for local, zone in ((one, first), (other, second)):
        day = f"{short_day(local.date(), language)} " if differ else ""
        clock, city = clock_text(at, zone), city_of(zone, language)
        texts.append(f"{day}{clock}（{city}）" if language is Language.ZH else f"{day}{clock} {city}")
    between = "/ " if language is Language.ZH else " / "
    return texts[0] if first.key == second.key else between.join(texts)
