"""One morning of many series: which of them fell or rose, by how much, since when, and why the others stay silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from kpi.alerts.detection.counted_days import CountedDays, counted_days
from kpi.alerts.detection.expectation import (
    Expectation,
    SharedSums,
    expectation,
    panel_groups,
    shared_movement,
    shared_parts,
    weekday_spread,
    weekdays,
)
from kpi.alerts.detection.onset import RecentDays, days_since_onset
from kpi.alerts.detection.panel import DAYS, Flags, Floats, Panel, Whole
from kpi.alerts.detection.pooling import POOLED_WINDOWS, PastSums, pooled
from kpi.alerts.detection.scan import LEAST_LEARNT_DAYS, WINDOWS, Learnt, WindowScores, joined, knowledge, scores
from kpi.alerts.detection.signals import THRESHOLDS, WATCH_THRESHOLD, Preset
from kpi.alerts.detection.tails import heaviness, sobered, surprise_counts
from kpi.alerts.detection.wander import Level, Observed, common_noises, fits, follow, learnt_variances

LEAST_EVENTS_APART = 3.0
"""Fewer events than this above or below the expected are never an alert."""
CLEAR_WINDOW = 3
_UNKNOWN_VARIANCE = 1e9


class Verdict(IntEnum):
    """What a morning says of a series; every one but FIRES is a reason for silence."""

    NOT_SEEN = 0
    NOT_FINAL = 1
    NO_EXPOSURE = 2
    LEARNING = 3
    FEW_EVENTS = 4
    USUAL = 5
    SMALL_CHANGE = 6
    WATCH = 7
    FIRES = 8


@dataclass(frozen=True, slots=True)
class Morning:
    """The judgement of all series of a panel; arrays are (series,).

    `window` is the strongest window in days, `onset_days` the day its change began (counted back, the newest is 1);
    `observed`, `expected`, `spread`, `exposure` and `change` (relative,
    positive towards the bad side) are of that window. `recent_z` is the three-day window's, by which an episode
    clears; `back` is the logarithm of the odds that the days since an open episode are usual again rather than as it
    was (-inf where none is open). `visible_week` and `visible_fortnight` are the smallest relative changes that 7 and
    14 days could show.
    """

    verdict: npt.NDArray[np.int8]
    is_judged: Flags
    fires: Flags
    is_pooled: Flags
    pooled_z: Floats
    window: Whole
    onset_days: Whole
    z: Floats
    observed: Floats
    expected: Floats
    spread: Floats
    exposure: Floats
    change: Floats
    recent_z: Floats
    back: Floats
    noise: Floats
    learnt_days: Floats
    visible_week: Floats
    visible_fortnight: Floats


@dataclass(slots=True)
class _Piece:
    """Some series on their way through the steps of a morning."""

    panel: Panel
    days: CountedDays
    expected: Expectation
    deviation: Floats
    weight: Floats


@dataclass(frozen=True, slots=True)
class _Scored:
    """A piece's windows, with (`own`) and without (`plain`) what its group shares, and what says tails and onset."""

    own: dict[int, WindowScores]
    plain: dict[int, WindowScores]
    noise: Floats
    learnt_days: Floats
    surprises: Floats
    recent: RecentDays


def judge(panel: Panel, thresholds: Floats | float | None = None) -> Morning:
    """Return the judgement of the panel's last day; `thresholds` are per series (default: the normal preset's)."""
    limit = np.broadcast_to(THRESHOLDS[Preset.NORMAL] if thresholds is None else thresholds, (panel.series,))
    groups = panel_groups(panel)
    shared = SharedSums.empty(groups)
    panels = [panel.columns(which) for which in panel.chunks()]
    counted = [counted_days(one) for one in panels]
    weekly = [weekdays(panel.signal, days, panel.weekday) for days in counted]
    spread = weekday_spread(panel.signal, weekly)
    pieces = [
        _begin(one, days, expectation(days, panel.weekday, seen, spread), shared)
        for one, days, seen in zip(panels, counted, weekly, strict=True)
    ]
    moved = [shared_movement(shared, piece.panel.group, piece.deviation, piece.weight) for piece in pieces]
    seen = [_observed(piece, movement) for piece, movement in zip(pieces, moved, strict=True)]
    fitted = [fits(panel.signal, one) for one in seen]
    odds = common_noises(panel.signal, fitted, [piece.days.is_learnt.sum(axis=0) * 1.0 for piece in pieces])
    past = PastSums.empty(groups)
    scored = []
    for piece, movement, one, likelihood in zip(pieces, moved, seen, fitted, strict=True):
        noise, wander = learnt_variances(panel.signal, likelihood, odds)
        scored.append(_score(piece, movement, one, noise, wander))
        past.add(piece.panel.group, piece.days, piece.expected, noise, wander, _sign(panel))
    return _conclude(panel, pieces, scored, past, limit)


def _sign(panel: Panel) -> float:
    return -1.0 if panel.signal.is_fall_bad else 1.0


def _begin(panel: Panel, days: CountedDays, expected: Expectation, shared: SharedSums) -> _Piece:
    deviation, weight = shared_parts(panel.signal, days, expected)
    shared.add(panel.group, weight, deviation)
    return _Piece(panel, days, expected, deviation, weight)


def _observed(piece: _Piece, movement: Floats) -> Observed:
    usual = piece.expected.learnt * (1 + movement)
    counts = piece.days.is_learnt & (usual > 1e-6)  # noqa: PLR2004 - nothing expected teaches nothing
    safe = np.where(counts, usual, 1.0)
    return Observed(
        np.where(counts, piece.days.events / safe - 1, 0.0),
        np.where(counts, piece.expected.spare / safe, _UNKNOWN_VARIANCE),
        counts,
    )


def _score(piece: _Piece, movement: Floats, seen: Observed, noise: Floats, wander: Floats) -> _Scored:
    rows = {len(piece.deviation) - 1 - window for window in WINDOWS}
    surprises = np.full_like(seen.deviation, np.nan)
    levels, _ = follow(seen, noise, wander, rows, surprises=surprises)
    known_days, known_events = knowledge(piece.days)
    learnt = Learnt(
        noise,
        wander,
        levels,
        known_days,
        known_events,
        piece.panel.is_promo,
        _sign(piece.panel),
        piece.panel.signal.is_multiplicative,
    )

    def of(window: int, judged: Floats) -> WindowScores:
        return scores(piece.days, piece.expected, judged, learnt, window)

    shifted = piece.expected.judged * (1 + movement)
    return _Scored(
        {window: of(window, shifted) for window in WINDOWS},
        {window: of(window, piece.expected.judged) for window in POOLED_WINDOWS},
        noise,
        known_days[-2],
        surprise_counts(surprises),
        _recent_days(piece, shifted, noise, levels),
    )


def _recent_days(piece: _Piece, judged: Floats, noise: Floats, levels: dict[int, Level]) -> RecentDays:
    rows = slice(DAYS - WINDOWS[-1], DAYS)
    by_window = {DAYS - 1 - row: level for row, level in levels.items()}
    return RecentDays(
        piece.days.events[rows], judged[rows], noise + piece.days.flood[rows], piece.expected.spare, by_window
    )


def _joined(scored: Sequence[_Scored], window: int, name: str) -> Floats:
    return np.concatenate([getattr(one.own[window], name) for one in scored])


def _stacked(scored: Sequence[_Scored], name: str) -> Floats:
    return np.stack([_joined(scored, window, name) for window in WINDOWS])


def _sober(scored: Sequence[_Scored], window: int, heavy: float) -> Floats:
    return sobered(_joined(scored, window, "z"), _joined(scored, window, "noise_share"), window, heavy)


def _conclude(
    panel: Panel, pieces: Sequence[_Piece], scored: Sequence[_Scored], past: PastSums, limit: Floats
) -> Morning:
    heavy = heaviness([one.surprises for one in scored])
    z = np.stack([_sober(scored, window, heavy) for window in WINDOWS])
    is_valid = _stacked(scored, "is_valid").astype(bool)
    observed, expected = _stacked(scored, "observed"), _stacked(scored, "expected")
    change = _sign(panel) * (observed / np.maximum(expected, 1e-9) - 1)
    is_large = is_valid & (change >= panel.signal.least_change) & (np.abs(observed - expected) >= LEAST_EVENTS_APART)
    standing = panel.standing
    if standing is not None:
        is_large &= np.array(WINDOWS)[:, None] <= standing.fresh_days
    best = np.where(is_large, z, -np.inf).argmax(axis=0)
    best = np.where(is_large.any(axis=0), best, z.argmax(axis=0))
    series = np.arange(panel.series)
    own_z = z[best, series]
    plain = {window: joined([one.plain[window] for one in scored]) for window in POOLED_WINDOWS}
    together = pooled(panel.group, past, plain, _sign(panel))
    is_usable = np.concatenate([piece.days.is_usable[-1] for piece in pieces])
    is_own = is_large.any(axis=0) & (own_z >= limit)
    is_pooled = (together.window > 0) & is_usable
    best = np.where(is_pooled & ~is_own, np.searchsorted(WINDOWS, np.maximum(together.window, 1)), best)
    window = np.array(WINDOWS)[best]
    fires = (is_own | is_pooled) & is_usable
    spread = _stacked(scored, "spread")
    recent = np.maximum(_joined(scored, CLEAR_WINDOW, "z"), plain[CLEAR_WINDOW].z)
    learnt_days = np.concatenate([one.learnt_days for one in scored])
    verdict = _silences(panel, is_usable, is_valid, learnt_days)
    unusual = (verdict == Verdict.USUAL) & (own_z >= WATCH_THRESHOLD)
    verdict[unusual] = np.where(is_large.any(axis=0), Verdict.WATCH, Verdict.SMALL_CHANGE)[unusual]
    verdict[fires] = Verdict.FIRES
    return Morning(
        verdict=verdict,
        is_judged=is_usable,
        fires=fires,
        is_pooled=is_pooled,
        pooled_z=together.z,
        window=window,
        onset_days=_onset_days(scored, window, is_own & fires, _sign(panel)),
        z=z[best, series],
        observed=observed[best, series],
        expected=expected[best, series],
        spread=spread[best, series],
        exposure=_stacked(scored, "exposure")[best, series],
        change=change[best, series],
        recent_z=recent,
        back=_back(panel, observed, expected, spread, is_valid),
        noise=np.sqrt(np.concatenate([one.noise for one in scored])),
        learnt_days=learnt_days,
        visible_week=_visible(limit, spread[4], expected[4]),
        visible_fortnight=_visible(limit, spread[6], expected[6]),
    )


def _onset_days(scored: Sequence[_Scored], window: Whole, is_split: Flags, sign: float) -> Whole:
    """Return on which day counted back the change of each series began: split by likelihood, or as the window says."""
    since, first = window.copy(), 0
    for one in scored:
        last = first + len(one.noise)
        which = np.flatnonzero(is_split[first:last])
        if which.size:
            since[first + which] = days_since_onset(one.recent.columns(which), window[first + which], sign)
        first = last
    return since


def _back(panel: Panel, observed: Floats, expected: Floats, spread: Floats, is_valid: Flags) -> Floats:
    """Return the best odds (log) among windows since an episode was seen that its days are usual, not as they fell."""
    if panel.standing is None:
        return np.full(panel.series, -np.inf)
    safe = np.maximum(expected, 1e-9)
    deviation, width = observed / safe - 1, np.maximum(spread / safe, 1e-9)
    changed = _sign(panel) * panel.standing.effect
    odds = ((deviation - changed) ** 2 - deviation**2) / (2 * width * width)
    lengths = np.array(WINDOWS)[:, None]
    counts = is_valid & (lengths >= CLEAR_WINDOW) & (lengths <= panel.standing.open_days)
    best: Floats = np.where(counts, odds, -np.inf).max(axis=0)
    return best


def _visible(limit: Floats, spread: Floats, expected: Floats) -> Floats:
    return limit * spread / np.maximum(expected, 1e-9)


def _silences(panel: Panel, is_usable: Flags, is_valid: Flags, learnt_days: Floats) -> npt.NDArray[np.int8]:
    """Return why a series cannot be judged, USUAL where it can; a later line overrides an earlier one."""
    verdict = np.full(panel.series, Verdict.USUAL, np.int8)
    verdict[~is_valid.any(axis=0)] = Verdict.FEW_EVENTS
    verdict[learnt_days < LEAST_LEARNT_DAYS] = Verdict.LEARNING
    verdict[~is_usable] = Verdict.NO_EXPOSURE
    verdict[panel.is_seen[-1] & ~panel.is_final[-1]] = Verdict.NOT_FINAL
    verdict[~panel.is_seen[-1]] = Verdict.NOT_SEEN
    return verdict
