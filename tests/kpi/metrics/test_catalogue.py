"""The catalogue is whole and its formulas stand on known measures."""

from __future__ import annotations

import pytest

from kpi.errors import UnknownNameError
from kpi.markets import Marketplace
from kpi.metrics.catalogue import METRICS, metric_by_id
from kpi.metrics.measures import MEASURES
from kpi.metrics.metric import Direction, Kind, Metric, Unit, Visibility
from kpi.readings.series import is_state


def test_the_catalogue_has_all_43_metrics() -> None:
    """Each metric is found by its own id."""
    assert len(METRICS) == 43
    assert all(metric_by_id(name).id == name for name in METRICS)


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_a_metric_is_made_of_known_measures(metric: Metric) -> None:
    """Numerator, denominator and samples name measures that exist."""
    assert set(metric.measures + metric.sample_measures) <= MEASURES.keys()


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_a_ratio_has_a_denominator_and_nothing_else_has(metric: Metric) -> None:
    """Kind and formula agree."""
    assert bool(metric.denominator) == (metric.kind is Kind.RATIO)


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_a_metric_never_mixes_states_with_sums(metric: Metric) -> None:
    """A state of the day and a sum over days cannot be divided."""
    states = {MEASURES[name].is_state for name in metric.measures}
    assert len(states) == 1
    assert is_state(metric) == states.pop()


def test_margins_are_internal() -> None:
    """Only the two margins are hidden from seller rooms."""
    hidden = {metric.id for metric in METRICS.values() if metric.visibility is Visibility.INTERNAL}
    assert hidden == {"gross_margin", "contribution_margin"}


def test_traffic_and_ratings_are_never_added_across_marketplaces() -> None:
    """Marketplaces count visits and stars differently."""
    apart = {metric.id for metric in METRICS.values() if metric.per_marketplace}
    assert {"visits", "conversion_rate", "avg_rating"} <= apart


def test_an_unknown_metric_gets_one_sentence() -> None:
    """The sentence names the word and says where the list is."""
    with pytest.raises(UnknownNameError, match="no metric “happiness”"):
        metric_by_id("happiness")


def test_days_of_cover_is_good_within_its_band() -> None:
    """Too little stock and too much are both bad."""
    cover = METRICS["days_of_cover"]
    assert cover.good is Direction.BAND
    assert cover.band == (21, 90)
    assert cover.unit is Unit.DAYS


def test_finality_differs_by_marketplace() -> None:
    """Amazon's traffic takes three days, Mercado Libre's two, claims none."""
    conversion = METRICS["conversion_rate"]
    assert conversion.final_after(Marketplace.AMAZON) == 3
    assert conversion.final_after(Marketplace.MERCADO_LIBRE) == 2
    assert METRICS["claims_rate"].final_after(Marketplace.MERCADO_LIBRE) == 0
    assert METRICS["return_rate"].final_after(Marketplace.SHOPEE) == 30
