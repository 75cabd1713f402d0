"""The board: yesterday's numbers of everything asked about, on one screen."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.access import may_see
from handlers.answers.asking import Asking
from handlers.messages import Button, Reply
from handlers.readings.conversions import convert_all, total_text
from handlers.readings.figures import figure_of, judgement_word, metric_name, value_text
from handlers.readings.reading_desk import GroupReading
from handlers.readings.sheets import panel_of, sheet_with_fallback
from handlers.readings.trends import TREND_DAYS, trend_line
from kpi.days import Period
from kpi.digest_rules import HEADLINE_METRICS, in_reading_order, leading, tone_of
from kpi.digests import TrendLine
from kpi.languages import Language
from kpi.metrics.catalogue import METRICS
from kpi.money import Money
from kpi.phrases import phrase
from kpi.pictures import MOST_PANELS, DigestSheet
from kpi.readings.reading import Reading
from kpi.tones import Tone
from kpi.wording.wording import Wording

MOST_FIGURES = 8
"""Numbers on a board: one screen."""


def answer_board(asking: Asking) -> Reply:
    """Return the numbers of the last closed day (or of the period asked for), worst first."""
    groups = _readable(_groups(asking))
    wording = asking.wording
    readings = in_reading_order([one.reading for one in groups])[:MOST_FIGURES]
    period = asking.asked_period or Period.of_day(asking.last_closed_day)
    if not readings:
        return _nothing(asking, period)
    headline = _headline(asking, readings, period)
    return Reply(
        headline=headline,
        language=asking.request.language,
        tone=tone_of(readings, ()),
        figures=tuple(figure_of(reading, wording) for reading in readings),
        picture=_picture(asking, groups, readings, headline),
        notes=_totals(asking, groups),
        footer=asking.footer(period),
        buttons=(
            Button(wording.say(phrase("Targets")), "/kpi targets"),
            Button(wording.say(phrase("Last 7 days")), "/kpi 7d"),
            Button(wording.say(phrase("Help")), "/kpi help"),
        ),
    )


def _groups(asking: Asking) -> list[GroupReading]:
    period = asking.asked_period
    found: list[GroupReading] = []
    for name in HEADLINE_METRICS:
        metric = METRICS[name]
        if not may_see(metric, asking.request):
            continue
        if period is None:
            found.extend(asking.desk.read_usual(metric, asking.stores, asking.last_closed_day))
        else:
            found.extend(asking.desk.read(metric, asking.stores, period))
    return found


def _readable(groups: Sequence[GroupReading]) -> list[GroupReading]:
    """Metrics no source has ever reported stay out; a metric that stopped is shown as missing."""
    return [one for one in groups if one.series]


def _nothing(asking: Asking, period: Period) -> Reply:
    wording = asking.wording
    return Reply(
        headline=wording.say(
            phrase("%(subject)s: no data has been imported yet. Import a marketplace export with `vigia import`."),
            subject=asking.subject(),
        ),
        language=asking.request.language,
        footer=asking.footer(period),
    )


def _headline(asking: Asking, readings: Sequence[Reading], period: Period) -> str:
    wording = asking.wording
    days = wording.weekday_day(period.first) if period.length == 1 else wording.period(period.first, period.last)
    worst = leading(readings)
    start = f"{asking.subject()} · {days}"
    if worst is None:
        return wording.labelled(start, _quiet(readings, wording))
    value = value_text(METRICS[worst.metric], worst.value, worst.scope.currency, wording)
    return wording.labelled(
        start, wording.listed((f"{metric_name(worst, wording)} {value}", judgement_word(worst, wording)))
    )


def _quiet(readings: Sequence[Reading], wording: Wording) -> str:
    """Return what can be said of a period in which nothing was bad; silence of the data is no good news."""
    missing = [reading for reading in readings if reading.value is None]
    if len(missing) == len(readings):
        return wording.missing()
    if tone_of(readings, ()) is Tone.UNKNOWN:
        return wording.say(phrase("not judged"))
    clauses = [wording.say(phrase("nothing worse than usual"))]
    if missing:
        clauses.append(wording.say(phrase("partial data")))
    return ("，" if wording.language is Language.ZH else ", ").join(clauses)


def _totals(asking: Asking, groups: Sequence[GroupReading]) -> tuple[str, ...]:
    amounts = [
        Money.of(one.reading.value, one.reading.scope.currency)
        for one in groups
        if one.metric.id == "gmv" and one.reading.value is not None and one.reading.scope.currency
    ]
    notes = []
    for currency in asking.request.engagement.shown_currencies if amounts else ():
        total = convert_all(asking.work.rates, amounts, currency, asking.last_closed_day)
        if total:
            notes.append(f"GMV {total_text(total, asking.wording)}")
    return tuple(notes)


def _picture(
    asking: Asking, groups: Sequence[GroupReading], readings: Sequence[Reading], headline: str
) -> DigestSheet | None:
    chosen = [one for reading in readings for one in groups if one.reading is reading][:MOST_PANELS]
    lines = [_line(asking, one) for one in chosen]
    shown = [
        (one.reading, line)
        for one, line in zip(chosen, lines, strict=True)
        if any(value is not None for value in line.values)
    ]
    if not shown:
        return None

    def drawn(wording: Wording) -> DigestSheet:
        title = headline if wording is asking.wording else asking.subject()
        return DigestSheet(
            title=title,
            subtitle="",
            tone=tone_of(readings, ()),
            verdict="",
            panels=tuple(panel_of(reading, line, wording) for reading, line in shown),
            footer=wording.say(phrase("grey band: usual for the weekday · hollow: not final yet")),
            alt_text=title,
        )

    return sheet_with_fallback(drawn, asking.wording)


def _line(asking: Asking, one: GroupReading) -> TrendLine:
    last = one.reading.period.last
    return trend_line(
        one.series, one.reading.scope, one.group.stores, Period.ending(last, TREND_DAYS), asking.desk.today
    )
