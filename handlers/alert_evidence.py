"""What drives an alert, from the counts that were imported: by listing, and by funnel step for orders."""

from __future__ import annotations

from handlers.ports import Work
from kpi.alert_causes import Cause, CauseKind, Moved, leading_listing, leading_step
from kpi.alert_records import AlertEpisode
from kpi.days import ONE_DAY, Period
from kpi.facts import FactQuery
from kpi.watched import BY_METRIC

BEFORE_DAYS = 28
LISTING_MEASURES = {"orders_paid": "units_sold"}
"""Exports count a listing's units, not its orders."""


def cause_of(work: Work, alert: AlertEpisode) -> Cause:
    """Return what drives an alert; UNKNOWN where no part is reported."""
    watched = BY_METRIC[alert.series.metric]
    last = alert.first.day
    window = Period(min(alert.episode.onset, last), last)
    before = Period.ending(window.first - ONE_DAY, BEFORE_DAYS)
    store = alert.series.store
    listing = leading_listing(
        _listings(work, store, LISTING_MEASURES.get(watched.events, watched.events), before, window),
        is_fall=watched.signal.is_fall_bad,
        days_before=BEFORE_DAYS,
    )
    if listing.kind is CauseKind.LISTING or alert.series.metric != "orders":
        return listing
    step = _step(work, store, before, window)
    return step if step.kind is CauseKind.STEP else listing


def _listings(work: Work, store: str, measure: str, before: Period, window: Period) -> dict[str, Moved]:
    earlier = {one.listing: one.values[0] for one in work.facts.listings([store], [measure], before.first, before.last)}
    later = {one.listing: one.values[0] for one in work.facts.listings([store], [measure], window.first, window.last)}
    return {
        name: Moved(earlier.get(name, 0) / before.length, later.get(name, 0) / window.length)
        for name in earlier.keys() | later.keys()
    }


def _step(work: Work, store: str, before: Period, window: Period) -> Cause:
    earlier, later = _visits_and_orders(work, store, before), _visits_and_orders(work, store, window)
    if not all((*earlier, *later)):
        return Cause()
    return leading_step(
        {
            "visits": Moved(earlier[0] / before.length, later[0] / window.length),
            "conversion": Moved(earlier[1] / earlier[0], later[1] / later[0]),
        }
    )


def _visits_and_orders(work: Work, store: str, period: Period) -> tuple[int, int]:
    rows = work.facts.daily(FactQuery((store,), ("visits", "orders_paid"), period.first, period.last))
    return sum(row.values[0] or 0 for row in rows), sum(row.values[1] or 0 for row in rows)
