"""What is known beforehand of the noise of a kind of count, and from which size on a change is worth a word."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Preset(StrEnum):
    """How easily an engagement or metric is alerted."""

    QUIET = "quiet"
    NORMAL = "normal"
    SENSITIVE = "sensitive"


THRESHOLDS: dict[Preset, float] = {Preset.QUIET: 4.2, Preset.NORMAL: 3.88, Preset.SENSITIVE: 3.5}
"""Standard deviations from which a window is an alert; measured in docs/alerting.md."""
WATCH_THRESHOLD = 2.8
"""From here on a digest line, no ping."""


@dataclass(frozen=True, slots=True)
class Signal:
    """How one kind of count behaves.

    `is_fall_bad`: a fall is bad (else a rise). `has_traffic`: the exposure is traffic that can surge without buying.
    `noises` and `wanders` are relative standard deviations that are tried on each series: of one day, and of the slow
    drift of its level; `wander_odds` says how common each wander is. `weekday_spread` is how much weekdays differ in
    the rate. `least_change` is the smallest relative change worth an alert. `is_multiplicative` says that noise
    multiplies the rate, so that a third is as rare as three times as much; a plain count has days near zero of its own
    (a shop half closed), which such a scale would call impossible.
    """

    is_fall_bad: bool
    has_traffic: bool
    noises: tuple[float, ...]
    wanders: tuple[float, ...]
    weekday_spread: float
    typical_noise: float
    least_change: float
    wander_odds: tuple[float, ...] = (0.9, 0.08, 0.02)
    is_multiplicative: bool = True


RATE_FALL = Signal(
    is_fall_bad=True,
    has_traffic=True,
    noises=(0.03, 0.06, 0.11, 0.2, 0.4),
    wanders=(0.04, 0.09, 0.2),
    weekday_spread=0.05,
    typical_noise=0.09,
    least_change=0.12,
)
"""A share of visits that should not fall: conversion, cart rate, click rate."""

RATE_RISE = Signal(
    is_fall_bad=False,
    has_traffic=False,
    noises=(0.03, 0.06, 0.11, 0.2, 0.4),
    wanders=(0.04, 0.09, 0.2),
    weekday_spread=0.05,
    typical_noise=0.14,
    least_change=0.30,
)
"""A share of orders or reviews that should not rise: complaints, negative reviews, cancellations, late dispatch."""

COUNT_FALL = Signal(
    is_fall_bad=True,
    has_traffic=False,
    noises=(0.18, 0.3, 0.45, 0.7),
    wanders=(0.18, 0.35, 0.6),
    weekday_spread=0.25,
    typical_noise=0.2,
    least_change=0.25,
    wander_odds=(0.6, 0.3, 0.1),
    is_multiplicative=False,
)
"""Orders and amounts themselves: weekdays, seasons and campaigns move them, so they are judged more patiently."""

COUNT_RISE = Signal(
    is_fall_bad=False,
    has_traffic=False,
    noises=COUNT_FALL.noises,
    wanders=COUNT_FALL.wanders,
    weekday_spread=COUNT_FALL.weekday_spread,
    typical_noise=COUNT_FALL.typical_noise,
    least_change=0.30,
    wander_odds=COUNT_FALL.wander_odds,
)
"""A number of bad things without a denominator, such as listings without stock."""
