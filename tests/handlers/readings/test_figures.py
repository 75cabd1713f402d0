"""Readings as figures: every unit, every shortfall, every direction, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from handlers.readings.figures import (
    change_text,
    count_text,
    figure_of,
    is_worse,
    judgement_word,
    shortfall_text,
    target_text,
    usual_text,
    value_text,
)
from handlers.readings.trends import round_ticks, worded
from kpi.days import Period
from kpi.digests import TrendLine
from kpi.facts import FactStatus
from kpi.languages import Language
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Direction
from kpi.readings.reading import Baseline, Comparison, Reading, SampleGap, Scope, Shortfall
from kpi.targets import FLAT_WEEK, Target, standing
from kpi.tones import Tone
from kpi.wording.wording import Wording

DAY = date(2026, 8, 27)
EN = Wording(Language.EN)
BASELINE = Baseline(Decimal("0.02"), Decimal("0.01"), Decimal("0.03"), 8, (DAY,))
CLAIMS = Reading(
    "claims_rate",
    Scope(("one",), "mercadolibre"),
    Period.of_day(DAY),
    Decimal("0.04"),
    4,
    Decimal(100),
    FactStatus.FINAL,
    1,
    1,
    tone=Tone.BAD,
    is_unusual=True,
    baseline=BASELINE,
    known_at=datetime(2026, 8, 28, tzinfo=UTC),
)


@pytest.mark.parametrize(
    ("metric", "value", "text"),
    [
        ("gmv", "1234567", "R$1.2M"),
        ("orders", "1234", "1,234"),
        ("conversion_rate", "0.0235", "2.35%"),
        ("conversion_rate", "0.142", "14.2%"),
        ("handling_time_hours", "26.5", "26.5 h"),
        ("first_response_minutes", "42", "42 min"),
        ("avg_rating", "4.619", "4.62 ★"),
        ("roas", "3.2", "3.20×"),
        ("days_of_cover", "26", "26 days"),
        ("days_of_cover", "1", "1 day"),
        ("reputation_level", "5", "green"),
        ("reputation_level", "1", "red"),
        ("reputation_level", "9", "no data"),
    ],
)
def test_a_value_carries_its_unit(metric: str, value: str, text: str) -> None:
    """Nobody guesses what 3.2 is."""
    assert value_text(METRICS[metric], Decimal(value), "BRL", EN) == text


def test_no_value_is_said_in_words() -> None:
    """In everybody's own."""
    said = {value_text(METRICS["gmv"], None, "BRL", Wording(language)) for language in Language}
    assert said == {"no data", "无数据", "sem dados", "sin datos"}


@pytest.mark.parametrize(
    ("metric", "reference", "change", "is_relative", "text"),
    [
        ("gmv", "100", "-0.123", True, "▼ 12.3%"),
        ("orders", "100", "0", True, "="),
        ("conversion_rate", "0.02", "0.0054", False, "▲ 0.54 pp"),
        ("avg_rating", "4.2", "0.4", False, "▲ 0.4"),
        ("roas", "3", "-0.25", False, "▼ 0.3"),
    ],
)
def test_a_change_is_told_as_its_unit_asks(
    metric: str, reference: str, change: str, text: str, *, is_relative: bool
) -> None:
    """Per cent of an amount, points of a share, a plain difference of the rest; never "% of %"."""
    compared = Comparison(Decimal(reference), Decimal(change), is_relative)
    assert change_text(METRICS[metric], compared, EN) == text


def test_what_cannot_be_compared_has_no_change() -> None:
    """From nothing to something is no percentage."""
    assert change_text(METRICS["gmv"], None, EN) == ""
    assert change_text(METRICS["gmv"], Comparison(Decimal(0), None, is_relative=True), EN) == ""


def test_more_is_worse_where_less_is_good() -> None:
    """Four claims in a hundred against two."""
    assert is_worse(CLAIMS)
    assert judgement_word(CLAIMS, EN) == "worse"
    fewer = replace(CLAIMS, value=Decimal("0.001"))
    assert judgement_word(fewer, EN) == "better"
    assert not is_worse(replace(CLAIMS, baseline=None))
    assert not is_worse(replace(CLAIMS, metric="conversion_rate"))


@pytest.mark.parametrize(
    ("shortfall", "judgement", "text"),
    [
        (Shortfall.NO_DATA, "not judged", "Not enough data: nothing was reported for this period."),
        (Shortfall.ZERO_DENOMINATOR, "not judged", "Not enough data: the denominator is zero."),
        (Shortfall.IMPOSSIBLE, "not judged", "Not judged: more than 100% means that two counters disagree."),
        (
            Shortfall.SMALL_SAMPLE,
            "sample too small",
            "Not enough data to judge: 7 paid orders, 1,000 needed.",
        ),
        (None, "worse", ""),
    ],
)
def test_every_shortfall_has_its_sentence(shortfall: Shortfall | None, judgement: str, text: str) -> None:
    """Why nothing is judged, in words."""
    gap = SampleGap("orders_paid", 7, 1000) if shortfall is Shortfall.SMALL_SAMPLE else None
    reading = replace(CLAIMS, shortfall=shortfall, gap=gap)
    assert (judgement_word(reading, EN), shortfall_text(reading, EN)) == (judgement, text)


def test_a_neutral_value_gets_no_word() -> None:
    """Nothing is good or bad about an average order value."""
    assert judgement_word(replace(CLAIMS, metric="aov", tone=Tone.NEUTRAL, is_unusual=False), EN) == ""


def test_counts_stand_beside_shares_of_counts_only() -> None:
    """Orders of visits can be counted; reais of reais are no counts."""
    assert count_text(CLAIMS, EN) == "4 ÷ 100"
    assert count_text(replace(CLAIMS, metric="acos"), EN) == ""
    assert count_text(replace(CLAIMS, metric="aov"), EN) == ""
    assert count_text(replace(CLAIMS, numerator=None), EN) == ""


def test_a_target_is_told_with_its_side_and_its_pace() -> None:
    """At most 2 %; at least 31 orders in August, 27 due, 54 done."""
    month = Period.month_of(DAY)
    most = Target("a", "e", "claims_rate", (), month, Direction.DOWN, Decimal("0.02"))
    least = Target("b", "e", "orders", (), month, Direction.UP, Decimal(31))
    ratio = replace(CLAIMS, standing=standing(most, Decimal("0.04"), DAY, FLAT_WEEK))
    amount = replace(CLAIMS, metric="orders", standing=standing(least, Decimal(54), DAY, FLAT_WEEK))
    assert target_text(ratio, EN) == "target ≤ 2.00%"
    assert target_text(amount, EN) == "target 31 · pace 200%"
    assert target_text(CLAIMS, EN) == ""


def test_the_fine_print_holds_what_qualifies_the_number() -> None:
    """Counts, window, status, coverage, band: in this order."""
    week = replace(CLAIMS, period=Period.ending(DAY, 7), status=FactStatus.PARTIAL, days_present=6, days_expected=7)
    assert figure_of(week, EN).note == ("4 ÷ 100 · 21–27 Aug · partial · 6 of 7 store-days · usual 1.00%–3.00%")
    assert figure_of(CLAIMS, EN).note == "4 ÷ 100 · usual 1.00%–3.00%"
    assert figure_of(CLAIMS, EN, day_shown=True).note == "4 ÷ 100 · 27 Aug · usual 1.00%–3.00%"
    assert usual_text(replace(CLAIMS, baseline=None), EN) == "no baseline yet"


def line(*values: str | None) -> TrendLine:
    """Return a line of some days of orders."""
    days = tuple(Period.ending(DAY, len(values)).days())
    numbers = tuple(None if value is None else Decimal(value) for value in values)
    return TrendLine("orders", "", None, days, numbers, (None,) * len(days), provisional=(False,) * len(days))


def test_a_short_line_labels_each_day_and_a_long_one_four() -> None:
    """More would collide on a phone."""
    short, long = (worded(line(*["7"] * days), METRICS["orders"], EN) for days in (3, 28))
    assert [label.text for label in short.day_labels] == ["25 Aug", "26 Aug", "27 Aug"]
    assert [label.at for label in long.day_labels] == [0, 9, 18, 27]


def test_a_line_without_values_has_no_labels() -> None:
    """Nothing to measure by, nothing to say."""
    empty = worded(line(None, None), METRICS["orders"], EN)
    assert (empty.value_labels, empty.last_label, empty.values) == ((), "", (None, None))


def test_a_gap_in_a_line_stays_a_gap_and_the_newest_value_is_written_beside_it() -> None:
    """Missing is not zero."""
    drawn = worded(line("10", None, "1234"), METRICS["orders"], EN)
    assert drawn.values == (10.0, None, 1234.0)
    assert drawn.last_label == "1,234"


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(0, 100, (0, 50, 100)), (0, 5300, (0, 2000, 4000)), (0.021, 0.034, (0.025, 0.03)), (0, 0, (0,))],
)
def test_ticks_are_round_numbers_inside_the_line(low: float, high: float, ticks: tuple[float, ...]) -> None:
    """Steps of 1, 2 or 5 times a power of ten."""
    assert round_ticks(low, high) == ticks
