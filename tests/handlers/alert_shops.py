"""Shops drawn with a fixed seed, reported day by day, and the mornings on which they are watched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from handlers.watch.alert_watch import WatchReport
from kpi.alerts.records import AlertEpisode, Judgement, SeriesKey
from kpi.days import ONE_DAY
from kpi.engagements import Engagement
from kpi.facts import Fact
from kpi.languages import Language
from kpi.metrics.measures import SCALED
from tests.handlers.alert_world import AlertWorld
from tests.handlers.world import DAY, north, south
from tests.twins.book_samples import a_fact, a_store

HISTORY_DAYS = 120
SETTLED_DAYS = 3
"""Mercado Libre's visits of a day are judged on the third morning after it."""
CONVERSION = SeriesKey("north", "north-ml", "conversion_rate")
ORDERS = replace(CONVERSION, metric="orders")


@dataclass(frozen=True)
class Shop:
    """A shop whose visits and orders vary as shops' do; `falls` are (first, last, factor of orders)."""

    store: str = "north-ml"
    visits: float = 6_000
    rate: float = 0.025
    seed: int = 20260827
    falls: tuple[tuple[date, date, float], ...] = ()

    def days(self, first: date, last: date) -> Iterator[Fact]:
        """Yield the facts of some days; a day's numbers depend on nothing but the seed and the day."""
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            yield from self._day(date.fromordinal(ordinal))

    def history(self, last: date = DAY, days: int = HISTORY_DAYS) -> list[Fact]:
        """Return the days that end on `last`."""
        return list(self.days(last - timedelta(days=days - 1), last))

    def falling(self, first: date, last: date, factor: float) -> Shop:
        """Return the shop with one more fall."""
        return replace(self, falls=(*self.falls, (first, last, factor)))

    def _day(self, day: date) -> Iterator[Fact]:
        chance = np.random.default_rng([self.seed, day.toordinal()])
        visits = int(chance.poisson(self.visits * np.exp(chance.normal(0, 0.05))))
        orders = int(chance.binomial(visits, self.rate * np.exp(chance.normal(0, 0.03))))
        for first, last, factor in self.falls:
            orders = round(orders * factor) if first <= day <= last else orders
        for measure, value in {"visits": visits, "orders_paid": orders, "gmv_gross": orders * 50 * SCALED}.items():
            yield a_fact(self.store, measure, value, day)


def morning_after(day: date, days: int = 1) -> datetime:
    """Return 08:00 in São Paulo, so many days after a day."""
    return datetime.combine(day + timedelta(days=days), time(11), UTC)


def judged_on(day: date) -> datetime:
    """Return the morning on which Mercado Libre's conversion of a day is judged."""
    return morning_after(day, SETTLED_DAYS)


class ShopWorld(AlertWorld):
    """A world in which each day is reported and watched in its turn."""

    def learn_shops(self, *shops: Shop, last: date = DAY) -> None:
        """Import the history of shops."""
        for shop in shops:
            self.learn(shop.history(last), shop.store.split("-", maxsplit=1)[0])

    def live(self, shops: Sequence[Shop], first: date, last: date) -> list[WatchReport]:
        """Report each day on the morning after it, then watch; return what each sweep did."""
        reports = []
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            self.clock.set(morning_after(day) - timedelta(hours=3))
            for shop in shops:
                self.learn(shop.days(day, day), shop.store.split("-", maxsplit=1)[0])
            self.clock.set(morning_after(day))
            reports.append(self.watch(self.clock()))
        return reports

    def judgements(self, series: SeriesKey = CONVERSION, back: int = 90) -> dict[date, Judgement]:
        """Return what the mornings said of a series, by day."""
        with self.books.view() as work:
            found = work.alerts.judgements(series, DAY - timedelta(days=back), DAY + timedelta(days=back))
        return {one.finding.day: one for one in found}

    def episode(self, series: SeriesKey = CONVERSION) -> AlertEpisode:
        """Return the newest episode of a series."""
        return next(one for one in self.alerts(series.engagement) if one.series == series)

    def headlines(self, room: str = "north-ops", engagement: str = "north") -> list[str]:
        """Return the headlines a room was told, oldest first."""
        return [reply.headline for reply in self.told(engagement).get(room, [])]


def a_fallen_world(
    *others: Engagement, days: int = 3, factor: float = 0.5, language: Language = Language.EN
) -> ShopWorld:
    """Return a world with one shop whose orders fell on its last days."""
    world = ShopWorld(north(language), *(others or (south(),)))
    world.learn_shops(Shop().falling(DAY - (days - 1) * ONE_DAY, DAY, factor))
    return world


def with_stores(engagement: Engagement, names: Iterable[str]) -> Engagement:
    """Return an engagement with stores like its first one under other names."""
    first = engagement.stores[0]
    made = tuple(replace(a_store(name, first.marketplace, first.market), name=name.upper()) for name in names)
    return replace(engagement, stores=made)
