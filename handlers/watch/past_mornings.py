"""The whole chain over stored data as it was known then, on a virtual clock, in a database of its own.

What became known of an engagement is read once; then, moment by moment, it is recorded anew where digests and alerts
are made of it as on the mornings themselves. The rooms of that other database are console rooms: nobody is written to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import groupby

from handlers.digests.corrections import sweep_corrections
from handlers.digests.daily_digest import LOOK_AGAIN, require_engagement, sweep_digests
from handlers.digests.schedule import slots_between
from handlers.engagement_setup import set_up_engagement
from handlers.gaps.source_watch import sweep_sources
from handlers.ports import UnitOfWork, Work
from handlers.quiet_hours import quiet_hours_of
from handlers.watch.alert_watch import JUDGED_FROM, sweep_alerts
from kpi.alerts.panels import counts_as_known_at
from kpi.alerts.records import ExpectedDays, Mute
from kpi.days import ONE_DAY, Period, day_closes_at
from kpi.engagements import Engagement, Person, Platform
from kpi.facts import Fact, FactVersion, ImportedFile
from kpi.rates import Rate
from kpi.targets import Target

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
RELIVED = "relived"
"""The layout of the imports a virtual morning finds."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """Facts that became known at one instant."""

    at: datetime
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """Everything a period's mornings need of an engagement, in the order in which it became known."""

    engagement: Engagement
    period: Period
    learnt: tuple[Learnt, ...]
    targets: tuple[Target, ...]
    rates: tuple[Rate, ...]
    mutes: tuple[Mute, ...]
    expected: tuple[ExpectedDays, ...]

    @property
    def starts_at(self) -> datetime:
        """The first instant at which the period's first day is over in a store."""
        return _over_somewhere(self.engagement, self.period.first)

    @property
    def ends_at(self) -> datetime:
        """The end of the morning's day after the period's last day."""
        return _over_somewhere(self.engagement, self.period.last + ONE_DAY)

    def is_judging(self, at: datetime) -> bool:
        """Tell whether a store's day comes up for judgement at this instant."""
        return any(at.astimezone(store.zone).time() == JUDGED_FROM for store in self.engagement.stores)


def remember(work: Work, engagement_id: str, period: Period) -> Past:
    """Return the past of an engagement's mornings; raises NotFoundError for an engagement nobody knows."""
    engagement = require_engagement(work, engagement_id)
    stores = [store.id for store in engagement.stores]
    return Past(
        for_the_console(engagement),
        period,
        tuple(_learnt(work.facts.every_version(stores))),
        work.targets.all_of(engagement_id),
        work.rates.between(date.min, period.last + ONE_DAY),
        work.alerts.mutes(engagement_id, LONG_AGO),
        work.alerts.expected(engagement_id, LONG_AGO.date()),
    )


def for_the_console(engagement: Engagement) -> Engagement:
    """Return the engagement with every room and person on the console, and a name that says what it is."""
    return replace(
        engagement,
        name=f"{engagement.name} (replay)",
        rooms=tuple(replace(room, platform=Platform.CONSOLE, address=room.id) for room in engagement.rooms),
        people=tuple(map(_on_the_console, engagement.people)),
    )


def _on_the_console(person: Person) -> Person:
    return replace(person, handles=((Platform.CONSOLE, person.id),))


def _learnt(versions: Iterable[FactVersion]) -> Iterator[Learnt]:
    """Yield facts by the instant at which they count as known: history imported late was known in its time."""
    seen: set[tuple[str, str, str, str, date]] = set()
    known: list[tuple[datetime, Fact]] = []
    for version in versions:
        fact = version.fact
        place = (fact.store, fact.dimension, fact.part, fact.measure, fact.day)
        known.append((counts_as_known_at(fact.day, version.known_at, is_first=place not in seen), fact))
        seen.add(place)
    known.sort(key=lambda one: one[0])
    for at, facts in groupby(known, key=lambda one: one[0]):
        yield Learnt(at, tuple(fact for _, fact in facts))


def _over_somewhere(engagement: Engagement, day: date) -> datetime:
    return min((day_closes_at(day, store.zone) for store in engagement.stores), default=LONG_AGO)


def moments(past: Past) -> tuple[datetime, ...]:
    """Return every instant at which something may become due: digests, judging hours, imports, ends of quiet hours."""
    start, end = past.starts_at, past.ends_at
    found = {start, end, *_hours_of_days(past)}
    for room in past.engagement.rooms:
        for slot in slots_between(past.engagement, room, start, end):
            found |= {slot.due_at, slot.deadline_at}
    found |= {one.at + LOOK_AGAIN for one in past.learnt}
    return tuple(sorted(at for at in found if start <= at <= end))


def _hours_of_days(past: Past) -> Iterator[datetime]:
    days = [past.period.first + number * ONE_DAY for number in range(past.period.length + 2)]
    zones = {store.zone for store in past.engagement.stores}
    for day in days:
        yield from (datetime.combine(day, JUDGED_FROM, zone).astimezone(UTC) for zone in zones)
        for room in past.engagement.rooms:
            quiet = quiet_hours_of(room)
            yield from (datetime.combine(day, span.ends, quiet.zone).astimezone(UTC) for span in quiet.spans)


def settle_in(unit_of_work: UnitOfWork, past: Past) -> None:
    """Make the engagement in an empty database, with what was known when the period's first day was over."""
    at = past.starts_at
    before = [one for one in past.learnt if one.at <= at]
    with unit_of_work() as work:
        set_up_engagement(work, past.engagement, past.targets, past.rates, at)
        if before:
            _record(work, past, Learnt(before[-1].at, tuple(fact for one in before for fact in one.facts)))
        _hear(work, past, LONG_AGO, at)


def pass_to(unit_of_work: UnitOfWork, past: Past, before: datetime, now: datetime) -> None:
    """Let time go on from one moment to the next: what became known is recorded, then everything due is done.

    A sweep that has nothing new to find is left out: between two imports nothing but the hour changes.
    """
    learnt = [one for one in past.learnt if before < one.at <= now]
    with unit_of_work() as work:
        for one in learnt:
            _record(work, past, one)
        _hear(work, past, before, now)
    if learnt or past.is_judging(now):
        sweep_sources(unit_of_work, now)
        sweep_alerts(unit_of_work, now)
    sweep_digests(unit_of_work, now)
    if learnt:
        sweep_corrections(unit_of_work, now)


def _record(work: Work, past: Past, learnt: Learnt) -> None:
    days = [fact.day for fact in learnt.facts]
    number = hashlib.sha256(learnt.at.isoformat().encode()).hexdigest()
    name = f"{learnt.at:%Y-%m-%d %H:%M}"
    file = ImportedFile(
        number, name, RELIVED, past.engagement.id, learnt.at, min(days), max(days), len(learnt.facts), rejected=0
    )
    work.facts.record(file, learnt.facts)


def _hear(work: Work, past: Past, before: datetime, now: datetime) -> None:
    """Take down what people said between two moments: mutes and expected days count from when they were said."""
    for mute in past.mutes:
        if before < mute.made_at <= now:
            work.alerts.mute(mute)
    for days in past.expected:
        if before < days.made_at <= now:
            work.alerts.expect(days)
