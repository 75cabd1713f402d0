"""One metric: value, comparisons, target, stores, chart; worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from handlers.answers.metric_answer import LONGEST_LINE, MOST_STORES
from handlers.messages import Figure
from kpi.days import Period
from kpi.facts import FactStatus
from kpi.languages import Language
from kpi.markets import Market, Marketplace
from kpi.metrics.measures import SCALED
from kpi.metrics.metric import Direction
from kpi.pictures import TrendPicture
from kpi.targets import Target
from kpi.tones import Tone
from tests.handlers.world import DAY, World, bad_thursday, north, values
from tests.twins.book_samples import a_store

WEDNESDAY = DAY - timedelta(days=1)


def test_a_metric_is_told_with_what_is_usual_and_what_was_before() -> None:
    """50 ÷ 4,000 = 1.25 % against 2.5 % on Thursdays and 102 ÷ 4,000 = 2.55 % on Wednesday."""
    reply = bad_thursday().ask("/kpi conversion br")
    assert reply.headline == "North ML · Conversion rate (ML) 1.25% (27 Aug) ▼ 1.25 pp"
    assert reply.text == "Worse than usual (usual 2.00%–3.00%)."
    assert (reply.tone, reply.table) == (Tone.BAD, None)
    assert reply.figures == (
        Figure(
            "Conversion rate (ML)",
            "1.25%",
            "▼ 1.25 pp",
            "worse",
            Tone.BAD,
            note="50 ÷ 4,000 · 27 Aug · preliminary · usual 2.00%–3.00%",
        ),
        Figure("Previous period", "2.55%", "▼ 1.30 pp", note="26 Aug"),
    )


def test_what_is_better_than_usual_is_said_too() -> None:
    """200 orders of R$ 50 are twice the usual."""
    world = World().fill("north-amz").fill("north-ml", last=WEDNESDAY)
    world.report("north-ml", {"visits": 4_000, "orders_paid": 200, "gmv_gross": 10_000 * SCALED})
    reply = world.ask("/kpi gmv br")
    assert reply.headline == "North ML · GMV R$10.0k (27 Aug) ▲ 100.0%"
    assert reply.text.startswith("Better than usual")
    assert (reply.figures[0].judgement, reply.tone) == ("better", Tone.GOOD)


def test_each_currency_and_each_marketplace_stands_apart_and_the_stores_are_named() -> None:
    """Traffic is counted differently everywhere, which is said."""
    reply = bad_thursday().ask("/kpi conversion")
    assert [figure.name for figure in reply.figures] == [
        "Conversion rate (ML)",
        "Conversion rate (Amazon)",
        "Previous period",
    ]
    assert reply.table is not None
    assert reply.table.rows == (
        ("North ML", "1.25%", "▼ 1.25 pp", "worse"),
        ("North Amazon", "3.33%", "=", "normal"),
    )
    assert "Marketplaces count traffic differently, so they are not added up." in reply.notes


def test_a_ratio_over_days_and_stores_is_the_ratio_of_the_sums() -> None:
    """GMV ÷ orders of one currency: (32,700 + 20,000) ÷ (654 + 100) = 69.89 and not the mean of 50 and 200."""
    other = replace(a_store("north-two", Marketplace.MERCADO_LIBRE, Market.BR), name="Two")
    world = bad_thursday()
    world.agree(replace(north(), stores=(*north().stores, other)))
    world.report("north-two", {"visits": 9, "orders_paid": 100, "gmv_gross": 20_000 * SCALED})
    assert world.ask("/kpi aov 7d br").figures[0].value == "R$69.89"


def test_a_small_sample_is_shown_and_not_judged() -> None:
    """Seven orders of twenty needed: a number, a reason, no colour."""
    world = World().fill("north-ml", last=WEDNESDAY)
    world.report("north-ml", {"visits": 900, "orders_paid": 7, "gmv_gross": 350 * SCALED})
    reply = world.ask("/kpi gmv br")
    assert reply.text == "Not enough data to judge: 7 paid orders, 20 needed."
    assert (reply.figures[0].value, reply.figures[0].judgement) == ("R$350.00", "sample too small")
    assert reply.tone is Tone.UNKNOWN


def test_a_zero_denominator_and_an_impossible_share_are_no_numbers_to_judge() -> None:
    """Nothing over nothing; 5,000 orders of 4,000 visits."""
    world = World()
    world.report("north-ml", {"visits": 0, "orders_paid": 0})
    assert world.ask("/kpi conversion br 2026-08-27").text == "Not enough data: the denominator is zero."
    world.report("north-ml", {"visits": 4_000, "orders_paid": 5_000})
    impossible = world.ask("/kpi conversion br 2026-08-27")
    assert "more than 100% means that two counters disagree" in impossible.text
    assert impossible.tone is Tone.UNKNOWN


def test_without_history_nothing_is_called_usual() -> None:
    """The first day of a store."""
    world = World()
    world.report("north-ml", {"visits": 4_000, "orders_paid": 100, "gmv_gross": 5_000 * SCALED})
    assert world.ask("/kpi gmv br").text == "There is too little history to say what is usual."


def test_within_the_usual_and_short_of_the_target_are_both_said() -> None:
    """2.55 % is normal for this store and less than the 3 % agreed."""
    world = World().fill("north-ml")
    month = Period.month_of(DAY)
    world.agree(north(), Target("t", "north", "conversion_rate", (), month, Direction.UP, Decimal("0.03")))
    reply = world.ask("/kpi conversion br")
    assert reply.text == "Within what is usual (usual 2.00%–3.00%), but short of what was agreed (target 3.00%)."
    assert reply.tone is Tone.WATCH


def test_last_year_means_the_same_weekdays() -> None:
    """52 weeks back: Thursday 28 August 2025, 3,400 against 5,100 = 50 % more."""
    world = World().fill("north-ml")
    world.report("north-ml", {"gmv_gross": 3_400 * SCALED}, date(2025, 8, 28))
    figure = world.ask("/kpi gmv br vs last year").figures[-1]
    assert (figure.name, figure.value, figure.change) == ("Same weekdays last year", "R$3,400.00", "▲ 50.0%")
    assert figure.note == "28 August 2025–28 August 2025"


def test_a_missing_last_year_is_missing() -> None:
    """Not zero, and no change against it."""
    figure = World().fill("north-ml").ask("/kpi gmv br vs last year").figures[-1]
    assert (figure.value, figure.change) == ("no data", "")


def test_a_metric_of_one_marketplace_says_where_it_exists() -> None:
    """Nothing to show for a store that is elsewhere."""
    reply = World().fill().ask("/kpi add to cart rate")
    assert reply.headline == "Add-to-cart rate exists only on Shopee, and no store asked about is there."


def test_a_period_with_a_missing_day_is_partial_and_says_how_many_days_there_are() -> None:
    """Six of seven: less than usual for that reason alone, so it is not called worse."""
    world = World().fill("north-ml", last=WEDNESDAY)
    figure = world.ask("/kpi gmv br 7d").figures[0]
    assert "partial" in figure.note
    assert "6 of 7 store-days" in figure.note
    assert figure.judgement != "worse"


def test_a_restated_value_is_marked() -> None:
    """It was final, and something else."""
    world = World().fill("north-ml")
    world.report("north-ml", {"orders_paid": 99})
    assert "restated" in world.ask("/kpi orders br").figures[0].note
    world.report("north-ml", {"orders_paid": 98}, status=FactStatus.PARTIAL)
    assert "partial" in world.ask("/kpi orders br").figures[0].note


def test_the_largest_stores_are_named_and_no_more_than_ten() -> None:
    """Twelve stores; the two smallest stay out."""
    stores = tuple(a_store(f"north-{number:02d}", Marketplace.SHOPEE, Market.BR) for number in range(12))
    world = World(replace(north(), stores=stores))
    for number, store in enumerate(stores):
        world.report(store.id, {"orders_paid": 100 + number})
    table = world.ask("/kpi orders").table
    assert table is not None
    assert [row[0] for row in table.rows] == [f"north-{number:02d}" for number in range(11, 1, -1)]
    assert len(table.rows) == MOST_STORES


def test_the_chart_shows_four_weeks_and_never_more_than_it_can() -> None:
    """28 days for a day, 120 at most."""
    world = bad_thursday()
    for question, days in (("", 28), (" 60d", 60), (" 400d", LONGEST_LINE)):
        picture = world.ask(f"/kpi gmv br{question}").picture
        assert isinstance(picture, TrendPicture)
        assert len(picture.trend.values) == days
    assert world.ask("/kpi gmv br 2025-01-01").picture is None


def test_the_charts_last_values_are_the_answers_and_hollow_where_they_are_not_final() -> None:
    """GMV of the last closed day may still change; the day before is settled."""
    picture = bad_thursday().ask("/kpi gmv br").picture
    assert isinstance(picture, TrendPicture)
    assert picture.trend.values[-2:] == (5_100.0, 2_500.0)
    assert picture.trend.hollow_from == 27
    assert picture.title == "North ML · GMV R$2,500.00 (27 Aug) ▼ 50.0%"


@pytest.mark.parametrize("language", Language)
def test_a_metric_reads_well_in_every_language(language: Language) -> None:
    """The same figures in the reader's own way of writing; Chinese pictures carry a Latin twin."""
    reply = bad_thursday(language).ask("/kpi gmv br")
    amounts = {Language.EN: "R$2,500.00", Language.ZH: "R$2,500.00"}
    written = amounts.get(language, "R$\N{NO-BREAK SPACE}2.500,00")
    assert written in reply.headline
    assert written in values(reply).values()
    assert isinstance(reply.picture, TrendPicture)
    assert (reply.picture.fallback is not None) == (language is Language.ZH)


@pytest.mark.parametrize("question", ["/kpi gmv", "/kpi conversion br", "/kpi gmv 30d"])
def test_every_button_of_an_answer_is_answered(question: str) -> None:
    """No button leads to a mistake."""
    world = bad_thursday()
    for button in world.ask(question).buttons:
        assert not world.ask(button.command).reference, button.command
