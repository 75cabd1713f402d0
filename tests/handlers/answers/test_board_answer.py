"""The board: yesterday's numbers, worst first, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from handlers.answers.board_answer import MOST_FIGURES
from handlers.messages import Button, Figure
from kpi.languages import Language
from kpi.metrics.measures import SCALED
from kpi.pictures import DigestSheet
from kpi.rates import Rate
from kpi.tones import Tone
from tests.handlers.world import DAY, World, bad_thursday, north, values


def test_the_board_shows_every_group_worst_first_with_what_is_usual() -> None:
    """2,500 against Thursdays of 4,900 and 5,100: median 5,000, band 5,000 ± 2 x 1.4826 x 100.

    Orders: 50 + 40 against 138 and 142, whose counting noise is wider than their spread: 140 ± 2 x 11.83.
    Conversion: 50 ÷ 4,000 against 2.45 % and 2.55 %, noise 0.248 points: 2.5 % ± 0.496.
    """
    reply = bad_thursday().ask("/kpi")
    assert reply.headline == "North · Thu 27 Aug: GMV R$2,500.00, worse"
    assert reply.tone is Tone.BAD
    assert reply.figures == (
        Figure("GMV", "R$2,500.00", "▼ 50.0%", "worse", Tone.BAD, note="preliminary · usual R$4,703.48–R$5,296.52"),
        Figure("Orders", "90", "▼ 35.7%", "worse", Tone.BAD, note="usual 116–164"),
        Figure(
            "Conversion rate (ML)",
            "1.25%",
            "▼ 1.25 pp",
            "worse",
            Tone.BAD,
            note="50 ÷ 4,000 · preliminary · usual 2.00%–3.00%",
        ),
        Figure("GMV", "MX$16.0k", "=", "normal", Tone.GOOD, note="preliminary · usual MX$16.0k–MX$16.0k"),
        Figure(
            "Conversion rate (Amazon)",
            "3.33%",
            "=",
            "normal",
            Tone.GOOD,
            note="280 ÷ 8,400 · 21–27 Aug · preliminary · usual 2.94%–3.73%",
        ),
    )


def test_a_quiet_day_says_that_nothing_is_worse_than_usual() -> None:
    """And is green."""
    reply = World().fill().ask("/kpi")
    assert reply.headline == "North · Thu 27 Aug: nothing worse than usual"
    assert reply.tone is Tone.GOOD


def test_filters_leave_their_stores_only() -> None:
    """By market, marketplace and name: three ways to the same store."""
    world = bad_thursday()
    boards = [world.ask(f"/kpi {words}") for words in ("mexico", "amazon", "north-amz")]
    assert all(board == boards[0] for board in boards)
    assert boards[0].headline == "North Amazon · Thu 27 Aug: nothing worse than usual"
    assert values(boards[0]) == {"GMV": "MX$16.0k", "Orders": "40", "Conversion rate (Amazon)": "3.33%"}


def test_a_filter_that_leaves_no_store_says_which_there_are() -> None:
    """The asker picks from the list."""
    reply = World().fill().ask("/kpi shopee")
    assert reply.headline == "No store of this engagement fits. It has: North ML, North Amazon."


def test_a_period_is_summed_and_its_ratio_is_the_ratio_of_sums() -> None:
    """21 to 27 August: 2 x 98 + 4 x 102 + 50 = 654 orders, 654 ÷ 28,000 = 2.34 %."""
    reply = bad_thursday().ask("/kpi br 7d")
    assert values(reply) == {"GMV": "R$32.7k", "Orders": "654", "Conversion rate (ML)": "2.34%"}
    assert "21–27 Aug" in reply.headline


def test_the_amounts_together_are_told_with_their_rates() -> None:
    """2,500 x 1.331 + 16,000 x 0.388."""
    world = bad_thursday()
    rates = [Rate(DAY, "BRL", "CNY", Decimal("1.331"), "PBOC"), Rate(DAY, "MXN", "CNY", Decimal("0.388"), "PBOC")]
    world.agree(north(), *rates)
    assert world.ask("/kpi").notes == (
        "GMV ≈ ¥9,535.50 (BRL at 1.3310 on 27 Aug, PBOC, MXN at 0.3880 on 27 Aug, PBOC)",
    )


def test_a_day_that_is_not_reported_yet_is_missing_and_not_zero() -> None:
    """The day after the last one with data; 22 to 27 August: 608 orders of 24,000 visits = 2.53 %."""
    world = World().fill()
    world.clock.advance(timedelta(days=1))
    reply = world.ask("/kpi br")
    assert values(reply) == {"Conversion rate (ML)": "2.53%", "GMV": "no data", "Orders": "no data"}
    assert reply.headline == "North ML · Fri 28 Aug: nothing worse than usual, partial data"


@pytest.mark.parametrize(
    ("language", "ending"),
    [(Language.EN, ": no data"), (Language.ZH, "：无数据"), (Language.PT, ": sem dados"), (Language.ES, ": sin datos")],
)
def test_a_period_without_any_data_is_not_called_a_good_one(language: Language, ending: str) -> None:
    """Silence is no good news."""
    reply = World(north(language)).fill("north-ml", "north-amz").ask("/kpi 2026-08-28")
    assert reply.headline.endswith(ending)
    assert reply.tone is Tone.UNKNOWN


def test_a_day_too_small_to_be_judged_is_not_called_a_good_one() -> None:
    """Thirty visits are no basis for anything."""
    world = World()
    world.report("north-ml", {"visits": 30, "orders_paid": 3, "gmv_gross": 3 * SCALED})
    reply = world.ask("/kpi 2026-08-27 br")
    assert {figure.name: figure.judgement for figure in reply.figures if figure.name != "Orders"} == {
        "GMV": "sample too small",
        "Conversion rate (ML)": "sample too small",
    }


def test_before_the_first_import_the_board_says_what_to_do() -> None:
    """Not an empty screen."""
    reply = World().ask("/kpi")
    assert reply.headline.startswith("North: no data has been imported yet.")
    assert (reply.figures, reply.picture) == ((), None)


def test_no_more_is_shown_than_one_screen_holds() -> None:
    """Everything a headline could show is reported, of two marketplaces."""
    world = World()
    everything = dict.fromkeys(
        (
            *("visits", "orders_paid", "gmv_gross", "ad_spend", "ad_sales", "ad_clicks", "ad_orders", "claims_opened"),
            *("reviews", "reviews_negative", "sku_active", "sku_out_of_stock", "dispatch_due", "dispatch_late"),
            *("orders_cancelled", "orders_created", "delivery_due", "delivery_on_time", "dispatched"),
        ),
        5000,
    )
    for store in ("north-ml", "north-amz"):
        world.report(store, everything)
    reply = world.ask("/kpi")
    assert len(reply.figures) == MOST_FIGURES


def test_the_buttons_ask_questions_that_are_answered() -> None:
    """A button is its text twin."""
    world = bad_thursday()
    buttons = world.ask("/kpi").buttons
    assert buttons[0] == Button("Targets", "/kpi targets")
    for button in buttons:
        assert not world.ask(button.command).reference


@pytest.mark.parametrize("language", Language)
def test_the_picture_holds_the_same_numbers_and_a_latin_twin_for_chinese(language: Language) -> None:
    """A machine without a Chinese font still draws something readable."""
    world = bad_thursday(language)
    reply = world.ask("/kpi")
    assert isinstance(reply.picture, DigestSheet)
    assert [panel.value for panel in reply.picture.panels] == [figure.value for figure in reply.figures]
    assert (reply.picture.fallback is not None) == (language is Language.ZH)


def test_the_footer_names_the_data_days_and_both_clocks() -> None:
    """Whose Thursday it was, and when it was asked."""
    footer = World().fill().ask("/kpi").footer
    assert footer == "Data days 27 Aug, store time (São Paulo, Mexico City) · asked 08:00 São Paulo / 19:00 Beijing"


def test_the_board_waits_for_the_last_zone_to_close_its_day() -> None:
    """At 04:00 UTC Mexico still has Thursday: the board is of Wednesday; of Brazil alone it is of Thursday."""
    world = World().fill()
    world.clock.advance(-timedelta(hours=7))
    assert "Wed 26 Aug" in world.ask("/kpi").headline
    assert "Thu 27 Aug" in world.ask("/kpi br").headline


def test_a_board_of_another_year_names_the_year() -> None:
    """A year later the footer is not mistaken for this August."""
    world = World().fill()
    world.clock.set(world.clock().replace(year=2027))
    assert "27 August 2026" in world.ask("/kpi 2026-08-27").footer
    assert replace(world.ask("/kpi 2026-08-27"), footer="").headline.startswith("North")


def test_a_board_of_small_numbers_only_is_not_judged() -> None:
    """Three reviews, one of them bad: a share, no verdict."""
    world = World()
    world.report("north-ml", {"reviews": 3, "reviews_negative": 1})
    reply = world.ask("/kpi br")
    assert reply.headline == "North ML · Thu 27 Aug: not judged"
    assert values(reply) == {"Negative review rate": "33.3%"}


def test_a_board_long_after_the_last_data_has_no_picture() -> None:
    """Four empty weeks are no line."""
    reply = World().fill().ask("/kpi 2026-10-15")
    assert reply.figures
    assert reply.picture is None


def test_a_margin_would_not_reach_a_sellers_board_even_as_a_headline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should somebody put margins among the headline metrics one day."""
    monkeypatch.setattr("handlers.answers.board_answer.HEADLINE_METRICS", ("gmv", "gross_margin"))
    world = World().fill()
    costs = {"gmv_cancelled": 0, "cogs": 40, "platform_fees": 16, "seller_shipping_cost": 7, "taxes": 9}
    world.report("north-ml", {"gmv_gross": 100, **costs})
    assert "Gross margin" in values(world.ask("/kpi"))
    assert "Gross margin" not in values(world.ask("/kpi", "north-seller", "wei"))
