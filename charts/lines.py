"""A line over days with its band, target, marks and newest point: what trends and panels share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from charts.palette import ACTUAL, BAND, GROUND, MARK, TARGET, WINDOW, line_colour
from kpi.pictures import Trend
from kpi.tones import Tone

HEADROOM = 0.08
"""Free space above and below the line, as a share of its height."""

Numbers = NDArray[np.float64]


def draw_line(axes: Axes, trend: Trend, tone: Tone, *, weight: float = 2.2, from_zero: bool = False) -> None:
    """Draw a trend into bare axes; missing days are gaps, not-final ones dotted and hollow."""
    values = _numbers(trend.values)
    places = np.arange(len(values), dtype=np.float64)
    _limits(axes, trend, values, from_zero=from_zero)
    if trend.window is not None:
        axes.axvspan(trend.window[0] - 0.5, trend.window[1] + 0.5, color=WINDOW, lw=0, zorder=0)
    _band(axes, trend, places)
    if trend.target is not None:
        axes.axhline(trend.target, color=TARGET, lw=1.2, ls=(0, (4, 3)), zorder=2)
    for mark in trend.marks:
        axes.axvline(mark.at, color=MARK, lw=1.0, ls=(0, (2, 2)), zorder=1)
    _strokes(axes, trend, values, places, weight)
    _newest(axes, trend, values, tone, weight)


def _numbers(values: Sequence[float | None]) -> Numbers:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _limits(axes: Axes, trend: Trend, values: Numbers, *, from_zero: bool) -> None:
    edges = [edge for pair in trend.band if pair is not None for edge in pair]
    every = [*values[~np.isnan(values)].tolist(), *edges, *([trend.target] if trend.target is not None else [])]
    low, high = (min(every), max(every)) if every else (0.0, 1.0)
    low = min(low, 0.0) if from_zero else low
    room = (high - low or abs(high) or 1.0) * HEADROOM
    axes.set_xlim(-0.5, len(values) - 0.5)
    axes.set_ylim(low if from_zero and low == 0 else low - room, high + room)


def _band(axes: Axes, trend: Trend, places: Numbers) -> None:
    low = _numbers([None if pair is None else pair[0] for pair in trend.band])
    high = _numbers([None if pair is None else pair[1] for pair in trend.band])
    if not np.isnan(low).all():
        axes.fill_between(places, low, high, color=BAND, lw=0, zorder=1)


def _strokes(axes: Axes, trend: Trend, values: Numbers, places: Numbers, weight: float) -> None:
    hollow = trend.hollow_from if trend.hollow_from is not None else len(values)
    axes.plot(
        places[:hollow],
        values[:hollow],
        color=ACTUAL,
        lw=weight,
        solid_capstyle="round",
        solid_joinstyle="round",
        zorder=3,
    )
    lonely = _lonely(values[:hollow])
    axes.plot(
        places[:hollow][lonely], values[:hollow][lonely], ls="", marker="o", ms=weight * 1.4, color=ACTUAL, zorder=3
    )
    if hollow < len(values):
        start = max(hollow - 1, 0)
        axes.plot(places[start:], values[start:], color=ACTUAL, lw=weight * 0.8, ls=(0, (1, 1.2)), zorder=3)
        axes.plot(
            places[hollow:],
            values[hollow:],
            ls="",
            marker="o",
            mfc=GROUND,
            mec=ACTUAL,
            mew=weight * 0.7,
            ms=weight * 2.2,
            zorder=4,
        )


def _lonely(values: Numbers) -> NDArray[np.bool_]:
    """Tell which days stand between two gaps: a line alone would not show them."""
    missing = np.concatenate(([True], np.isnan(values), [True]))
    return ~missing[1:-1] & missing[:-2] & missing[2:]


def _newest(axes: Axes, trend: Trend, values: Numbers, tone: Tone, weight: float) -> None:
    present = np.flatnonzero(~np.isnan(values))
    if not present.size:
        return
    last = int(present[-1])
    is_hollow = trend.hollow_from is not None and last >= trend.hollow_from
    colour = line_colour(tone)
    axes.plot(
        [last],
        [values[last]],
        ls="",
        marker="o",
        ms=weight * 3.2,
        mfc=GROUND if is_hollow else colour,
        mec=colour,
        mew=weight * 0.9,
        zorder=5,
        clip_on=False,
    )
