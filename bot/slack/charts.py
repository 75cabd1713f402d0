"""Slack's own charts, for a picture that is not there: lines over days, read out by screen readers and copied as text.

The drawn picture stays the real one: it has the band, colours and events, holds more days, and every platform shows it.
Nothing a message says stands in a chart alone, because not every client shows one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from slackblocks import AxisConfig, DataPoint, DataSeries, DataVisualizationBlock, LineChart

from bot.slack.limits import AXIS_LABEL, CHART_LABEL, CHART_POINTS, CHART_TITLE, CHARTS
from bot.slack.mrkdwn import cut, one_line
from kpi.phrases import phrase
from kpi.pictures import DigestSheet, Picture, Trend, TrendPicture
from kpi.wording.wording import Wording

LEAST_POINTS = 3
"""Fewer are no line."""
DIGITS = 2
NOT_FINAL = " ○"
"""Behind a day whose value still changes: a chart of Slack's has no hollow points."""


def charts_of(picture: Picture | None, wording: Wording, id_of: Callable[[int], str]) -> list[DataVisualizationBlock]:
    """Return a picture as charts, at most two, the most important first; none where it shows no lines over days."""
    drawn = (_chart(title, trend, wording) for title, trend in _trends(picture))
    found = [one for one in drawn if one is not None][:CHARTS]
    return [DataVisualizationBlock(title, chart, id_of(number)) for number, (title, chart) in enumerate(found)]


def _trends(picture: Picture | None) -> Iterator[tuple[str, Trend]]:
    match picture:
        case TrendPicture():
            yield picture.trend.name or picture.title, picture.trend
        case DigestSheet():
            yield from ((f"{panel.name} {panel.value}", panel.trend) for panel in picture.panels)
        case _:
            return


def _chart(title: str, trend: Trend, wording: Wording) -> tuple[str, LineChart] | None:
    """Return a line with what is usual and agreed beside it, over the newest days without a gap."""
    days = _newest_days(trend)
    labels = [_day(trend, day) for day in days]
    if len(days) < LEAST_POINTS or not all(labels) or len(set(labels)) < len(labels):
        return None
    lines = {name: line for name, line in _lines(trend, days, wording) if name}
    series = [
        DataSeries(name, [DataPoint(label, value) for label, value in zip(labels, line, strict=True)])
        for name, line in lines.items()
    ]
    is_final = trend.hollow_from is None or days.stop <= trend.hollow_from
    axis = AxisConfig(
        labels,
        None if is_final else cut(wording.say(phrase("○ not final yet")), AXIS_LABEL),
        cut(trend.unit, AXIS_LABEL) or None,
    )
    return cut(one_line(title), CHART_TITLE) or "—", LineChart(series, axis)


def _newest_days(trend: Trend) -> range:
    """Return the places of the newest values that follow one another, at most twenty: a gap cannot be drawn."""
    stop = len(trend.days)
    while stop and trend.values[stop - 1] is None:
        stop -= 1
    start = stop
    while start and trend.values[start - 1] is not None and stop - start < CHART_POINTS:
        start -= 1
    return range(start, stop)


def _day(trend: Trend, day: int) -> str:
    is_final = trend.hollow_from is None or day < trend.hollow_from
    mark = "" if is_final else NOT_FINAL
    return cut(one_line(trend.days[day]), CHART_LABEL - len(mark)) + mark


def _lines(trend: Trend, days: range, wording: Wording) -> Iterator[tuple[str, list[float]]]:
    """Yield what is drawn: the values, the edges of what is usual where that is known for every day, the target."""

    def named(name: str, values: Iterator[float]) -> tuple[str, list[float]]:
        return cut(one_line(name), CHART_LABEL), [round(value * trend.scale, DIGITS) for value in values]

    yield named(trend.name or "—", (value for day in days if (value := trend.values[day]) is not None))
    band = [pair for day in days if (pair := trend.band[day]) is not None]
    if len(band) == len(days):
        yield named(wording.say(phrase("usual, from")), (low for low, _ in band))
        yield named(wording.say(phrase("usual, up to")), (high for _, high in band))
    if trend.target is not None:
        yield named(wording.say(phrase("Target")), (trend.target for _ in days))
