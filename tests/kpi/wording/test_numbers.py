"""Numbers, shares and changes as each language writes them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.languages import Language
from kpi.wording.wording import Wording
from tests.kpi.wording.readers import number_in, step_of

EN, ZH, PT, ES = Language.EN, Language.ZH, Language.PT, Language.ES
MINUS = "\N{MINUS SIGN}"

languages = st.sampled_from(list(Language))
counts = st.integers(-(10**13), 10**13)
ratios = st.decimals(-50, 50, places=6)


def half_up(value: Decimal, digits: int) -> Decimal:
    """Return `value` rounded half away from zero, by way of whole numbers."""
    whole = int(abs(value).scaleb(digits) + Decimal("0.5"))
    return Decimal(whole).scaleb(-digits).copy_sign(value)


def plain(text: str) -> str:
    """Return the text with ordinary spaces."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("language", "text"), [(EN, "1,284,567"), (ZH, "1,284,567"), (PT, "1.284.567"), (ES, "1.284.567")]
)
def test_a_count_is_grouped(language: Language, text: str) -> None:
    """Grouping begins at four digits in Spanish too."""
    assert Wording(language).count(1_284_567) == text
    assert Wording(language).count(7404) == text[0].replace("1", "7") + text[1] + "404"


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        (9_999, ("9,999", "9,999", "9.999", "9.999")),
        (10_000, ("10k", "1万", "10 mil", "10 mil")),
        (20_000, ("20k", "2万", "20 mil", "20 mil")),
        (128_456, ("128.5k", "12.8万", "128,5 mil", "128,5 mil")),
        (999_949, ("999.9k", "100.0万", "999,9 mil", "999,9 mil")),
        (999_950, ("1.0M", "100.0万", "1,0 mi", "1,0 M")),
        (1_284_567, ("1.3M", "128.5万", "1,3 mi", "1,3 M")),
        (12_345_678, ("12.3M", "1,235万", "12,3 mi", "12,3 M")),
        (99_994_999, ("100.0M", "9,999万", "100,0 mi", "100,0 M")),
        (99_995_000, ("100.0M", "1.0亿", "100,0 mi", "100,0 M")),
        (999_999_999, ("1.0B", "10.0亿", "1,0 bi", "1,0 mil M")),
        (1_234_567_890, ("1.2B", "12.3亿", "1,2 bi", "1,2 mil M")),
        (2_345_678_901_234, ("2,346B", "23,457亿", "2.346 bi", "2.346 mil M")),
        (-128_456, ("−128.5k", "−12.8万", "−128,5 mil", "−128,5 mil")),
    ],
)
def test_large_counts_are_said_in_the_readers_thousands(value: int, texts: tuple[str, ...]) -> None:
    """A number on the edge of a step takes the next word: never 1,000.0 thousand."""
    assert tuple(plain(Wording(language).count(value, compact=True)) for language in (EN, ZH, PT, ES)) == texts


@given(counts, languages)
def test_a_count_reads_back(value: int, language: Language) -> None:
    """Nothing is lost in a number written in full."""
    assert number_in(Wording(language).count(value), language) == value


@given(counts, languages)
def test_a_compact_count_reads_back_to_its_last_digit(value: int, language: Language) -> None:
    """A compact number is off by half of its last digit at most, and that is no more than 5 %."""
    text = Wording(language).count(value, compact=True)
    last_digit = step_of(text) if abs(value) >= 1000 * step_of(text) else Decimal(step_of(text)) / 10
    off = abs(number_in(text, language) - value)
    assert off <= last_digit / 2
    assert off <= Decimal(abs(value)) / 20


@pytest.mark.parametrize(
    ("share", "texts"),
    [
        ("0.018098", ("1.81%", "1.81%", "1,81%", "1,81%")),
        ("0.0235", ("2.35%", "2.35%", "2,35%", "2,35%")),
        ("0.142", ("14.2%", "14.2%", "14,2%", "14,2%")),
        ("0", ("0.00%", "0.00%", "0,00%", "0,00%")),
        ("0.09994", ("9.99%", "9.99%", "9,99%", "9,99%")),
        ("0.09995", ("10.0%", "10.0%", "10,0%", "10,0%")),
        ("0.099949", ("9.99%", "9.99%", "9,99%", "9,99%")),
        ("0.1", ("10.0%", "10.0%", "10,0%", "10,0%")),
        ("-0.05", ("−5.00%", "−5.00%", "−5,00%", "−5,00%")),
        ("12.5", ("1,250.0%", "1,250.0%", "1.250,0%", "1.250,0%")),
    ],
)
def test_small_shares_have_two_decimals_and_others_one(share: str, texts: tuple[str, ...]) -> None:
    """The line is drawn on what is shown; no space stands before the sign."""
    assert tuple(Wording(language).share(Decimal(share)) for language in (EN, ZH, PT, ES)) == texts


@given(ratios, languages)
def test_a_share_reads_back(share: Decimal, language: Language) -> None:
    """The text is the share in per cent, rounded half up to the places it shows."""
    digits = 2 if abs(half_up(share * 100, 2)) < 10 else 1
    assert number_in(Wording(language).share(share), language) == half_up(share * 100, digits)


def test_halves_are_rounded_away_from_zero() -> None:
    """Babel alone rounds 12.5 % to 12 % and 13.5 % to 14 %."""
    english = Wording(EN)
    assert [english.whole_percent(Decimal(share)) for share in ("0.125", "0.135", "-0.125")] == ["13%", "14%", "−13%"]
    assert [english.number(Decimal(value), 1) for value in ("0.25", "0.35", "-0.25")] == ["0.3", "0.4", "−0.3"]


def test_nothing_is_minus_zero() -> None:
    """A number that rounds to zero carries no sign."""
    assert Wording(EN).count(Decimal("-0.4")) == "0"
    assert Wording(EN).share(Decimal("-0.000001")) == "0.00%"


@pytest.mark.parametrize(
    ("language", "up", "down"),
    [(EN, "▲ 4.0%", "▼ 12.3%"), (ZH, "▲4.0%", "▼12.3%"), (PT, "▲ 4,0%", "▼ 12,3%"), (ES, "▲ 4,0%", "▼ 12,3%")],
)
def test_a_change_has_an_arrow_and_no_sign(language: Language, up: str, down: str) -> None:
    """Direction is told by ▲▼ alone."""
    wording = Wording(language)
    assert (wording.change(Decimal("0.04")), wording.change(Decimal("-0.1234"))) == (up, down)


@pytest.mark.parametrize(
    ("language", "up", "down"),
    [
        (EN, "▲ 1.50 pp", "▼ 0.54 pp"),
        (ZH, "▲1.50个百分点", "▼0.54个百分点"),
        (PT, "▲ 1,50 p.p.", "▼ 0,54 p.p."),
        (ES, "▲ 1,50 pp", "▼ 0,54 pp"),
    ],
)
def test_rates_change_in_percentage_points(language: Language, up: str, down: str) -> None:
    """Never per cent of per cent."""
    wording = Wording(language)
    assert (wording.points(Decimal("0.015")), wording.points(Decimal("-0.0054"))) == (up, down)


@given(st.sampled_from(["change", "points", "difference"]), ratios, languages)
def test_a_change_reads_back_with_its_direction(method: str, change: Decimal, language: Language) -> None:
    """What rounds to nothing is "=", never "▼ 0.0"."""
    scale, digits = {"change": (100, 1), "points": (100, 2), "difference": (1, 1)}[method]
    text = getattr(Wording(language), method)(change)
    expected = half_up(change * scale, digits)
    assert text == "=" if not expected else number_in(text.replace("p.p.", ""), language) == expected


@pytest.mark.parametrize("language", Language)
def test_stars_and_multiples_keep_two_decimals(language: Language) -> None:
    """A rating of 4.6 and one of 4.64 are different news."""
    point = "," if language in {PT, ES} else "."
    assert Wording(language).stars(Decimal("4.625")) == f"4{point}63 ★"
    assert Wording(language).multiple(Decimal("3.2")) == f"3{point}20×"
    assert Wording(language).difference(Decimal("0.4")).endswith(f"0{point}4")


@pytest.mark.parametrize(
    ("language", "hours", "minutes", "day", "days"),
    [
        (EN, "26.5 h", "42 min", "1 day", "26 days"),
        (ZH, "26.5小时", "42分钟", "1天", "26天"),
        (PT, "26,5 h", "42 min", "1 dia", "26 dias"),
        (ES, "26,5 h", "42 min", "1 día", "26 días"),
    ],
)
def test_durations_carry_their_unit(language: Language, hours: str, minutes: str, day: str, days: str) -> None:
    """One day is a day."""
    wording = Wording(language)
    assert wording.hours(Decimal("26.49")) == hours
    assert wording.minutes(Decimal("41.5")) == minutes
    assert (wording.days(Decimal("0.5")), wording.days(Decimal("26.4"))) == (day, days)


@pytest.mark.parametrize(("language", "text"), [(EN, "no data"), (ZH, "无数据"), (PT, "sem dados"), (ES, "sin datos")])
def test_missing_is_said_and_not_zero(language: Language, text: str) -> None:
    """A reader sees words where there is no number."""
    assert Wording(language).missing() == text
