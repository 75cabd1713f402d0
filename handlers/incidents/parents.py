"""Which open incident explains another one: stores of one marketplace that fell together are no store's own fault."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers.ports import Work
from kpi.engagements import Engagement
from kpi.incidents.incident import Incident, Subject
from kpi.incidents.openings import Declaration

SALES = frozenset({"gmv", "units", "orders", "conversion_rate", "add_to_cart_rate"})
"""What falls together when buyers cannot buy: whoever names one of them means the others too."""


def explained(work: Work, engagement: Engagement, declared: Declaration, now: datetime) -> Declaration:
    """Return a declaration that names the open incident of all stores alike that explains it, where there is one."""
    found = next((one for one in _shared(work, engagement, now) if _explains(engagement, one, declared.subject)), None)
    return replace(declared, parent=found.id) if found else declared


def _shared(work: Work, engagement: Engagement, now: datetime) -> tuple[Incident, ...]:
    """Return the open incidents that stand for many stores."""
    known = work.incidents.of_engagement(engagement.id, now)
    return tuple(one for one in known if not one.is_closed and one.first_look and one.first_look.is_pooled)


def _explains(engagement: Engagement, shared: Incident, subject: Subject) -> bool:
    its_store, store = engagement.store(shared.subject.store), engagement.store(subject.store)
    if its_store is None or store is None:
        return False
    is_same_place = (its_store.marketplace, its_store.market) == (store.marketplace, store.market)
    return is_same_place and _is_alike(shared.subject, subject)


def _is_alike(shared: Subject, subject: Subject) -> bool:
    """Tell whether one movement speaks for the other; a report without a metric is about sales as far as we know."""
    if subject.metric and subject.movement is not shared.movement:
        return False
    return subject.metric == shared.metric or (shared.metric in SALES and subject.metric in SALES | {""})
