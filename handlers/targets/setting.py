"""`/kpi target …` sets a target: in one line or by a form, checked alike, kept with its history, told to both sides."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from handlers.access import require_may_agree
from handlers.filled_forms import Filled
from handlers.form_replies import unread_form
from handlers.grammar.target_words import TargetOrder, target_order
from handlers.messages import Button, Form, Reply, Request
from handlers.new_deliveries import new_delivery
from handlers.ports import Work
from handlers.targets.figures_said import figure_said
from handlers.targets.forms import SET_A_TARGET, SET_COMMAND, form_of, target_form
from handlers.targets.notices import target_notice
from handlers.targets.wishes import wish_in
from kpi.deliveries import CauseKind
from kpi.engagements import Audience
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Visibility
from kpi.phrases import phrase
from kpi.target_changes import TargetChange, before_it
from kpi.targets import Target, require_measurable
from kpi.wording.wording import Wording


def sets_target(text: str) -> bool:
    """Tell whether a `/kpi` text sets a target; every other one is a question."""
    return target_order(text) is not None


def opened_form(_work: Work, request: Request) -> Form | None:
    """Return the form of a target whose value is left out; None for any other text.

    Raises AccessError for who agrees none, so that nobody fills in a form in vain.
    """
    order = target_order(request.text)
    if order is None or order.says_something:
        return None
    require_may_agree(request)
    return target_form(request, {**figure_said(order.names, request), **request.values})


def checked_form(work: Work, request: Request) -> Form | None:
    """Return a filled-in form with what is wrong beside its fields, or None where nothing is."""
    order = target_order(request.text)
    if order is None:
        return None
    require_may_agree(request)
    filled = Filled(request)
    wish_in(work, filled)
    return form_of(request, request.values, filled.faults) if filled.faults else None


def answer_target(work: Work, request: Request, order: TargetOrder) -> Reply:
    """Set the target a form or a line says, or say everything that is wrong with it; raises AccessError."""
    require_may_agree(request)
    if not (request.values or order.says_something):
        return _asked(request, order)
    said = request.values or {**figure_said(order.names, request), **order.values}
    filled = Filled(replace(request, values=said))
    wished = wish_in(work, filled)
    if wished is None:
        return unread_form(form_of(request, said, filled.faults))
    return _agreed(work, request, wished)


def _asked(request: Request, order: TargetOrder) -> Reply:
    """Return how to say it where no form was opened."""
    wording, form = Wording(request.language), target_form(request, figure_said(order.names, request))
    return Reply(
        headline=wording.say(phrase("Say it in one line: `%(command)s`."), command=form.twin),
        language=request.language,
        buttons=(Button(wording.say(SET_A_TARGET), SET_COMMAND),),
        is_private=True,
    )


def _agreed(work: Work, request: Request, wished: Target) -> Reply:
    require_measurable(wished)
    in_force = work.targets.of(wished.engagement, wished.period.first)
    before = before_it(wished, in_force) or before_it(wished, work.targets.all_of(wished.engagement))
    change = TargetChange(uuid4().hex, wished, before, request.person.id, request.at)
    work.targets.agree(change)
    _tell(work, request, change)
    wording = Wording(request.language)
    return Reply(
        headline=target_notice(change, request.engagement, request.room).headline,
        language=request.language,
        text=wording.say(phrase("Every room that may read of it is told.")),
        is_private=True,
        page=("/kpi targets",),
    )


def _tell(work: Work, request: Request, change: TargetChange) -> None:
    """Queue the frozen change for every room that may read of its metric."""
    is_internal = METRICS[change.target.metric].visibility is Visibility.INTERNAL
    for room in request.engagement.rooms:
        if is_internal and room.audience is Audience.SELLER:
            continue
        key = f"target/{change.id}/{room.id}"
        work.deliveries.add(new_delivery(key, CauseKind.TARGET, change.id, request.engagement, room, request.at))
