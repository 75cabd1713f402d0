"""Targets and exchange rates in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from kpi.rates import Rate
from kpi.targets import Target
from tests.twins.book_state import BookState


class MemoryTargets:
    """Fits `handlers.ports.TargetBook`."""

    def __init__(self, state: BookState) -> None:
        self._state = state

    def replace(self, engagement_id: str, targets: Sequence[Target]) -> None:
        """Make these the targets of an engagement."""
        self._state.targets[engagement_id] = tuple(replace(target, engagement=engagement_id) for target in targets)

    def of(self, engagement_id: str, day: date) -> tuple[Target, ...]:
        """Return the targets whose period contains `day`, ordered by id."""
        found = (target for target in self._state.targets.get(engagement_id, ()) if day in target.period)
        return tuple(sorted(found, key=lambda target: target.id))

    def all_of(self, engagement_id: str) -> tuple[Target, ...]:
        """Return every target of an engagement, ordered by period then id."""
        targets = self._state.targets.get(engagement_id, ())
        return tuple(sorted(targets, key=lambda target: (target.period.first, target.period.last, target.id)))


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
