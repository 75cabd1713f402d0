"""The detector alone, morning after morning, over a history: what it would have said, as rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np

from kpi.alerts.alert import DayJudged, Episode, Phase, begin, frozen_spans, go_on
from kpi.alerts.detection.histories import History
from kpi.alerts.detection.mornings import Morning, judge
from kpi.alerts.detection.panel import Floats, Whole
from kpi.alerts.detection.standings import standing_of

WARM_UP_DAYS = 60
"""Days a history is learnt from before its first morning is judged."""


class TrialState(StrEnum):
    """What a row of a trial says."""

    FIRING = "firing"
    RESOLVED = "resolved"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One change of one series, seen the morning after `day`; `z` and `change` are the strongest window's."""

    series: int
    day: date
    state: TrialState
    onset: date | None = None
    z: float = 0.0
    change: float = 0.0
    reason: str = ""


class Trial:
    """Series of one signal, from their first morning on."""

    def __init__(self, history: History, first_day: date, starts: Whole, thresholds: Floats | float) -> None:
        """`first_day` is day 0 of the history; `starts` the position of each series' first day."""
        self._history = history
        self._first_day = first_day
        self._starts = starts
        self._thresholds = thresholds
        self._lives: dict[int, list[Episode]] = {}

    def run(self, first: int, last: int) -> Iterator[TrialRow]:
        """Yield the rows of the mornings after the days `first` to `last` (positions, both included)."""
        for day in range(first, last + 1):
            self._history.pass_to(day + 1)
            lives = [self._lives.get(series, ()) for series in range(len(self._starts))]
            morning = judge(
                self._history.panel(day, self._first_day.weekday(), standing_of(lives, self._date(day))),
                self._thresholds,
            )
            yield from self._missing(day)
            yield from self._carried_on(day, morning)
            yield from self._opened(day, morning)

    def _date(self, day: int) -> date:
        return self._first_day + timedelta(days=day)

    def _missing(self, day: int) -> Iterator[TrialRow]:
        missing = ~self._history.is_seen(day) & (self._starts <= day)
        for series in np.flatnonzero(missing):
            yield TrialRow(int(series), self._date(day), TrialState.NO_DATA, reason="no row by the next morning")

    def _carried_on(self, day: int, morning: Morning) -> Iterator[TrialRow]:
        for series, lives in self._lives.items():
            episode = lives[-1]
            if not episode.is_open:
                continue
            judged = DayJudged(
                self._date(day),
                bool(morning.is_judged[series]),
                bool(morning.fires[series]),
                float(morning.recent_z[series]),
                float(morning.back[series]),
            )
            lives[-1] = go_on(episode, judged)
            self._freeze(series)
            if not lives[-1].is_open:
                yield self._closed(series, day, lives[-1])

    def _freeze(self, series: int) -> None:
        spans = frozen_spans(self._lives[series])
        zero = self._first_day.toordinal()
        self._history.freeze_only(
            series, [(span.first.toordinal() - zero, span.last.toordinal() - zero) for span in spans]
        )

    def _closed(self, series: int, day: int, episode: Episode) -> TrialRow:
        reason = "28 days open: the new level is usual now" if episode.phase is Phase.REBASED else "back to usual"
        return TrialRow(series, self._date(day), TrialState.RESOLVED, episode.onset, reason=reason)

    def _opened(self, day: int, morning: Morning) -> Iterator[TrialRow]:
        for found in np.flatnonzero(morning.fires):
            series = int(found)
            lives = self._lives.setdefault(series, [])
            if lives and (lives[-1].is_open or lives[-1].last >= self._date(day)):
                continue
            episode = begin(self._date(day), int(morning.onset_days[series]), float(morning.change[series]))
            lives.append(episode)
            self._freeze(series)
            yield TrialRow(
                series,
                self._date(day),
                TrialState.FIRING,
                episode.onset,
                float(morning.z[series]),
                float(morning.change[series]),
                "platform-wide" if morning.is_pooled[series] else "own",
            )


def in_order(rows: Sequence[TrialRow]) -> list[TrialRow]:
    """Return rows by day; on one day an end comes before a beginning."""
    rank = {TrialState.NO_DATA: 0, TrialState.RESOLVED: 1, TrialState.FIRING: 2}
    return sorted(rows, key=lambda row: (row.day, rank[row.state], row.series))
