"""Which stores a question is about, and how they fall into groups that may be added up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from handlers.grammar.questions import Question
from kpi.days import business_day
from kpi.engagements import Engagement, Store
from kpi.errors import QuestionError
from kpi.metrics.metric import Kind, Metric, Unit
from kpi.phrases import phrase
from kpi.readings.reading import Scope


def chosen_stores(question: Question, engagement: Engagement) -> tuple[Store, ...]:
    """Return the engagement's stores the question's filters leave; raises QuestionError when none is left."""
    chosen = tuple(
        store
        for store in engagement.stores
        if (not question.markets or store.market in question.markets)
        and (not question.marketplaces or store.marketplace in question.marketplaces)
        and (not question.stores or store.id in question.stores)
    )
    if not chosen:
        raise QuestionError(
            phrase("No store of this engagement fits. It has: %(stores)s."),
            stores=", ".join(store.name for store in engagement.stores) or "—",
        )
    return chosen


def today_of(stores: Sequence[Store], at: datetime) -> date:
    """Return the first day that is not over in every one of the stores' zones at `at`."""
    return min(business_day(at, store.zone) for store in stores)


@dataclass(frozen=True, slots=True)
class Group:
    """Stores whose values of one metric may be added up."""

    scope: Scope
    stores: tuple[Store, ...]


def groups_of(metric: Metric, stores: Sequence[Store]) -> tuple[Group, ...]:
    """Split stores so that currencies, traffic definitions and reported values never mix; first seen first."""
    able = [store for store in stores if not metric.marketplaces or store.marketplace in metric.marketplaces]
    found: dict[tuple[str, ...], list[Store]] = {}
    for store in able:
        found.setdefault(tuple(_split_key(metric, store)), []).append(store)
    return tuple(Group(_scope(metric, group), tuple(group)) for group in found.values())


def _split_key(metric: Metric, store: Store) -> Iterator[str]:
    if metric.kind is Kind.REPORTED:
        yield store.id
    if metric.per_marketplace:
        yield store.marketplace
    if metric.unit is Unit.MONEY:
        yield store.currency


def _scope(metric: Metric, stores: Sequence[Store]) -> Scope:
    marketplaces = {store.marketplace for store in stores}
    return Scope(
        tuple(store.id for store in stores),
        marketplace=marketplaces.pop() if len(marketplaces) == 1 else "",
        currency=stores[0].currency if metric.unit is Unit.MONEY else None,
    )
