"""One metric over time: the finding as title, the line with what is usual, the newest value named beside it."""

from __future__ import annotations

from matplotlib.axes import Axes

from charts.canvas import Canvas, plain, shorten, width_of
from charts.lines import draw_line
from charts.palette import GRID, MARK, QUIET_INK, TARGET, TONE_INK, line_colour
from kpi.pictures import Label, Trend, TrendPicture

MARGIN = 14.0
PLOT_HEIGHT = 150.0
LEAST_VALUE_ROOM, MOST_VALUE_ROOM = 44.0, 118.0
"""Points right of the line, where the newest value and the target are named."""
TICK_SIZE = 11.0
LAST_SIZE = 16.0
MARK_ROW = 13.0


def draw_trend(picture: TrendPicture) -> Canvas:
    """Return the drawn picture."""
    trend = picture.trend
    canvas = Canvas(_height(picture))
    y = canvas.lines(MARGIN, 14, picture.title, width=332, size=15, bold=True, most=3)
    y = canvas.lines(MARGIN, y + 1, picture.subtitle, width=332, color=TONE_INK[picture.tone], most=2)
    left = MARGIN + _tick_room(trend.value_labels)
    top = y + 8 + (MARK_ROW * 2 if trend.marks else 0)
    axes = canvas.axes(left, top, 360 - left - _value_room(trend), PLOT_HEIGHT)
    draw_line(axes, trend, picture.tone)
    _ticks(canvas, axes, trend.value_labels, left, top)
    _days(canvas, axes, trend.day_labels, top)
    _marks(canvas, axes, trend.marks, top)
    _names(canvas, axes, picture, top)
    canvas.lines(MARGIN, top + PLOT_HEIGHT + 24, picture.footer, width=332, size=10.5, color=QUIET_INK, most=2)
    return canvas


def _height(picture: TrendPicture) -> float:
    probe = Canvas(540)
    y = probe.lines(MARGIN, 14, picture.title, width=332, size=15, bold=True, most=3)
    y = probe.lines(MARGIN, y + 1, picture.subtitle, width=332, most=2)
    y = y + 8 + (MARK_ROW * 2 if picture.trend.marks else 0) + PLOT_HEIGHT + 24
    return probe.lines(MARGIN, y, picture.footer, width=332, size=10.5, most=2) + 8


def _tick_room(labels: tuple[Label, ...]) -> float:
    return max((width_of(plain(label.text), TICK_SIZE) for label in labels), default=0.0) + 6


def _value_room(trend: Trend) -> float:
    newest, target = plain(trend.last_label), plain(trend.target_label)
    needed = max(width_of(newest, LAST_SIZE * 1.08), width_of(target, TICK_SIZE)) + 9 + 10
    return min(max(needed, LEAST_VALUE_ROOM), MOST_VALUE_ROOM)


def _height_of(axes: Axes, value: float, top: float) -> float:
    low, high = axes.get_ylim()
    return top + PLOT_HEIGHT * (1 - (value - low) / (high - low))


def _place_of(axes: Axes, index: float, left: float, width: float) -> float:
    low, high = axes.get_xlim()
    return left + width * (index - low) / (high - low)


def _box(axes: Axes) -> tuple[float, float]:
    bounds = axes.get_position()
    return bounds.x0 * 360, bounds.width * 360


def _ticks(canvas: Canvas, axes: Axes, labels: tuple[Label, ...], left: float, top: float) -> None:
    low, high = axes.get_ylim()
    for label in labels:
        if low <= label.at <= high:
            axes.axhline(label.at, color=GRID, lw=0.8, zorder=0.5)
            y = _height_of(axes, label.at, top) - TICK_SIZE * 0.62
            canvas.text(left - 5, y, label.text, size=TICK_SIZE, color=QUIET_INK, align="right")


def _days(canvas: Canvas, axes: Axes, labels: tuple[Label, ...], top: float) -> None:
    left, width = _box(axes)
    for number, label in enumerate(labels):
        align = "left" if number == 0 else "right" if number == len(labels) - 1 else "center"
        x = _place_of(axes, label.at, left, width)
        canvas.text(x, top + PLOT_HEIGHT + 5, label.text, size=TICK_SIZE, color=QUIET_INK, align=align)


def _marks(canvas: Canvas, axes: Axes, labels: tuple[Label, ...], top: float) -> None:
    """Name vertical marks above the plot, in two rows where they would touch."""
    left, width = _box(axes)
    free = [0.0, 0.0]
    for label in labels:
        text = shorten(plain(label.text), 120, 10.5)
        half = width_of(text, 10.5) / 2
        x = min(max(_place_of(axes, label.at, left, width), 8 + half), 352 - half)
        row = 1 if x - half > free[1] else 0
        free[row] = x + half + 6
        canvas.text(x, top - MARK_ROW * (2 - row), text, size=10.5, color=MARK, align="center")


def _names(canvas: Canvas, axes: Axes, picture: TrendPicture, top: float) -> None:
    """Name the newest value and the target right of the line, apart from each other."""
    trend = picture.trend
    left, width = _box(axes)
    x = left + width + 9
    newest = next((value for value in reversed(trend.values) if value is not None), None)
    y_last = None if newest is None else _height_of(axes, newest, top)
    if y_last is not None:
        room = 360 - 8 - x
        size = min(LAST_SIZE, LAST_SIZE * room / max(width_of(plain(trend.last_label), LAST_SIZE * 1.08), 1))
        canvas.text(x, y_last - size * 0.62, trend.last_label, size=size, bold=True, color=line_colour(picture.tone))
    if trend.target is not None:
        y = _height_of(axes, trend.target, top)
        if y_last is not None and abs(y - y_last) < LAST_SIZE:
            y = y_last + (LAST_SIZE if y >= y_last else -LAST_SIZE)
        canvas.text(x, y - 6.5, trend.target_label, size=TICK_SIZE, color=TARGET)
