"""What a journey's stores report: quiet months, then the falls of its file, each day known on the morning after it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from bot.samples.sales import TRAFFIC, TRAFFIC_LAG, TRAFFIC_SETTLES, Trouble, facts_with
from bot.simulation.journey import Journey
from handlers.ports import Work
from handlers.watch.past_mornings import Learnt
from kpi.days import ONE_DAY
from kpi.engagements import Store
from kpi.facts import Fact, FactStatus, ImportedFile
from kpi.markets import Marketplace

KNOWN_FROM = time(5)
"""Local time at which a store's yesterday is imported."""
HISTORY_DAYS = 150
"""Quiet days before the start: what is usual is learnt from some ninety."""
SETTLED_AFTER = 10 * ONE_DAY
"""How long after the end the stores are asked, so that no marketplace changes anything any more."""


def learnt_in(journey: Journey) -> tuple[Learnt, ...]:
    """Return what becomes known and when, the history first: at the start of the journey."""
    known: dict[datetime, list[Fact]] = defaultdict(list)
    for store in journey.engagement.stores:
        for at, fact in _reports(journey, store):
            known[max(at, journey.starts_at)].append(fact)
    return tuple(Learnt(at, _newest(facts)) for at, facts in sorted(known.items()) if at <= journey.until)


def record(work: Work, journey: Journey, learnt: Learnt) -> None:
    """Import what became known at one instant."""
    days = [fact.day for fact in learnt.facts]
    name = f"{journey.engagement.id} {learnt.at:%Y-%m-%d %H:%M}"
    digest = hashlib.sha256(name.encode()).hexdigest()
    file = ImportedFile(
        digest, name, "sample", journey.engagement.id, learnt.at, min(days), max(days), len(learnt.facts), 0
    )
    work.facts.record(file, learnt.facts)


def _reports(journey: Journey, store: Store) -> Iterator[tuple[datetime, Fact]]:
    first = (journey.starts_at - HISTORY_DAYS * ONE_DAY).date()
    last = (journey.until + SETTLED_AFTER).date()
    for fact in facts_with(store, last, lambda day: _trouble(journey, store, day)):
        if fact.day < first:
            continue
        if fact.measure in TRAFFIC and store.marketplace in TRAFFIC_LAG:
            yield _morning_after(store, fact.day, TRAFFIC_LAG[store.marketplace]), fact
        elif fact.measure == "visits" and not fact.part and store.marketplace is Marketplace.MERCADO_LIBRE:
            yield _morning_after(store, fact.day), replace(fact, status=FactStatus.PRELIMINARY)
            yield _morning_after(store, fact.day, TRAFFIC_SETTLES), fact
        else:
            yield _morning_after(store, fact.day), fact


def _trouble(journey: Journey, store: Store, day: date) -> Trouble | None:
    fall = next((one for one in journey.falls if one.store == store.id and one.first <= day <= one.last), None)
    return Trouble(conversion=fall.conversion, dead_listing=fall.listing) if fall else None


def _morning_after(store: Store, day: date, days: int = 0) -> datetime:
    morning = datetime.combine(day + timedelta(days=1 + days), KNOWN_FROM, store.zone)
    return morning.astimezone(UTC)


def _newest(facts: list[Fact]) -> tuple[Fact, ...]:
    """Return one fact of each place and day: of what was reported twice by then, the later one."""
    newest: Mapping[tuple[str, ...], Fact] = {
        (fact.store, fact.dimension, fact.part, fact.measure, fact.day.isoformat()): fact for fact in facts
    }
    return tuple(newest.values())
