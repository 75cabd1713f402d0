"""How a number was made: formula, counts, window, sources, as-of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.answers.why_answer import formula_text
from kpi.languages import Language
from kpi.markets import Marketplace, StoreKind
from kpi.metrics.catalogue import METRICS
from kpi.metrics.measures import SCALED
from kpi.metrics.metric import Kind
from tests.handlers.world import World, bad_thursday, north


def test_a_ratio_is_told_with_both_its_counts_its_window_and_its_source() -> None:
    """Enough to work it out again with pencil and paper: 50 ÷ 4,000."""
    reply = bad_thursday().ask("/kpi why conversion br")
    assert reply.headline == "Conversion rate = orders_paid ÷ visits"
    assert reply.table is not None
    assert reply.table.rows == (
        (
            "Conversion rate (ML)",
            "1.25%",
            "50",
            "4,000",
            "27 Aug",
            "1/1",
            "preliminary",
            "usual 2.00%–3.00%",
            "export",
            "08:00 São Paulo / 19:00 Beijing",
        ),
    )
    assert len(reply.table.columns) == 10


def test_the_definition_says_whose_day_it_is_how_it_adds_up_and_what_is_needed() -> None:
    """The three questions every argument about a number comes down to."""
    text = bad_thursday().ask("/kpi why conversion").text
    assert "orders by order date, visits by event date" in text
    assert "sum of numerators ÷ sum of denominators, never a mean of rates" in text
    assert "Smallest sample: 1,000 visits." in text


def test_money_is_told_in_full() -> None:
    """What the headline shortens, the provenance writes out."""
    table = World().fill().ask("/kpi why gmv mx 7d").table
    assert table is not None
    assert table.rows[0][1:6] == ("MX$112.0k", "MX$112,000.00", "—", "21–27 Aug", "7/7")


def test_what_is_not_there_is_told_as_missing() -> None:
    """A line instead of an error."""
    table = World().ask("/kpi why conversion br 2026-08-27").table
    assert table is not None
    assert table.rows[0][1:4] == ("no data", "—", "—")
    assert table.rows[0][6:] == ("missing", "no baseline yet", "—", "—")


def test_the_official_limit_stands_beside_the_number() -> None:
    """Brazil's local Mercado Libre stores and Amazon have different ones, with source and date."""
    notes = World().ask("/kpi why claims").notes
    assert len(notes) == 1
    assert notes[0].startswith("Official limit for North ML: 1.00% / 2.00% / 4.50% / 8.00% over 60 days (Mercado Libre")
    late = World().ask("/kpi why late shipment rate").notes
    assert [note.split(":")[0] for note in late] == [
        "Official limit for North ML",
        "Official limit for North Amazon",
    ]


def test_cross_border_stores_have_other_limits() -> None:
    """Three levels instead of four."""
    abroad = replace(north().stores[0], kind=StoreKind.CROSS_BORDER)
    (note,) = World(replace(north(), stores=(abroad,))).ask("/kpi why claims").notes
    assert "3.00% / 7.00% / 12.0% over 60 days" in note


def test_a_share_the_marketplace_reports_is_copied() -> None:
    """83.5 % as stated, never computed."""
    shopee = replace(north().stores[0], marketplace=Marketplace.SHOPEE)
    world = World(replace(north(), stores=(shopee,)))
    world.report("north-ml", {"reported_chat_response_rate": 8_350})
    table = world.ask("/kpi why chat response rate").table
    assert table is not None
    assert table.rows[0][1:4] == ("83.5%", "83.5%", "—")


@pytest.mark.parametrize("metric", METRICS)
def test_every_formula_names_all_its_measures(metric: str) -> None:
    """And a ratio is written as one."""
    chosen = METRICS[metric]
    formula = formula_text(chosen)
    assert all(name in formula for name in chosen.measures)
    assert ("÷" in formula) >= (chosen.kind is Kind.RATIO)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_is_explained_in_every_language(language: Language, metric: str) -> None:
    """Or says on which marketplaces it exists; never a crash, never a bare placeholder."""
    world = World(north(language))
    world.report("north-ml", dict.fromkeys(METRICS[metric].measures, 30 * SCALED))
    for question in (f"/kpi why {metric}", f"/kpi {metric}"):
        reply = world.ask(question)
        assert "%(" not in f"{reply.headline}{reply.text}"
        assert reply.language is language
