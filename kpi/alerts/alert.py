"""The life of an alert: an episode opens, recovers, resolves; or lasts so long that its level becomes the new usual.

States of a series: normal -> firing -> recovering (a clear day; back to firing when it fires again) -> resolved after
three clear days in a row; 28 days open -> rebased. Missing days change nothing: absence never resolves an alert.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

CLEAR_BELOW = 1.5
"""A day is clear when its three-day window lies below this many standard deviations."""
CLEAR_DAYS = 3
"""Clear days in a row that resolve an episode; fewer would open twice as many a second time."""
BACK_ODDS = 3.0
"""Logarithm of the odds (20 : 1) from which the days since an episode are usual again, whatever longer windows say."""
LEAST_EFFECT, MOST_EFFECT = 0.12, 3.0
LONGEST_DAYS = 28
"""After so many days open, the changed level is what is usual now."""


class Phase(StrEnum):
    """Where an episode stands."""

    FIRING = "firing"
    RECOVERING = "recovering"
    RESOLVED = "resolved"
    REBASED = "rebased"
    RETRACTED = "retracted"
    """The data it stood on was restated, and what is known now would not have fired."""
    EXPECTED = "expected"
    """Somebody said that it was expected: its days are never learnt from."""
    WITHDRAWN = "withdrawn"
    """The rule that raised it was changed or switched off, or the period of its target is over."""


OPEN_PHASES = frozenset({Phase.FIRING, Phase.RECOVERING})


@dataclass(frozen=True, slots=True)
class Episode:
    """One fall or rise of one series: `since` the day it was first seen, `onset` the day it began.

    `last` is the newest day it was looked at while open, judged or not (a closed one's: the day that closed it);
    `clear_days` counts judged clear days in a row. `effect` is the relative change it was first seen with, positive
    towards the bad side (0: from before this was kept).
    """

    since: date
    onset: date
    last: date
    phase: Phase = Phase.FIRING
    clear_days: int = 0
    effect: float = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the episode still waits for its end."""
        return self.phase in OPEN_PHASES

    @property
    def key(self) -> str:
        """The part of the once-only key that tells a series' episodes apart."""
        return self.since.isoformat()


@dataclass(frozen=True, slots=True)
class DayJudged:
    """What a morning said of one series' newest day.

    `recent_z` is its three-day window's (-inf: cannot say); `back` the logarithm of the odds that the days since its
    open episode was seen are usual again.
    """

    day: date
    is_judged: bool
    fires: bool
    recent_z: float
    back: float = -math.inf

    @property
    def is_clear(self) -> bool:
        """Whether the day is back to usual."""
        is_back = not self.fires or self.back >= BACK_ODDS
        return self.is_judged and is_back and self.recent_z < CLEAR_BELOW


def begin(day: date, onset_days: int, change: float = 0.0) -> Episode:
    """Return the episode that opens on `day` and began that day (1) or so many days ago, counting it."""
    effect = min(max(change, LEAST_EFFECT), MOST_EFFECT)
    return Episode(day, day - timedelta(days=onset_days - 1), day, effect=effect)


def fresh_days(episodes: Sequence[Episode], day: date) -> int | None:
    """Return how many of the newest days may open a new episode on `day`; None: all of them, or one is open.

    The days of one that ended as usual are over, but for the clear ones at its end.
    """
    ended = {Phase.RESOLVED: CLEAR_DAYS, Phase.EXPECTED: 0}
    if episodes and episodes[-1].is_open:
        return None
    over = [(day - one.last).days + ended[one.phase] for one in episodes if one.phase in ended]
    return max(min(over), 0) if over else None


def go_on(episode: Episode, judged: DayJudged) -> Episode:
    """Return an open episode after one more day; a closed one is returned as it is.

    An episode opened today is not looked at again today. Twenty-eight days open end it even while it fires.
    """
    if not episode.is_open or judged.day <= episode.last:
        return episode
    clear_days = episode.clear_days
    if judged.is_judged:
        clear_days = clear_days + 1 if judged.is_clear else 0
    return replace(episode, last=judged.day, clear_days=clear_days, phase=_phase(episode, judged, clear_days))


def _phase(episode: Episode, judged: DayJudged, clear_days: int) -> Phase:
    if clear_days >= CLEAR_DAYS:
        return Phase.RESOLVED
    if (judged.day - episode.since).days >= LONGEST_DAYS:
        return Phase.REBASED
    if not judged.is_judged:
        return episode.phase
    return Phase.RECOVERING if clear_days else Phase.FIRING


def retracted(episode: Episode) -> Episode:
    """Return an open episode that restated data has taken back; a closed one is returned as it is."""
    return replace(episode, phase=Phase.RETRACTED) if episode.is_open else episode


def expected(episode: Episode, last: date) -> Episode:
    """Return an open episode that was expected up to the day `last`; a closed one is returned as it is."""
    if not episode.is_open:
        return episode
    return replace(episode, phase=Phase.EXPECTED, last=max(episode.last, last))


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both included."""

    first: date
    last: date


def frozen_spans(episodes: Sequence[Episode]) -> tuple[Span, ...]:
    """Return the days nobody learns from: those on which an episode was open, or all before one that was rebased.

    Days of a retracted one are as usual as any others.
    """
    return tuple(_frozen(episode) for episode in episodes if episode.phase is not Phase.RETRACTED)


def _frozen(episode: Episode) -> Span:
    if episode.phase is Phase.REBASED:
        return Span(date.min, episode.onset - timedelta(days=1))
    keeps_last = episode.is_open or episode.phase is Phase.EXPECTED
    closed = timedelta(days=0 if keeps_last else 1)
    return Span(episode.onset, episode.last - closed)
