"""Days, periods and clocks as each language writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from babel.core import get_global

from kpi.languages import Language
from kpi.wording.cities import city_of
from kpi.wording.wording import Wording

EN, ZH, PT, ES = Language.EN, Language.ZH, Language.PT, Language.ES
ALL = (EN, ZH, PT, ES)
SUNDAY = date(2026, 11, 22)
SAO_PAULO, BEIJING = ZoneInfo("America/Sao_Paulo"), ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("method", "texts"),
    [
        ("short_day", ("22 Nov", "11-22", "22/11", "22/11")),
        ("weekday_day", ("Sun 22 Nov", "11-22（周日）", "dom, 22/11", "dom 22/11")),
        ("long_day", ("22 November 2026", "2026-11-22", "22/11/2026", "22/11/2026")),
        ("month", ("November 2026", "2026年11月", "novembro de 2026", "noviembre de 2026")),
    ],
)
def test_a_day_is_written_in_the_languages_own_order(method: str, texts: tuple[str, ...]) -> None:
    """Month first in Chinese, day first elsewhere."""
    assert tuple(getattr(Wording(language), method)(SUNDAY) for language in ALL) == texts


@pytest.mark.parametrize("language", ALL)
def test_the_seven_weekdays_differ(language: Language) -> None:
    """Seven days, seven texts, and no full stop before a comma."""
    texts = {Wording(language).weekday_day(date(2026, 11, day)) for day in range(16, 23)}
    assert len(texts) == 7
    assert not any(".," in text for text in texts)


@pytest.mark.parametrize(
    ("first", "texts"),
    [
        (SUNDAY, ("22 Nov", "11-22", "22/11")),
        (date(2026, 11, 1), ("1–22 Nov", "11-01 至 11-22", "01/11–22/11")),
        (date(2026, 10, 24), ("24 Oct–22 Nov", "10-24 至 11-22", "24/10–22/11")),
        (
            date(2025, 11, 23),
            ("23 November 2025–22 November 2026", "2025-11-23 至 2026-11-22", "23/11/2025–22/11/2026"),
        ),
    ],
)
def test_a_period_shows_years_only_where_they_differ(first: date, texts: tuple[str, ...]) -> None:
    """One day is no range."""
    assert tuple(Wording(language).period(first, SUNDAY) for language in (EN, ZH, PT)) == texts
    assert Wording(ES).period(first, SUNDAY) == texts[-1]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (EN, "08:37 São Paulo / 19:37 Beijing"),
        (ZH, "08:37（圣保罗）/ 19:37（北京）"),
        (PT, "08:37 São Paulo / 19:37 Pequim"),
        (ES, "08:37 São Paulo / 19:37 Pekín"),
    ],
)
def test_one_instant_is_shown_on_both_clocks(language: Language, text: str) -> None:
    """Half past eight in São Paulo is half past seven in the evening in Beijing."""
    at = datetime(2026, 11, 22, 11, 37, tzinfo=UTC)
    assert Wording(language).both_clocks(at, SAO_PAULO, BEIJING) == text
    assert text.endswith(Wording(language).both_clocks(at, BEIJING, BEIJING))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (EN, "22 Nov 22:00 São Paulo / 23 Nov 09:00 Beijing"),
        (ZH, "11-22 22:00（圣保罗）/ 11-23 09:00（北京）"),
        (PT, "22/11 22:00 São Paulo / 23/11 09:00 Pequim"),
        (ES, "22/11 22:00 São Paulo / 23/11 09:00 Pekín"),
    ],
)
def test_clocks_on_different_dates_name_their_days(language: Language, text: str) -> None:
    """Eleven hours apart, the reader must know which night is meant."""
    assert Wording(language).both_clocks(datetime(2026, 11, 23, 1, tzinfo=UTC), SAO_PAULO, BEIJING) == text


def test_a_clock_follows_summer_time() -> None:
    """Santiago is three hours behind UTC in November and four in July."""
    santiago = ZoneInfo("America/Santiago")
    assert Wording(ES).clock(datetime(2026, 11, 22, 12, tzinfo=UTC), santiago) == "09:00"
    assert Wording(ES).clock(datetime(2026, 7, 22, 12, tzinfo=UTC), santiago) == "08:00"


@pytest.mark.parametrize("territory", ["BR", "MX", "AR", "CL", "CO", "CN"])
def test_every_zone_of_our_markets_has_a_city_in_chinese(territory: str) -> None:
    """A seller does not read "Campo Grande"."""
    zones = get_global("territory_zones")[territory]
    assert zones
    assert [zone for zone in zones if city_of(ZoneInfo(zone), ZH).isascii()] == []


@pytest.mark.parametrize(
    ("zone", "texts"),
    [
        ("Asia/Shanghai", ("Beijing", "北京", "Pequim", "Pekín")),
        ("America/Mexico_City", ("Mexico City", "墨西哥城", "Cidade do México", "Ciudad de México")),
        ("America/Bogota", ("Bogotá", "波哥大", "Bogotá", "Bogotá")),
        ("UTC", ("UTC", "UTC", "UTC", "UTC")),
        ("America/New_York", ("New York", "New York", "New York", "New York")),
    ],
)
def test_a_zone_is_named_by_its_city(zone: str, texts: tuple[str, ...]) -> None:
    """A zone of no market shows the last part of its own name."""
    assert tuple(Wording(language).city(ZoneInfo(zone)) for language in ALL) == texts
