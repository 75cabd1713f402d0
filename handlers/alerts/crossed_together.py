"""Red lines found crossed together: a first look at stores that have been beyond them for weeks floods no room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kpi.alerts.records import AlertEpisode
from kpi.alerts.rule_findings import RedLineFinding
from kpi.engagements import Engagement
from kpi.markets import Market, Marketplace

MOST_ALONE = 3
"""So many red lines crossed on one morning are an incident each; of more, those of one kind are one incident."""


class Kind(NamedTuple):
    """What makes crossings alike: one metric under one marketplace's limit in one country."""

    marketplace: Marketplace
    market: Market
    metric: str


def crossed_together(engagement: Engagement, alerts: Iterable[AlertEpisode]) -> Mapping[str, Kind]:
    """Return the kind of each crossing that shares an incident with others, by the alert's id.

    `alerts` are those of one morning that no incident knows of.
    """
    stores = {store.id: store for store in engagement.stores}
    crossed: dict[Kind, list[str]] = defaultdict(list)
    for alert in alerts:
        store, found = stores.get(alert.series.store), alert.newest.by_rule
        if store is not None and isinstance(found, RedLineFinding) and found.line.is_breached:
            crossed[Kind(store.marketplace, store.market, alert.series.metric)].append(alert.id)
    if sum(map(len, crossed.values())) <= MOST_ALONE:
        return {}
    return {alert: kind for kind, some in crossed.items() for alert in some}
