"""Counts of many days as they were known on each morning: a panel for any morning of a history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kpi.alerts.detection.panel import DAYS, DAYS_IN_WEEK, Flags, Floats, Panel, Standing, Whole
from kpi.alerts.detection.signals import Signal


@dataclass(frozen=True, slots=True)
class Versions:
    """Every version of every day, one entry each, ordered by `available`.

    `series` and `day` are positions, `available` the position of the morning a version could first be read. Later
    entries replace earlier ones of the same series and day.
    """

    series: Whole
    day: Whole
    available: Whole
    exposure: Floats
    events: Floats
    is_final: Flags


class History:
    """A table of days x series that is filled as mornings pass; never shows what was not yet known."""

    def __init__(self, signal: Signal, versions: Versions, days: int, is_promo: Flags, group: Whole) -> None:
        """`is_promo` has `days` rows; `group` one entry a series."""
        series = len(group)
        self.signal = signal
        self._versions = versions
        self._read = 0
        self._promo = _padded(is_promo)
        self._group = group
        shape = (DAYS + days, series)
        self._exposure, self._events = np.zeros(shape), np.zeros(shape)
        self._seen, self._final = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
        self.is_frozen = np.zeros(shape, np.bool_)

    def pass_to(self, morning: int) -> None:
        """Take in everything that could be read by this morning; mornings only pass forwards."""
        until = int(np.searchsorted(self._versions.available, morning, side="right"))
        new = slice(self._read, max(until, self._read))
        rows, columns = self._versions.day[new] + DAYS, self._versions.series[new]
        self._exposure[rows, columns] = self._versions.exposure[new]
        self._events[rows, columns] = self._versions.events[new]
        self._final[rows, columns] = self._versions.is_final[new]
        self._seen[rows, columns] = True
        self._read = new.stop

    def panel(self, day: int, first_weekday: int, standing: Standing | None = None) -> Panel:
        """Return the panel whose newest day is `day`; `first_weekday` is the weekday of day 0."""
        rows = slice(day + 1, day + 1 + DAYS)
        return Panel(
            self.signal,
            self._exposure[rows],
            self._events[rows],
            self._seen[rows],
            self._final[rows],
            self._promo[rows],
            self.is_frozen[rows],
            (first_weekday + np.arange(day - DAYS + 1, day + 1)) % DAYS_IN_WEEK,
            self._group,
            standing,
        )

    def is_seen(self, day: int) -> Flags:
        """Return which series have any version of `day` by now."""
        seen: Flags = self._seen[DAYS + day]
        return seen

    def freeze_only(self, series: int, spans: Sequence[tuple[int, int]]) -> None:
        """Learn from all days of a series but these (first and last positions; they may lie before the history)."""
        self.is_frozen[:, series] = False
        for first, last in spans:
            self.is_frozen[max(DAYS + first, 0) : max(DAYS + last + 1, 0), series] = True


def _padded(is_promo: Flags) -> Flags:
    return np.concatenate([np.zeros((DAYS, is_promo.shape[1]), np.bool_), is_promo])
