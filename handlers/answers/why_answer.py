"""How a number was made: formula, counts, window, sources, as-of, and what it is compared with."""

from __future__ import annotations

from decimal import Decimal

from handlers.access import require_may_see
from handlers.answers.asking import Asking
from handlers.messages import Reply, Table
from handlers.readings.figures import MEASURE_NAMES, STATUS_WORDS, figure_of, metric_name, usual_text, value_text
from handlers.readings.reading_desk import GroupReading
from kpi.limits import limit_for
from kpi.markets import BEIJING
from kpi.metrics.catalogue import metric_by_id
from kpi.metrics.measures import MEASURES, SCALED, MeasureUnit
from kpi.metrics.metric import Formula, Kind, Metric
from kpi.money import Money
from kpi.phrases import phrase
from kpi.wording.wording import Wording


def answer_why(asking: Asking) -> Reply:
    """Return the provenance of a metric's value; raises AccessError for what the asker may not see."""
    metric = metric_by_id(asking.question.metric or "")
    require_may_see(metric, asking.request)
    period = asking.asked_period
    groups = (
        asking.desk.read_usual(metric, asking.stores, asking.last_closed_day)
        if period is None
        else asking.desk.read(metric, asking.stores, period)
    )
    wording = asking.wording
    shown = period or (groups[0].reading.period if groups else None)
    return Reply(
        headline=wording.say(
            phrase("%(metric)s = %(formula)s"), metric=wording.say(metric.name), formula=formula_text(metric)
        ),
        language=asking.request.language,
        text=_definition(metric, wording),
        figures=tuple(figure_of(one.reading, wording, day_shown=True) for one in groups),
        table=_table(asking, groups),
        notes=_limits(asking, metric),
        footer=asking.footer(shown) if shown else "",
        is_private=False,
    )


def formula_text(metric: Metric) -> str:
    """Return the formula in measure names, as it stands in exports: "orders_paid ÷ visits"."""
    above = _side(metric.numerator)
    if metric.kind is not Kind.RATIO:
        return above
    below = _side(metric.denominator)
    scale = f" ÷ {metric.scale}" if metric.scale != 1 else ""
    return f"{_bracketed(above)} ÷ {_bracketed(below)}{scale}"


def _side(formula: Formula) -> str:
    text = ""
    for term in formula:
        name = f"{term.measure} ÷ {term.per}" if term.per else term.measure
        sign = " − " if term.sign < 0 else " + "
        text = f"{text}{sign}{name}" if text else name
    return text


def _bracketed(side: str) -> str:
    return f"({side})" if " " in side else side


def _definition(metric: Metric, wording: Wording) -> str:
    parts = [
        wording.say(phrase("Attribution: %(attribution)s."), attribution=wording.say(metric.attribution)),
        wording.say(phrase("Over days and stores: sum of numerators ÷ sum of denominators, never a mean of rates."))
        if metric.kind is Kind.RATIO
        else "",
        " ".join(
            wording.say(
                phrase("Smallest sample: %(needed)s %(measure)s."),
                needed=wording.count(sample.at_least),
                measure=wording.say(MEASURE_NAMES.get(sample.measure, sample.measure)),
            )
            for sample in metric.samples
        ),
        wording.say(metric.note),
    ]
    return " ".join(part for part in parts if part)


def _table(asking: Asking, groups: tuple[GroupReading, ...]) -> Table:
    wording = asking.wording
    rows = []
    for one in groups:
        reading = one.reading
        known = wording.both_clocks(reading.known_at, one.group.stores[0].zone, BEIJING) if reading.known_at else "—"
        rows.append(
            (
                metric_name(reading, wording),
                value_text(one.metric, reading.value, reading.scope.currency, wording),
                _amount(one.metric.numerator, reading.numerator, reading.scope.currency, wording),
                _amount(one.metric.denominator, reading.denominator, reading.scope.currency, wording),
                wording.period(reading.period.first, reading.period.last),
                f"{reading.days_present}/{reading.days_expected}",
                wording.say(STATUS_WORDS[reading.status]),
                usual_text(reading, wording),
                ", ".join(reading.sources) or "—",
                known,
            )
        )
    columns = (
        phrase("metric"),
        phrase("value"),
        phrase("numerator"),
        phrase("denominator"),
        phrase("window"),
        phrase("store-days"),
        phrase("status"),
        phrase("usual"),
        phrase("source"),
        phrase("known since"),
    )
    return Table(tuple(wording.say(column) for column in columns), tuple(rows))


def _amount(formula: Formula, raw: Decimal | int | None, currency: str | None, wording: Wording) -> str:
    if raw is None or not formula:
        return "—"
    unit = MEASURES[formula[0].measure].unit
    if unit is MeasureUnit.MONEY:
        amount = Money(int(raw), currency) if currency else None
        return wording.money(amount) if amount else wording.number(Decimal(raw) / SCALED, 2)
    if unit is MeasureUnit.SHARE:
        return wording.share(Decimal(raw) / SCALED)
    return wording.count(Decimal(raw))


def _limits(asking: Asking, metric: Metric) -> tuple[str, ...]:
    wording = asking.wording
    notes: dict[str, None] = {}
    for store in asking.stores:
        limit = limit_for(metric.id, store)
        if limit is None:
            continue
        lines = " / ".join(wording.share(line) for line in limit.lines)
        notes[
            wording.say(
                phrase("Official limit for %(store)s: %(lines)s over %(days)s days (%(source)s, as of %(date)s)."),
                store=store.name,
                lines=lines,
                days=limit.window_days,
                source=limit.source,
                date=limit.as_of.isoformat(),
            )
        ] = None
    return tuple(notes)
