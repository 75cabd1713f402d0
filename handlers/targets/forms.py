"""The form that sets a target: what is asked, filled in as far as it is known, and what is wrong beside its fields."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.access import visible_metrics
from handlers.filled_forms import NOTHING_CHOSEN, filled_in, with_faults
from handlers.grammar.target_words import TargetField
from handlers.messages import Field, FieldKind, Form, Request
from handlers.readings.scopes import today_of
from handlers.targets.figures_said import BETWEEN
from handlers.targets.wishes import example_of
from kpi.days import ONE_DAY, Period
from kpi.engagements import Store
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Direction
from kpi.phrases import phrase
from kpi.wording.wording import Wording

SET_A_TARGET = phrase("Set a target")
"""What the button says, and the form."""
SET_COMMAND = "/kpi target set"
"""The command that opens the form, and that a filled-in one is."""
USUAL_METRIC = "conversion_rate"
"""Which metric an example shows where none is chosen."""
LONGEST_CHOICE = 150
"""Characters of a choice's value: Slack takes no longer ones, https://docs.slack.dev/reference/block-kit/composition-objects/option-object."""


def target_form(request: Request, known: Mapping[str, str]) -> Form:
    """Return the form with what is known in it: from the first of next month on, unless something else is said."""
    return form_of(request, {TargetField.FIRST: _next_month(request), **known}, {})


def form_of(request: Request, values: Mapping[str, str], faults: Mapping[str, str]) -> Form:
    """Return the form as it is filled in, with what is wrong."""
    wording = Wording(request.language)
    metric = METRICS.get(values.get(TargetField.METRIC, ""), METRICS[USUAL_METRIC])
    example = example_of(metric, request)
    fields = filled_in(_fields(request, example), values)
    return with_faults(
        Form(
            title=wording.say(SET_A_TARGET),
            command=SET_COMMAND,
            submit_label=wording.say(phrase("Submit")),
            fields=fields,
            language=request.language,
            twin=f"/kpi target {metric.id} {example} {_a_store(request)} from {_next_month(request)}",
        ),
        faults,
    )


def _fields(request: Request, example: str) -> tuple[Field, ...]:
    say = Wording(request.language).say
    seller_reads = say(phrase("The seller reads this."))
    sides = (
        (NOTHING_CHOSEN, say(phrase("the side that is better"))),
        (Direction.UP.value, say(phrase("at least"))),
        (Direction.DOWN.value, say(phrase("at most"))),
    )
    metrics = tuple((one.id, say(one.name)) for one in visible_metrics(request))
    until = say(phrase("Left empty: an amount to the end of its month, everything else to the end of the year."))
    return (
        _choice(TargetField.METRIC, say(phrase("Metric")), USUAL_METRIC, metrics),
        _choice(TargetField.STORES, say(phrase("Stores")), NOTHING_CHOSEN, _stores(request)),
        _choice(TargetField.SIDE, say(phrase("Side")), NOTHING_CHOSEN, sides),
        Field(
            TargetField.VALUE,
            say(phrase("Value")),
            is_required=True,
            hint=say(phrase("For example %(example)s."), example=example),
        ),
        Field(TargetField.FIRST, say(phrase("First day")), FieldKind.DAY, is_required=True),
        Field(TargetField.LAST, say(phrase("Last day")), FieldKind.DAY, hint=until),
        Field(TargetField.SOURCE, say(phrase("Agreed in")), hint=seller_reads),
    )


def _choice(name: str, label: str, value: str, options: tuple[tuple[str, str], ...]) -> Field:
    return Field(name, label, FieldKind.CHOICE, value, is_required=True, options=options)


def _stores(request: Request) -> tuple[tuple[str, str], ...]:
    """Return all stores, those of a marketplace and market where they are several, and each one alone."""
    stores = request.engagement.stores
    wording = Wording(request.language)
    if len(stores) == 1:
        return ((NOTHING_CHOSEN, stores[0].name),)
    groups: dict[str, list[Store]] = {}
    for one in stores:
        groups.setdefault(one.segment, []).append(one)
        groups.setdefault(one.market.value, []).append(one)
    several = {
        BETWEEN.join(store.id for store in group): wording.listed(store.name for store in group)
        for group in groups.values()
        if 1 < len(group) < len(stores)
    }
    return (
        (NOTHING_CHOSEN, wording.say(phrase("all stores"))),
        *((value, label) for value, label in several.items() if len(value) <= LONGEST_CHOICE),
        *((one.id, one.name) for one in stores),
    )


def _a_store(request: Request) -> str:
    return request.engagement.stores[0].id if request.engagement.stores else "…"


def _next_month(request: Request) -> str:
    today = today_of(request.engagement.stores, request.at)
    return (Period.month_of(today).last + ONE_DAY).isoformat()
