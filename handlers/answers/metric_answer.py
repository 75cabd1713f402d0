"""One metric: value, two comparisons, target, status, data days, a chart and the stores behind it."""

from __future__ import annotations

from handlers.access import may_agree, require_may_see
from handlers.answers.asking import Asking
from handlers.grammar.questions import Versus
from handlers.messages import Button, Figure, Reply, Table
from handlers.readings.conversions import convert_all, total_text
from handlers.readings.figures import (
    MARKETPLACE_NAMES,
    change_text,
    figure_of,
    is_worse,
    judgement_word,
    metric_name,
    shortfall_text,
    target_text,
    usual_text,
    value_text,
)
from handlers.readings.reading_desk import GroupReading
from handlers.readings.trends import TREND_DAYS, trend_line, worded
from handlers.targets.forms import SET_A_TARGET, SET_COMMAND
from kpi.days import Period
from kpi.errors import QuestionError
from kpi.languages import Language
from kpi.metrics.catalogue import metric_by_id
from kpi.metrics.metric import Kind, Metric, Unit
from kpi.money import Money
from kpi.phrases import phrase
from kpi.pictures import TrendPicture
from kpi.readings.evaluation import compare
from kpi.readings.reading import Reading
from kpi.tones import Tone
from kpi.wording.wording import Wording

MOST_STORES = 10
"""Stores named in the breakdown table, largest first."""
LONGEST_LINE = 120
"""Days a chart shows at most; longer questions show the newest ones."""
YEAR_BACK_DAYS = 364
"""52 weeks: the same weekdays of last year."""


def answer_metric(asking: Asking) -> Reply:
    """Return the answer about one metric; raises AccessError or QuestionError with one sentence."""
    metric = metric_by_id(asking.question.metric or "")
    require_may_see(metric, asking.request)
    groups = _groups(asking, metric)
    lead = groups[0]
    wording = asking.wording
    return Reply(
        headline=_headline(lead.reading, asking),
        language=asking.request.language,
        text=_text(lead.reading, wording),
        tone=lead.reading.tone,
        figures=tuple(figure_of(one.reading, wording, day_shown=True) for one in groups) + _compared(asking, lead),
        table=_by_store(asking, metric, lead.reading.period),
        picture=_picture(asking, lead),
        notes=_notes(asking, metric, groups),
        footer=asking.footer(lead.reading.period),
        buttons=_buttons(asking, metric),
    )


def _groups(asking: Asking, metric: Metric) -> tuple[GroupReading, ...]:
    period = asking.asked_period
    if period is None:
        groups = asking.desk.read_usual(metric, asking.stores, asking.last_closed_day)
    else:
        groups = asking.desk.read(metric, asking.stores, period)
    if not groups:
        raise QuestionError(
            phrase("%(metric)s exists only on %(marketplaces)s, and no store asked about is there."),
            metric=asking.wording.say(metric.name),
            marketplaces=asking.wording.listed(
                asking.wording.say(MARKETPLACE_NAMES[one]) for one in metric.marketplaces
            ),
        )
    return tuple(sorted(groups, key=_size, reverse=True))


def _size(group: GroupReading) -> tuple[bool, int]:
    return group.reading.value is not None, len(group.group.stores)


def _headline(reading: Reading, asking: Asking) -> str:
    wording = asking.wording
    metric = metric_by_id(reading.metric)
    value = value_text(metric, reading.value, reading.scope.currency, wording)
    days = wording.period(reading.period.first, reading.period.last)
    change = change_text(metric, reading.against_usual, wording)
    text = f"{asking.subject()} · {metric_name(reading, wording)} {value} ({days})"
    return f"{text} {change}".strip()


def _text(reading: Reading, wording: Wording) -> str:
    if reading.shortfall is not None:
        return shortfall_text(reading, wording)
    if not reading.is_unusual:
        if reading.baseline and reading.standing and not reading.standing.is_met:
            return wording.say(
                phrase("Within what is usual (%(usual)s), but short of what was agreed (%(target)s)."),
                usual=usual_text(reading, wording),
                target=target_text(reading, wording),
            )
        return (
            wording.say(phrase("Within what is usual (%(usual)s)."), usual=usual_text(reading, wording))
            if (reading.baseline)
            else wording.say(phrase("There is too little history to say what is usual."))
        )
    msgid = phrase("Worse than usual (%(usual)s).") if is_worse(reading) else phrase("Better than usual (%(usual)s).")
    return wording.say(msgid, usual=usual_text(reading, wording))


def _compared(asking: Asking, lead: GroupReading) -> tuple[Figure, ...]:
    """Two comparisons always: the usual is in the figure itself, the previous period here; last year when asked for."""
    reading, wording = lead.reading, asking.wording
    figures = []
    if reading.against_previous and reading.previous_period:
        period = reading.previous_period
        figures.append(
            Figure(
                wording.say(phrase("Previous period")),
                value_text(lead.metric, reading.against_previous.reference, reading.scope.currency, wording),
                change_text(lead.metric, reading.against_previous, wording),
                note=wording.period(period.first, period.last),
            )
        )
    if asking.question.versus is Versus.LAST_YEAR:
        figures.append(_last_year(asking, lead))
    return tuple(figures)


def _last_year(asking: Asking, lead: GroupReading) -> Figure:
    period = lead.reading.period.shifted(-YEAR_BACK_DAYS)
    wording = asking.wording
    series = asking.desk.series(lead.metric, lead.group.stores, period)
    point = series.total(period)
    before = series.value(point) if point else None
    change = ""
    if before is not None and lead.reading.value is not None:
        change = change_text(lead.metric, compare(lead.metric, lead.reading.value, before), wording)
    return Figure(
        wording.say(phrase("Same weekdays last year")),
        value_text(lead.metric, before, lead.reading.scope.currency, wording),
        change,
        note=f"{wording.long_day(period.first)}–{wording.long_day(period.last)}",
    )


def _by_store(asking: Asking, metric: Metric, period: Period) -> Table | None:
    if len(asking.stores) < 2 or metric.kind is Kind.REPORTED:  # noqa: PLR2004 - one store is the answer itself
        return None
    wording = asking.wording
    stores = asking.stores
    if len(stores) > MOST_STORES:
        stores = asking.desk.largest(metric, stores, period, MOST_STORES)
    rows = [(one.reading, one.group.stores[0].name) for one in asking.desk.read_each(metric, stores, period)]
    rows.sort(key=lambda row: (row[0].value is None, -(row[0].numerator or 0)))
    return Table(
        (
            wording.say(phrase("Store")),
            wording.say(metric.name),
            wording.say(phrase("against usual")),
            wording.say(phrase("judgement")),
        ),
        tuple(
            (
                name,
                value_text(metric, reading.value, reading.scope.currency, wording),
                change_text(metric, reading.against_usual, wording) or "—",
                judgement_word(reading, wording) or "—",
            )
            for reading, name in rows
        ),
        caption=wording.say(phrase("By store, %(days)s"), days=wording.period(period.first, period.last)),
    )


def _picture(asking: Asking, lead: GroupReading) -> TrendPicture | None:
    if lead.metric.unit is Unit.LEVEL or not lead.series:
        return None
    reading = lead.reading
    days = min(max(reading.period.length, TREND_DAYS), LONGEST_LINE)
    target = reading.standing.target.value if reading.standing and reading.standing.pace is None else None
    line = trend_line(
        lead.series,
        reading.scope,
        lead.group.stores,
        Period.ending(reading.period.last, days),
        asking.desk.today,
        target,
    )
    if not any(value is not None for value in line.values):
        return None

    def drawn(wording: Wording, title: str) -> TrendPicture:
        return TrendPicture(
            title=title,
            subtitle=_text(reading, wording),
            tone=reading.tone,
            trend=worded(line, lead.metric, wording),
            footer=wording.say(phrase("grey band: usual for the weekday · hollow: not final yet")),
            alt_text=title,
        )

    picture = drawn(asking.wording, _headline(reading, asking))
    if asking.request.language is not Language.ZH:
        return picture
    latin = Wording(Language.EN)
    return TrendPicture(
        picture.title,
        picture.subtitle,
        picture.tone,
        picture.trend,
        picture.footer,
        picture.alt_text,
        fallback=drawn(
            latin, f"{metric_name(reading, latin)} {latin.period(reading.period.first, reading.period.last)}"
        ),
    )


def _notes(asking: Asking, metric: Metric, groups: tuple[GroupReading, ...]) -> tuple[str, ...]:
    notes = []
    if metric.unit is Unit.MONEY and metric.kind is Kind.ADDITIVE:
        day = groups[0].reading.period.last
        amounts = [
            Money.of(one.reading.value, one.reading.scope.currency)
            for one in groups
            if one.reading.value is not None and one.reading.scope.currency
        ]
        for currency in asking.request.engagement.shown_currencies:
            if all(money.currency == currency for money in amounts):
                continue  # nothing needs a rate
            total = convert_all(asking.work.rates, amounts, currency, day)
            notes.append(
                total_text(total, asking.wording)
                if total
                else asking.wording.say(
                    phrase("No rate to %(currency)s within five days: local currencies only."), currency=currency
                )
            )
    if len({one.reading.scope.marketplace for one in groups}) > 1 and metric.per_marketplace:
        notes.append(asking.wording.say(phrase("Marketplaces count traffic differently, so they are not added up.")))
    return tuple(notes)


def _buttons(asking: Asking, metric: Metric) -> tuple[Button, ...]:
    wording = asking.wording
    agree = Button(wording.say(SET_A_TARGET), f"{SET_COMMAND} {metric.id}")
    return (
        Button(wording.say(phrase("How was this made?")), f"/kpi why {metric.id}"),
        Button(wording.say(phrase("Last 30 days")), f"/kpi {metric.id} 30d"),
        Button(wording.say(phrase("Board")), "/kpi"),
        *((agree,) if may_agree(asking.request) else ()),
    )


def tone_of(groups: tuple[GroupReading, ...]) -> Tone:
    """Return the worst tone of several readings."""
    order = (Tone.BAD, Tone.WATCH, Tone.GOOD, Tone.NEUTRAL, Tone.UNKNOWN)
    return min((one.reading.tone for one in groups), key=order.index, default=Tone.UNKNOWN)
