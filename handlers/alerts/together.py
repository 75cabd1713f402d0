"""Stores of one marketplace and market that moved together, told as one: not forty alerts, no single store's fault."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from math import fsum, hypot

from handlers.alerts.advice import advice_for
from handlers.alerts.rule_message import place_name
from handlers.readings.figures import MARKETPLACE_NAMES
from kpi.alerts.records import AlertNotice, NoticedEpisode
from kpi.alerts.watched import BY_METRIC
from kpi.engagements import Engagement
from kpi.markets import Market, Marketplace
from kpi.metrics.catalogue import METRICS
from kpi.money import Money
from kpi.phrases import phrase
from kpi.wording.wording import Wording

LEAST_STORES = 2
"""From so many stores on, a shared movement is told as one."""
MOST_NAMED = 10
"""Stores named with their own change; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Together:
    """The open pooled episodes of one metric in one marketplace and market, worst first."""

    marketplace: Marketplace
    market: Market
    metric: str
    episodes: tuple[NoticedEpisode, ...]


def together_of(notice: AlertNotice, engagement: Engagement) -> Together | None:
    """Return the largest group of a notice's stores that moved together, or None where there is none."""
    kinds = Counter(kind for one in notice.episodes if (kind := _kind(one, engagement)) is not None)
    if not kinds:
        return None
    (kind, stores) = kinds.most_common(1)[0]
    if stores < LEAST_STORES:
        return None
    return Together(*kind, tuple(one for one in notice.episodes if _kind(one, engagement) == kind))


def _kind(one: NoticedEpisode, engagement: Engagement) -> tuple[Marketplace, Market, str] | None:
    store = engagement.store(one.alert.series.store)
    if store is None or not one.alert.first.is_pooled or not one.alert.episode.is_open:
        return None
    return store.marketplace, store.market, one.alert.series.metric


def together_title(group: Together, wording: Wording) -> str:
    """Return the headline of a group; its change is that of all the stores' events together."""
    first = [one.alert.first for one in group.episodes]
    change = fsum(one.observed for one in first) / max(fsum(one.expected for one in first), 1e-9) - 1
    return wording.say(
        phrase("%(marketplace)s %(market)s, all stores alike: %(metric)s %(change)s in %(count)s stores"),
        marketplace=wording.say(MARKETPLACE_NAMES[group.marketplace]),
        market=group.market.value,
        metric=wording.say(METRICS[group.metric].name),
        change=wording.change(Decimal(str(round(change, 4)))),
        count=len(group.episodes),
    )


def together_text(group: Together, engagement: Engagement, wording: Wording) -> str:
    """Return what a group's message says below its headline: since when, what it costs, each store, what to look at."""
    lines = (
        wording.say(
            phrase("Since %(day)s; almost certain, and platform-wide: not one store alone."),
            day=wording.weekday_day(min(one.alert.episode.onset for one in group.episodes)),
        ),
        _at_stake(group, wording),
        _stores(group, engagement, wording),
        wording.say(phrase("Look at: %(advice)s."), advice=advice_for(group.episodes[0], wording)),
    )
    return "\n".join(line for line in lines if line)


def _at_stake(group: Together, wording: Wording) -> str:
    stakes = [one.stake for one in group.episodes]
    events, doubt = fsum(stake.events for stake in stakes), hypot(*(stake.doubt for stake in stakes))
    counts = {
        "events": wording.count(Decimal(round(events))),
        "low": wording.count(Decimal(round(max(events - doubt, 0.0)))),
        "high": wording.count(Decimal(round(events + doubt))),
    }
    if not BY_METRIC[group.metric].signal.is_fall_bad:
        return wording.say(phrase("About %(events)s more than usual (%(low)s–%(high)s)."), **counts)
    worths = [stake.worth for stake in stakes if stake.worth is not None]
    currencies = {stake.currency for stake in stakes}
    if len(worths) < len(stakes) or len(currencies) != 1:  # currencies never add
        return wording.say(phrase("About %(events)s fewer than usual (%(low)s–%(high)s)."), **counts)
    worth = wording.money(Money.of(sum(worths, Decimal(0)), currencies.pop()), compact=True)
    return wording.say(phrase("About %(events)s orders fewer (%(low)s–%(high)s), ≈ %(worth)s."), **counts, worth=worth)


def _stores(group: Together, engagement: Engagement, wording: Wording) -> str:
    sign = -1 if BY_METRIC[group.metric].signal.is_fall_bad else 1
    named = [
        f"{place_name(one.alert.series, engagement)} "
        f"{wording.change(Decimal(str(round(sign * one.alert.first.change, 4))))}"
        for one in group.episodes[:MOST_NAMED]
    ]
    more = len(group.episodes) - len(named)
    if more:
        named.append(wording.say(phrase("and %(count)s more"), count=more))
    return wording.listed(named)
