"""What the rules of an engagement watch: a store's metric against a limit or a red line, a target against its pace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kpi.alert_rules import AlertRule, LimitRule, PaceRule, RedLineRule, Terms
from kpi.alerts.records import SeriesKey
from kpi.alerts.watched import BY_METRIC
from kpi.engagements import Engagement, Store
from kpi.limits import Limit, limit_for
from kpi.markets import Marketplace
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Direction, Kind, Metric
from kpi.targets import Target

RED_LINE = "red_line"
"""Id of the rule that watches confirmed official limits without being asked."""


@dataclass(frozen=True, slots=True)
class Ruled:
    """One series under one rule; `limit` belongs to a red line, `target` to a pace."""

    key: SeriesKey
    terms: Terms
    stores: tuple[Store, ...]
    limit: Limit | None = None
    target: Target | None = None

    @property
    def metric(self) -> Metric:
        """The metric that is watched."""
        return METRICS[self.key.metric]

    @property
    def settles_after(self) -> int:
        """After how many days no store's marketplace changes a value any more."""
        return max(settles_after(self.metric, store.marketplace) for store in self.stores)


def settles_after(metric: Metric, marketplace: Marketplace) -> int:
    """Return after how many days a value counts as final; claims and returns are counted on the day they come."""
    watched = BY_METRIC.get(metric.id)
    return 0 if watched is not None and watched.is_lagged else metric.final_after(marketplace)


def ruled_series(engagement: Engagement, targets: Sequence[Target]) -> tuple[Ruled, ...]:
    """Return every series under a rule; a pace watches each of the `targets` it means."""
    found: dict[SeriesKey, Ruled] = {}
    for rule in engagement.alert_rules:
        found.update((ruled.key, ruled) for ruled in _of_rule(engagement, rule, targets))
    found.update((ruled.key, ruled) for ruled in _red_lines(engagement))
    return tuple(found.values())


def _of_rule(engagement: Engagement, rule: AlertRule, targets: Sequence[Target]) -> Iterator[Ruled]:
    """Yield what a limit or a pace watches; which red lines are watched is decided store by store."""
    match rule.terms:
        case LimitRule() as terms:
            for store in engagement.stores:
                if rule.applies_to(store.id):
                    yield Ruled(SeriesKey(engagement.id, store.id, terms.metric, rule.id), terms, (store,))
        case PaceRule() as terms:
            yield from _paces(engagement, rule, terms, targets)
        case RedLineRule():
            return


def is_paced(target: Target) -> bool:
    """Tell whether a target has a pace: an amount that is to grow towards it."""
    return METRICS[target.metric].kind is Kind.ADDITIVE and target.direction is Direction.UP


def _paces(engagement: Engagement, rule: AlertRule, terms: PaceRule, targets: Iterable[Target]) -> Iterator[Ruled]:
    for target in targets:
        stores = _stores_of(engagement, target)
        if not stores or not is_paced(target) or terms.metric not in {"", target.metric}:
            continue
        if rule.stores and set(rule.stores) != set(target.stores):
            continue
        days = (target.period.first.isoformat(), target.period.last.isoformat())
        name = "/".join(filter(None, (rule.id, *days, target.currency)))
        key = SeriesKey(engagement.id, "+".join(target.stores), target.metric, name)
        yield Ruled(key, terms, stores, target=target)


def _stores_of(engagement: Engagement, target: Target) -> tuple[Store, ...]:
    """Return the stores that count towards a target; with a currency, those that sell in it."""
    return tuple(
        store
        for store in engagement.stores
        if (not target.stores or store.id in target.stores) and target.currency in {None, store.currency}
    )


def _red_lines(engagement: Engagement) -> Iterator[Ruled]:
    """Yield the official limits that are watched: confirmed ones unless switched off, and those a rule names."""
    rules = [rule for rule in engagement.alert_rules if isinstance(rule.terms, RedLineRule)]
    for store in engagement.stores:
        for metric in METRICS.values():
            limit = limit_for(metric.id, store)
            if limit is None or metric.kind is not Kind.RATIO:
                continue
            named = next((rule for rule in rules if _names(rule, metric, store)), None)
            if named is None and limit.is_confirmed and engagement.has_red_lines:
                named = AlertRule(RED_LINE, RedLineRule(metric.id))
            if named is not None and isinstance(named.terms, RedLineRule) and named.terms.is_on:
                yield Ruled(SeriesKey(engagement.id, store.id, metric.id, named.id), named.terms, (store,), limit=limit)


def _names(rule: AlertRule, metric: Metric, store: Store) -> bool:
    return isinstance(rule.terms, RedLineRule) and rule.terms.metric == metric.id and rule.applies_to(store.id)
