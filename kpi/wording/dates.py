"""Days, periods and clocks as each language writes them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from kpi.languages import Language

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

_CITIES: dict[str, tuple[str, str, str, str]] = {
    # IANA zone: en, zh, pt, es
    "Asia/Shanghai": ("Beijing", "北京", "Pequim", "Pekín"),
    "America/Sao_Paulo": ("São Paulo", "圣保罗", "São Paulo", "São Paulo"),
    "America/Mexico_City": ("Mexico City", "墨西哥城", "Cidade do México", "Ciudad de México"),
    "America/Argentina/Buenos_Aires": ("Buenos Aires", "布宜诺斯艾利斯", "Buenos Aires", "Buenos Aires"),
    "America/Santiago": ("Santiago", "圣地亚哥", "Santiago", "Santiago"),
    "America/Bogota": ("Bogotá", "波哥大", "Bogotá", "Bogotá"),
    "America/Tijuana": ("Tijuana", "蒂华纳", "Tijuana", "Tijuana"),
    "UTC": ("UTC", "UTC", "UTC", "UTC"),
}
_COLUMN: dict[Language, int] = {Language.EN: 0, Language.ZH: 1, Language.PT: 2, Language.ES: 3}


def _format(day: date, pattern: str, language: Language) -> str:
    text = format_date(day, format=pattern, locale=language.value)
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
    """Return "1–22 Nov"-like ranges in the language's own order; years are shown when they differ."""
    if first == last:
        return short_day(first, language)
    show = short_day if first.year == last.year else long_day
    return (
        f"{show(first, language)}–{show(last, language)}"
        if language is not Language.ZH
        else (f"{show(first, language)} 至 {show(last, language)}")
    )


def city_of(zone: ZoneInfo, language: Language) -> str:
    """Return the city whose clock `zone` is; unknown zones show the last part of their name."""
    names = _CITIES.get(zone.key)
    return names[_COLUMN[language]] if names else zone.key.rsplit("/", 1)[-1].replace("_", " ")


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
    return texts[0] if first.key == second.key else " / ".join(texts)
