"""Composes one engagement's day into a frozen digest: readings, coverage, drivers, trends, total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from handlers.alerts.lines import watch_lines
from handlers.ports import Work
from handlers.readings.conversions import convert_all
from handlers.readings.reading_desk import GroupReading, ReadingDesk
from handlers.readings.scopes import today_of
from handlers.readings.trends import TREND_DAYS, trend_line
from kpi.days import Period
from kpi.digest_rules import (
    HEADLINE_METRICS,
    MOST_FIGURES,
    USUAL_DAYS,
    coverage_of,
    digest_id,
    in_reading_order,
    is_good_day,
    tone_of,
)
from kpi.digests import ConvertedTotal, Coverage, CoverageState, Digest, Driver, TrendLine
from kpi.drivers import SalesSums, explain, shares_of_change
from kpi.engagements import Engagement, Store
from kpi.facts import DaySum, FactQuery, Grain
from kpi.metrics.catalogue import METRICS
from kpi.metrics.dimensions import LISTING
from kpi.metrics.measures import SCALED
from kpi.money import Money
from kpi.readings.reading import Reading

COMPARED_DAYS = 4
"""Listings and stores are compared with the mean of this many comparable days."""
LAGGING_MEASURES = frozenset(
    {"visits", "page_views", "cart_visitors", "ad_impressions", "ad_clicks", "ad_spend", "ad_sales", "ad_orders"}
    | {"ad_sales_direct", "impressions_listing", "clicks_listing", "reviews", "reviews_negative", "review_stars"}
)
"""Measures that arrive a day or more late everywhere; their absence on the data day is not a gap."""


def compose_digest(
    work: Work, engagement: Engagement, day: date, now: datetime, kept: Sequence[Reading] = ()
) -> Digest:
    """Return the digest of `day` as known at `now`; a store without data is a gap with a reason, never a failure.

    Readings of what `kept` read stay in, after those that are shown: a correction compares with them.
    """
    desk = ReadingDesk(work, engagement, today_of(engagement.stores, now))
    groups = _groups(desk, engagement, day)
    coverage = coverages(work, engagement, day)
    shown = _shown([one.reading for one in groups], kept)
    lines = tuple(_line(desk, one) for reading in shown for one in groups if one.reading is reading)
    standings = [reading.standing for reading in shown if reading.standing]
    manager = engagement.account_manager()
    number = len(work.digests.of_day(engagement.id, day)) + 1
    return Digest(
        id=f"{digest_id(day, number)}-{engagement.id}",
        engagement=engagement.id,
        day=day,
        composed_at=now,
        tone=tone_of(shown, coverage),
        is_good_day=is_good_day(shown, coverage),
        is_partial=any(one.state is not CoverageState.COMPLETE for one in coverage),
        readings=shown,
        coverage=coverage,
        drivers=_drivers(work, groups, day),
        trends=lines,
        total=_total(work, engagement, [one.reading for one in groups], day),
        targets_met=sum(one.is_met for one in standings),
        targets_set=len(standings),
        events=_event_names(lines, day),
        owner=manager.id if manager else None,
        per_store=_per_store(desk, engagement, day),
        watch=watch_lines(work, engagement, now),
    )


def _shown(readings: Sequence[Reading], kept: Sequence[Reading]) -> tuple[Reading, ...]:
    ordered = in_reading_order(readings)
    places = {(one.metric, one.scope) for one in kept}
    return ordered[:MOST_FIGURES] + tuple(one for one in ordered[MOST_FIGURES:] if (one.metric, one.scope) in places)


def _groups(desk: ReadingDesk, engagement: Engagement, day: date) -> list[GroupReading]:
    found = [
        one for name in HEADLINE_METRICS for one in desk.read_usual(METRICS[name], engagement.stores, day) if one.series
    ]
    return [one for one in found if one.reading.value is not None or one.metric.id in {"gmv", "orders"}]


def coverages(work: Work, engagement: Engagement, day: date) -> tuple[Coverage, ...]:
    """Return how complete each store's `day` is."""
    ids = [store.id for store in engagement.stores]
    reported = work.facts.measures_on(ids, day - timedelta(days=USUAL_DAYS), day)
    last_days = work.facts.last_days(ids)
    return tuple(
        coverage_of(store, day, reported, last_days.get(store.id), LAGGING_MEASURES) for store in engagement.stores
    )


def _line(desk: ReadingDesk, one: GroupReading) -> TrendLine:
    period = Period.ending(one.reading.period.last, TREND_DAYS)
    result = one.reading.standing
    target = result.target.value if result and result.pace is None else None
    return trend_line(one.series, one.reading.scope, one.group.stores, period, desk.today, target)


def _event_names(lines: Sequence[TrendLine], day: date) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for line in lines for first, name in line.events if first == day))


def _total(work: Work, engagement: Engagement, readings: Sequence[Reading], day: date) -> ConvertedTotal | None:
    amounts = [
        Money.of(reading.value, reading.scope.currency)
        for reading in readings
        if reading.metric == "gmv" and reading.value is not None and reading.scope.currency
    ]
    if not amounts or not engagement.shown_currencies:
        return None
    return convert_all(work.rates, amounts, engagement.shown_currencies[0], day)


def _per_store(desk: ReadingDesk, engagement: Engagement, day: date) -> tuple[Reading, ...]:
    if len(engagement.stores) < 2:  # noqa: PLR2004 - one store is the whole digest
        return ()
    return tuple(
        one.reading
        for name in ("gmv", "orders")
        for store in engagement.stores
        for one in desk.read(METRICS[name], (store,), Period.of_day(day))
    )


def _drivers(work: Work, groups: Sequence[GroupReading], day: date) -> tuple[Driver, ...]:
    found = []
    for one in groups:
        baseline = one.reading.baseline
        if one.metric.id == "gmv" and baseline is not None and one.reading.value is not None:
            found.append(_driver(work, one.group.stores, one.reading.scope.currency or "", day, baseline.days))
    return tuple(found)


def _driver(work: Work, stores: Sequence[Store], currency: str, day: date, usual_days: Sequence[date]) -> Driver:
    days = sorted(usual_days)[-COMPARED_DAYS:]
    ids = tuple(store.id for store in stores)
    query = FactQuery(ids, ("gmv_gross", "orders_paid"), days[0], day, ("visits",), Grain.STORE)
    rows = [row for row in work.facts.daily(query) if row.day == day or row.day in days]
    before, after = _mean_sums(rows, days), _mean_sums(rows, [day])
    driver = explain(currency, before, after)
    stores_before, stores_after = _by_store(rows, days), _by_store(rows, [day])
    return Driver(
        driver.currency,
        driver.change,
        driver.factors,
        shares_of_change(stores_before, stores_after) if len(stores) > 1 else (),
        shares_of_change(_by_listing(work, ids, days), _by_listing(work, ids, [day])),
    )


def _mean_sums(rows: Sequence[DaySum], days: Sequence[date]) -> SalesSums:
    mine = [row for row in rows if row.day in days]
    count = len(days)
    has_traffic = bool(mine) and all(row.values[2] is not None for row in mine)
    return SalesSums(
        gmv=sum((Decimal(row.values[0] or 0) for row in mine), Decimal(0)) / SCALED / count,
        orders=sum((Decimal(row.values[1] or 0) for row in mine), Decimal(0)) / count,
        visits=sum((Decimal(row.values[2] or 0) for row in mine), Decimal(0)) / count if has_traffic else None,
    )


def _by_store(rows: Sequence[DaySum], days: Sequence[date]) -> Mapping[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for row in rows:
        if row.day in days:
            sums[row.key] = sums.get(row.key, Decimal(0)) + Decimal(row.values[0] or 0) / SCALED / len(days)
    return sums


def _by_listing(work: Work, stores: tuple[str, ...], days: Sequence[date]) -> Mapping[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for day in days:
        for row in work.facts.parts(stores, ("gmv_gross",), Period.of_day(day), LISTING):
            sums[row.part] = sums.get(row.part, Decimal(0)) + Decimal(row.values[0] or 0) / SCALED / len(days)
    return sums
