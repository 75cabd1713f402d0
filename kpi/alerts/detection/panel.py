"""The days a morning looks at, as arrays: one row per day (oldest first), one column per series."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kpi.alerts.detection.signals import Signal

Floats = npt.NDArray[np.floating]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

DAYS = 71
"""Rows of a panel: the judged day, 56 days before the longest window's start, and a week to spare."""
DAYS_IN_WEEK = 7
CHUNK = 1024
"""Series worked on at once: their arrays stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is open or was of late in each series, (series,).

    `open_days` counts the days since the one an open episode was first seen on (0: none is open), whose relative
    change was `effect` (positive towards the bad side). Only the newest `fresh_days` days may open a new episode:
    those before belong to one that is over.
    """

    open_days: Whole
    effect: Floats
    fresh_days: Whole


@dataclass(frozen=True, slots=True)
class Panel:
    """What was known one morning of many series of one signal; the last row is the day to judge.

    `exposure` and `events` are counts (visits and orders, orders and complaints …), read only where `is_final`;
    `is_seen` says that a version of the day is there at all. `is_promo` marks days of known promotions and the day
    after; `is_frozen` days of earlier episodes, which nobody learns from. `weekday` is 0 (Monday) to 6 for each row.
    `group` numbers the marketplace and country a series belongs to. All arrays are (DAYS, series) but the last two.
    Without a `standing` nothing is open and every day is fresh.
    """

    signal: Signal
    exposure: Floats
    events: Floats
    is_seen: Flags
    is_final: Flags
    is_promo: Flags
    is_frozen: Flags
    weekday: Whole
    group: Whole
    standing: Standing | None = None

    @property
    def series(self) -> int:
        """How many series there are."""
        return int(self.exposure.shape[1])

    def chunks(self) -> Iterator[slice]:
        """Yield the columns of each piece that is worked on at once (one empty piece where there are no series)."""
        for first in range(0, max(self.series, 1), CHUNK):
            yield slice(first, min(first + CHUNK, self.series))

    def columns(self, which: slice) -> Panel:
        """Return some of the series."""
        return Panel(
            self.signal,
            self.exposure[:, which],
            self.events[:, which],
            self.is_seen[:, which],
            self.is_final[:, which],
            self.is_promo[:, which],
            self.is_frozen[:, which],
            self.weekday,
            self.group[which],
        )
