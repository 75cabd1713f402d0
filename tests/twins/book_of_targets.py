"""Targets and exchange rates in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from kpi.rates import Rate
from kpi.target_changes import TargetChange, ever_in_force, in_force
from kpi.targets import Target
from tests.twins.book_state import BookState


class MemoryTargets:
    """Fits `handlers.ports.TargetBook`."""

    def __init__(self, state: BookState) -> None:
        self._state = state

    def replace(self, engagement_id: str, targets: Sequence[Target]) -> None:
        """Make these what the file of an engagement says; what people set stays."""
        self._state.targets[engagement_id] = tuple(replace(target, engagement=engagement_id) for target in targets)

    def written(self, engagement_id: str) -> tuple[Target, ...]:
        """Return what the file of an engagement says, ordered by period then id."""
        targets = self._state.targets.get(engagement_id, ())
        return tuple(sorted(targets, key=lambda target: (target.period.first, target.period.last, target.id)))

    def of(self, engagement_id: str, day: date) -> tuple[Target, ...]:
        """Return the targets in force on `day`, ordered by id."""
        return in_force(self.written(engagement_id), self.changes(engagement_id), day)

    def all_of(self, engagement_id: str) -> tuple[Target, ...]:
        """Return every target of an engagement that is in force on any day, ordered by period then id."""
        return ever_in_force(self.written(engagement_id), self.changes(engagement_id))

    def agree(self, change: TargetChange) -> None:
        """Keep a target somebody set; raises ValueError when its id is taken."""
        if change.id in self._state.target_changes:
            msg = f"a target was set as {change.id} already"
            raise ValueError(msg)
        self._state.target_changes[change.id] = change

    def change(self, change_id: str) -> TargetChange | None:
        """Return a target somebody set with what it changed, or None."""
        return self._state.target_changes.get(change_id)

    def changes(self, engagement_id: str) -> tuple[TargetChange, ...]:
        """Return every target people set of an engagement, newest first."""
        found = (one for one in self._state.target_changes.values() if one.target.engagement == engagement_id)
        return tuple(sorted(found, key=lambda change: (change.at, change.id), reverse=True))


class MemoryRates:
    """Fits `handlers.ports.RateBook`."""

    def __init__(self, state: BookState) -> None:
        self._state = state

    def save(self, rates: Iterable[Rate]) -> int:
        """Store rates; return how many were new or changed."""
        changed = 0
        for rate in rates:
            place = (rate.base, rate.quote, rate.day)
            changed += self._state.rates.get(place) != rate
            self._state.rates[place] = rate
        return changed

    def latest(self, base: str, quote: str, day: date, max_age_days: int) -> Rate | None:
        """Return the newest rate on or before `day` and at most `max_age_days` old, or None."""
        ages = (self._state.rates.get((base, quote, day - timedelta(days=age))) for age in range(max_age_days + 1))
        return next((rate for rate in ages if rate is not None), None)

    def between(self, first: date, last: date) -> tuple[Rate, ...]:
        """Return the rates of some days, ordered by day, base and quote."""
        found = [rate for rate in self._state.rates.values() if first <= rate.day <= last]
        return tuple(sorted(found, key=lambda rate: (rate.day, rate.base, rate.quote)))
