"""What the rules of an engagement watch."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from kpi.alert_rules import AlertRule, LimitRule, PaceRule, RedLineRule, Side, Terms
from kpi.alerts.ruled_series import RED_LINE, ruled_series, settles_after
from kpi.days import Period
from kpi.engagements import Engagement
from kpi.markets import Market, Marketplace, StoreKind
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Direction
from kpi.targets import Target
from tests.twins.book_samples import a_store, an_engagement

MONTH = Period.month_of(date(2026, 11, 1))
FEW = LimitRule("orders", Side.BELOW, Decimal(5), Decimal(8))


def with_rules(*rules: AlertRule, red_lines: bool = False) -> Engagement:
    """Return an engagement of two Brazilian stores on Mercado Libre and a Mexican one on Amazon."""
    return replace(an_engagement("n"), alert_rules=rules, has_red_lines=red_lines)


def watched(engagement: Engagement, *targets: Target) -> set[tuple[str, str, str]]:
    """Return store, metric and rule of every series."""
    return {(one.key.store, one.key.metric, one.key.rule) for one in ruled_series(engagement, targets)}


def target(**changes: object) -> Target:
    """Return a target for paid orders of all stores in a month."""
    made = Target("t", "n", "orders", (), MONTH, Direction.UP, Decimal(100))
    return replace(made, **changes)  # type: ignore[arg-type]


def test_a_limit_watches_the_stores_it_names_or_all() -> None:
    """One series a store."""
    assert watched(with_rules(AlertRule("few", FEW))) == {
        (f"n-{one}", "orders", "few") for one in ("ml-1", "ml-2", "amz")
    }
    assert watched(with_rules(AlertRule("few", FEW, ("n-amz",)))) == {("n-amz", "orders", "few")}


def test_confirmed_official_limits_are_watched_without_a_rule() -> None:
    """Three of Mercado Libre for each store, two of Amazon's that its own pages confirm."""
    found = watched(with_rules(red_lines=True))
    of = {metric: {store for store, one, rule in found if one == metric and rule == RED_LINE} for _, metric, _ in found}
    ml, everyone = {"n-ml-1", "n-ml-2"}, {"n-ml-1", "n-ml-2", "n-amz"}
    assert of == {"claims_rate": ml, "seller_cancellation_rate": everyone, "late_shipment_rate": everyone}


def test_an_unconfirmed_limit_is_watched_when_a_rule_names_it() -> None:
    """Guidance alone wakes nobody at night."""
    red = RedLineRule("odr")
    assert watched(with_rules(AlertRule("odr", red))) == {("n-amz", "odr", "odr")}
    cross_border = replace(a_store("cb", Marketplace.MERCADO_LIBRE, Market.MX), kind=StoreKind.CROSS_BORDER)
    assert ruled_series(replace(with_rules(red_lines=True), stores=(cross_border,)), ()) == ()


def test_one_red_line_may_be_switched_off_or_kept_at_another_level() -> None:
    """For one store, while the others go on."""
    off = AlertRule("off", RedLineRule("claims_rate", is_on=False), ("n-ml-1",))
    kept = AlertRule("kept", RedLineRule("claims_rate", "leader"), ("n-ml-2",))
    found = {one for one in watched(with_rules(off, kept, red_lines=True)) if one[1] == "claims_rate"}
    assert found == {("n-ml-2", "claims_rate", "kept")}


@pytest.mark.parametrize(
    ("terms", "changes", "expected"),
    [
        (PaceRule(), {}, {("", "orders", "pace/2026-11-01/2026-11-30")}),
        (PaceRule(), {"stores": ("n-ml-1",)}, {("n-ml-1", "orders", "pace/2026-11-01/2026-11-30")}),
        (PaceRule(metric="gmv"), {}, set()),
        (PaceRule(), {"metric": "conversion_rate"}, set()),
        (PaceRule(), {"direction": Direction.DOWN}, set()),
    ],
)
def test_a_pace_watches_what_grows_towards_a_target(
    terms: Terms, changes: dict[str, object], expected: set[tuple[str, str, str]]
) -> None:
    """Ratios and amounts that are to stay small have no pace; each period is a series of its own."""
    assert watched(with_rules(AlertRule("pace", terms)), target(**changes)) == expected


def test_two_currencies_are_two_paces() -> None:
    """Reais and pesos never add up."""
    targets = [target(metric="gmv", currency=currency) for currency in ("BRL", "MXN")]
    found = ruled_series(with_rules(AlertRule("pace", PaceRule())), targets)
    assert [[store.id for store in one.stores] for one in found] == [["n-ml-1", "n-ml-2"], ["n-amz"]]
    assert len({one.key for one in found}) == 2


def test_claims_and_returns_count_on_the_day_they_come() -> None:
    """They are events of their day, as the scan takes them; a payment may be refunded for a month."""
    assert settles_after(METRICS["return_rate"], Marketplace.SHOPEE) == 0
    assert settles_after(METRICS["net_gmv"], Marketplace.SHOPEE) == 30
    assert settles_after(METRICS["visits"], Marketplace.MERCADO_LIBRE) == 2
