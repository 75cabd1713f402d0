"""What somebody wants to agree, read field by field: a measurable target, or all that is wrong with it at once."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from functools import partial
from uuid import uuid4

from handlers.access import may_see
from handlers.filled_forms import Filled
from handlers.grammar.target_words import TargetField
from handlers.grammar.value_words import Amount, amount_said
from handlers.messages import Request
from handlers.ports import Work
from handlers.readings.figures import value_text
from handlers.readings.scopes import groups_of, today_of
from handlers.targets.figures_said import stores_chosen
from handlers.targets.names import days_text
from kpi.days import Period
from kpi.engagements import Store
from kpi.errors import QuestionError
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Direction, Kind, Metric, Unit
from kpi.phrases import phrase
from kpi.target_changes import is_same_scope
from kpi.targets import Target
from kpi.wording.wording import Wording

LONGEST_SOURCE = 200
"""Characters that say where something was agreed: one line of a table."""
LONGEST_TARGET_DAYS = 366
"""What is agreed for longer than a year is agreed anew."""
EXAMPLES: dict[Unit, Decimal] = {
    Unit.SHARE: Decimal("0.026"),
    Unit.MONEY: Decimal(320_000),
    Unit.COUNT: Decimal(1_200),
    Unit.HOURS: Decimal(26),
    Unit.MINUTES: Decimal(40),
    Unit.DAYS: Decimal(30),
    Unit.STARS: Decimal("4.6"),
    Unit.MULTIPLE: Decimal("3.2"),
    Unit.LEVEL: Decimal(5),
}
"""A value of each unit that shows how it is written."""
_MOST: dict[Unit, int] = {Unit.SHARE: 1, Unit.STARS: 5, Unit.LEVEL: 5}
_WHOLE = frozenset({Unit.COUNT, Unit.LEVEL})


def wish_in(work: Work, filled: Filled) -> Target | None:
    """Return the target a form holds; None where something is wrong, which is a fault beside its field."""
    request = filled.request
    metric = filled.read_choice(TargetField.METRIC, partial(_metric, request), None)
    nowhere: Sequence[Store] = ()
    stores = filled.read(TargetField.STORES, partial(_stores, request, metric), nowhere)
    side = filled.read_choice(TargetField.SIDE, partial(_side, metric), None)
    amount = filled.read(TargetField.VALUE, lambda text: amount_said(text, request.language), None)
    value = None
    if metric and amount is not None:
        value = filled.read(TargetField.VALUE, lambda _: _fitting(metric, amount, request), None)
    currency = _currency(filled, metric, stores, amount)
    if metric is not None and stores:
        _require_one_figure(filled, metric, stores, currency)
    period = _period(filled, metric)
    source = " ".join(filled.words(TargetField.SOURCE, LONGEST_SOURCE).split())
    if filled.faults or not (metric and stores and side and period) or value is None:
        return None
    wished = Target(
        id=f"{metric.id}/{period.first.isoformat()}/{uuid4().hex}",
        engagement=request.engagement.id,
        metric=metric.id,
        stores=() if len(stores) == len(request.engagement.stores) else tuple(one.id for one in stores),
        period=period,
        direction=side,
        value=value,
        currency=currency,
        source=source,
        owner=request.person.id,
    )
    _require_room(work, filled, wished)
    return None if filled.faults else wished


def _metric(request: Request, text: str) -> Metric:
    if not text:
        raise QuestionError(phrase("Choose a metric."))
    metric = METRICS.get(text)
    if metric is None or not may_see(metric, request):
        raise QuestionError(phrase("There is no metric “%(metric)s” here."), metric=text[:80])
    return metric


def _stores(request: Request, metric: Metric | None, text: str) -> Sequence[Store]:
    stores = stores_chosen(text, request.engagement)
    if metric is not None and not groups_of(metric, stores):
        raise QuestionError(
            phrase("%(metric)s exists on none of these stores."), metric=Wording(request.language).say(metric.name)
        )
    return stores


def _side(metric: Metric | None, text: str) -> Direction | None:
    """Return which side is kept; a metric that has a good one is agreed on no other."""
    good = metric.good if metric is not None and metric.good in {Direction.UP, Direction.DOWN} else None
    said = None
    with suppress(ValueError):
        said = Direction(text) if text else good
    if metric is not None and said not in {Direction.UP, Direction.DOWN}:
        raise QuestionError(phrase("Say whether it is at least or at most."))
    if good is not None and said is not good:
        sentence = (
            phrase("More of this is better: a target says at least.")
            if good is Direction.UP
            else phrase("Less of this is better: a target says at most.")
        )
        raise QuestionError(sentence)
    return said


def _fitting(metric: Metric, amount: Amount, request: Request) -> Decimal:
    """Return a value in the metric's unit; raises QuestionError for another unit, or what no value can be."""
    wording = Wording(request.language)
    is_money = metric.unit is Unit.MONEY
    is_other = amount.unit not in {None, metric.unit} or (amount.has_money_sign and not is_money)
    is_bare_share = metric.unit is Unit.SHARE and amount.unit is None and amount.number > 1
    if is_other or is_bare_share:
        raise QuestionError(
            phrase("This does not fit %(metric)s: write for example %(example)s."),
            metric=wording.say(metric.name),
            example=example_of(metric, request),
        )
    most = _MOST.get(metric.unit)
    if amount.number <= 0 or (most is not None and amount.number > most):
        raise (
            QuestionError(
                phrase("More than 0 and at most %(most)s."), most=value_text(metric, Decimal(most), None, wording)
            )
            if most is not None
            else QuestionError(phrase("The value has to be more than 0."))
        )
    if metric.unit in _WHOLE and amount.number != amount.number.to_integral_value():
        raise QuestionError(phrase("This is counted in whole numbers."))
    return amount.number


def example_of(metric: Metric, request: Request) -> str:
    """Return how a value of a metric is written."""
    stores = request.engagement.stores
    if metric.unit is Unit.LEVEL:
        return "5"
    return value_text(metric, EXAMPLES[metric.unit], stores[0].currency if stores else None, Wording(request.language))


def _currency(filled: Filled, metric: Metric | None, stores: Sequence[Store], amount: Amount | None) -> str | None:
    if metric is None or metric.unit is not Unit.MONEY or not stores:
        return None
    known = tuple(dict.fromkeys(one.currency for one in stores))
    said = amount.currency if amount is not None else None
    if TargetField.VALUE in filled.faults:
        return known[0]
    if said is not None and said not in known:
        filled.fault(
            TargetField.VALUE,
            QuestionError(
                phrase("No store of these sells in %(currency)s; they sell in %(known)s."),
                currency=said,
                known=", ".join(known),
            ),
        )
    elif said is None and len(known) > 1 and amount is not None:
        filled.fault(
            TargetField.VALUE,
            QuestionError(
                phrase("These stores sell in %(known)s: say which, for example %(example)s."),
                known=", ".join(known),
                example=f"320000 {known[0]}",
            ),
        )
    return said if said in known else known[0]


def _period(filled: Filled, metric: Metric | None) -> Period | None:
    today = today_of(filled.request.engagement.stores, filled.request.at)
    is_amount = metric is not None and metric.kind is Kind.ADDITIVE
    usual = today.replace(day=1) if is_amount else today
    first = filled.read(TargetField.FIRST, lambda text: _day(text) if text else usual, None)
    last = filled.read(TargetField.LAST, lambda text: _day(text) if text else _usual_end(first, is_amount), None)
    if first is None or last is None:
        return None
    if last < first:
        filled.fault(TargetField.LAST, QuestionError(phrase("The period ends before it begins.")))
    elif last < today:
        filled.fault(TargetField.LAST, QuestionError(phrase("This period is over.")))
    elif (last - first).days >= LONGEST_TARGET_DAYS:
        filled.fault(TargetField.LAST, QuestionError(phrase("A target is agreed for a year at most.")))
    return None if TargetField.LAST in filled.faults else Period(first, last)


def _usual_end(first: date | None, is_amount: bool) -> date | None:  # noqa: FBT001 - both are read from one metric
    """Return where a period ends that names no end: an amount with its month, everything else with its year."""
    if first is None:
        return None
    return Period.month_of(first).last if is_amount else date(first.year, 12, 31)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise QuestionError(phrase("“%(date)s” is not a day of the calendar."), date=text[:80]) from None
    return day


def _require_one_figure(filled: Filled, metric: Metric, stores: Sequence[Store], currency: str | None) -> None:
    """Fault stores whose values never become one figure: nobody could say whether it was met."""
    wording = Wording(filled.request.language)
    groups = [one for one in groups_of(metric, stores) if currency in {None, one.scope.currency}]
    if len(groups) == 1:
        return
    filled.fault(
        TargetField.STORES,
        QuestionError(
            phrase("%(metric)s of these stores does not add up to one figure: choose one of %(stores)s."),
            metric=wording.say(metric.name),
            stores=wording.listed("+".join(store.name for store in one.stores) for one in groups),
        ),
    )


def _require_room(work: Work, filled: Filled, wished: Target) -> None:
    """Fault what is agreed already, and an amount that shares days with another one but not all of them."""
    others = [one for one in work.targets.all_of(wished.engagement) if is_same_scope(one, wished)]
    if any((one.period, one.direction, one.value) == (wished.period, wished.direction, wished.value) for one in others):
        filled.fault(TargetField.VALUE, QuestionError(phrase("This is agreed already.")))
    if METRICS[wished.metric].kind is not Kind.ADDITIVE:
        return
    for one in others:
        if one.period != wished.period and one.period.overlaps(wished.period):
            days = days_text(one, Wording(filled.request.language))
            sentence = phrase("An amount is agreed for %(days)s: name the same days, or days outside of them.")
            filled.fault(TargetField.FIRST, QuestionError(sentence, days=days))
