"""How likely each explanation makes the counts of one dimension's parts, against "everything changed alike".

Each part's events in the window are negative binomial around what its earlier rate expects: gamma-Poisson, which is
counting noise, doubt of the earlier rate and noise beyond counting of unknown size. What an explanation leaves open (by
how much a rate changed, how far all drifted meanwhile) is integrated over what is plausible, so that an explanation
that could explain everything pays for it (Bayes factors: Kass and Raftery 1995, section 3). Of a mix, the weights
themselves are evidence besides: how rare such a shift is among weights that only wobble.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kpi.alerts.parts import Dimension

Floats = NDArray[np.float64]

LOG_FACTORS: Floats = np.linspace(-4.0, 4.0, 321)
"""Factors of a rate that are tried, as logarithms."""
NOISES, NOISE_ODDS = np.array([0.02, 0.05, 0.1, 0.2, 0.4]), np.log([0.3, 0.35, 0.22, 0.1, 0.03])
"""Relative spread beyond counting between a part's earlier days and its window, and how common each is."""
WOBBLES, WOBBLE_ODDS = np.array([0.06, 0.12, 0.24]), np.log([0.4, 0.4, 0.2])
"""Relative spread of a part's exposure where nothing happened to the mix."""
RATE_DRIFT, COUNT_DRIFT = 0.06, 0.12
"""Standard deviation of the factor all parts share though nothing happened; plain counts have weekdays besides."""
LEAST_OWN, LEAST_COMMON = 0.12, 0.08
"""Smallest logarithmic change that explains an alert: of one part's rate, and of all of them."""
LARGEST_COMMON = 3.0
OWN_FADE = 0.7
"""Larger changes of one part are rarer: their density falls by half with each factor of e."""
MOST = 0.5
"""Everything alike, or a mix, explains an alert only if it explains this share of the (logarithmic) change."""
LARGEST_MIX = 1.2
"""Largest logarithmic change a mix makes."""
HALF = 0.5
"""Added to counts, so that none is zero (Jeffreys)."""


@dataclass(frozen=True, slots=True)
class PartOdds:
    """Logarithms of odds against "everything changed alike": that one part's rate did it, or that the mix did."""

    rates: tuple[float, ...]
    mix: float


@dataclass(frozen=True, slots=True)
class _Counts:
    """A dimension as arrays over its members; `earlier` are the expected rates relative to the whole's."""

    events0: Floats
    exposure0: Floats
    events: Floats
    exposure: Floats
    whole: float

    @classmethod
    def of(cls, dimension: Dimension) -> Self:
        before, window = zip(*((member.before, member.window) for member in dimension.members), strict=True)
        total = dimension.before
        return cls(
            np.array([one.events for one in before], np.float64),
            np.array([one.exposure for one in before], np.float64),
            np.array([one.events for one in window], np.float64),
            np.array([one.exposure for one in window], np.float64),
            total.events / total.exposure,
        )

    @property
    def rates(self) -> Floats:
        """Earlier rates; one without events leans on the whole's."""
        rates: Floats = (self.events0 + HALF) / (self.exposure0 + HALF / self.whole)
        return rates


def log_change(dimension: Dimension) -> float:
    """Return the logarithmic change of the whole's rate."""
    before, window = dimension.before, dimension.window
    return math.log((window.events + HALF) / window.exposure) - math.log((before.events + HALF) / before.exposure)


def odds_of(dimension: Dimension, *, is_fall: bool) -> PartOdds:
    """Return the odds of each part's rate and of the mix; parts follow the dimension's members."""
    counts = _Counts.of(dimension)
    sign = -1.0 if is_fall else 1.0
    towards = sign * LOG_FACTORS
    change = min(max(sign * log_change(dimension), LEAST_COMMON), LARGEST_COMMON)
    drift = RATE_DRIFT if dimension.has_exposure else COUNT_DRIFT
    quiet = _density(-0.5 * (LOG_FACTORS / drift) ** 2, towards < MOST * change)
    common = _density(np.zeros_like(towards), (towards >= MOST * change) & (towards <= 1.5 * change + 0.2))
    own = _density(-OWN_FADE * towards, towards >= LEAST_OWN)

    parts = _likelihoods(counts)
    together = parts.sum(axis=1)
    alike = _over_noise(_log_sum(together + common))
    rates = _over_noise(_log_sum(together[:, None, :] - parts + quiet) + _log_sum(parts + own))
    mix = _over_noise(_log_sum(together + quiet)) - alike + _shift_odds(counts, sign)
    return PartOdds(tuple(map(float, rates - alike)), float(mix) if dimension.has_exposure else -math.inf)


def _likelihoods(counts: _Counts) -> Floats:
    """Return the log likelihood of each part's events: (noises, members, factors)."""
    size = 1 / (1 / (counts.events0 + HALF) + NOISES[:, None] ** 2)
    seen, expected = counts.events, np.maximum(counts.exposure * counts.rates, 1e-6)
    fixed = _log_gamma(seen + size) - _log_gamma(size) - _log_gamma(seen + 1) + seen * np.log(expected / size)
    spread = np.log1p(np.exp(LOG_FACTORS) * (expected / size)[:, :, None])
    found: Floats = fixed[:, :, None] + seen[:, None] * LOG_FACTORS - (seen + size)[:, :, None] * spread
    return found


def _shift_odds(counts: _Counts, sign: float) -> float:
    """Return the odds that the weights moved rather than wobbled, from what their shift does to the whole's rate."""
    relative = counts.rates / counts.whole
    weights0, weights = counts.exposure0 / counts.exposure0.sum(), counts.exposure / counts.exposure.sum()
    shift = math.log(float((weights * relative).sum() / (weights0 * relative).sum()))
    if sign * shift <= 0:
        return -math.inf
    pull = math.sqrt(float(((weights0 * (relative - 1)) ** 2).sum()))
    spread = WOBBLES * pull + 1e-3
    wobble = _log_sum(WOBBLE_ODDS - 0.5 * (shift / spread) ** 2 - np.log(spread * math.sqrt(2 * math.pi)))
    return -math.log(LARGEST_MIX) - float(wobble)


def _density(weights: Floats, where: NDArray[np.bool_]) -> Floats:
    """Return the logarithm of a density over the factors that is zero elsewhere."""
    kept = np.where(where, weights, -np.inf)
    density: Floats = kept - _log_sum(kept)
    return density


def _over_noise(values: Floats) -> Floats:
    """Integrate over how large the noise is, the first axis."""
    odds = NOISE_ODDS.reshape(-1, *[1] * (values.ndim - 1))
    return _log_sum(np.moveaxis(values + odds, 0, -1))


def _log_sum(values: Floats) -> Floats:
    """Return the logarithm of the sum of exponentials over the last axis."""
    top = values.max(axis=-1, keepdims=True)
    found: Floats = np.log(np.exp(values - top).sum(axis=-1)) + top[..., 0]
    return found


_log_gamma = np.vectorize(math.lgamma, otypes=[np.float64])
