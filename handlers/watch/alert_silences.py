"""Rooms are left alone about an alert until an instant: muted or snoozed, in one line or by a form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from handlers.alerts.rule_message import place_name
from handlers.alerts.shown import alert_here
from handlers.filled_forms import Filled, filled_in, with_faults
from handlers.grammar.alert_words import AlertVerb, alert_verb
from handlers.grammar.until_words import morning_of, next_weekday, until_said
from handlers.grammar.verbs import WORD
from handlers.messages import Form, Reply, Request
from handlers.ports import Work
from handlers.until_fields import (
    Choice,
    faulty_field,
    reason_in,
    require_between,
    until_fields,
    until_in,
    until_text,
)
from handlers.watch.alert_acts import require_operator, said, told_together
from kpi.alerts.records import AlertEpisode, Mute
from kpi.days import ONE_DAY, business_day
from kpi.errors import QuestionError
from kpi.metrics.catalogue import METRICS
from kpi.phrases import phrase
from kpi.wording.wording import Wording

LONGEST_MUTE = 30 * ONE_DAY
"""A silence without an end is how alarms die."""
MOST_NAMED = 3
"""Stores an answer names; the rest are counted."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of silence: what its form is called, how long it is where nobody says, and what is answered."""

    title: str
    usual: timedelta
    answer: str


SILENCES: dict[AlertVerb, _Kind] = {
    AlertVerb.SNOOZE: _Kind(
        phrase("Snooze the alert"),
        ONE_DAY,
        phrase("%(metric)s of %(store)s is snoozed until %(until)s by %(name)s; you hear if it gets severer or ends."),
    ),
    AlertVerb.MUTE: _Kind(
        phrase("Mute the alert"),
        7 * ONE_DAY,
        phrase("%(metric)s of %(store)s is muted until %(until)s by %(name)s; the watch goes on."),
    ),
}
"""What each kind of silence says and how long it is."""


@dataclass(frozen=True, slots=True)
class _Silence:
    """Until when, and why."""

    until: datetime
    reason: str


def snooze(work: Work, request: Request, alert: AlertEpisode, words: str) -> Reply:
    """Leave rooms alone unless it gets severer or ends; raises AccessError outside the operator's team."""
    return _silence(work, request, alert, AlertVerb.SNOOZE, words)


def mute(work: Work, request: Request, alert: AlertEpisode, words: str) -> Reply:
    """Tell nobody of the alert's store and metric; raises AccessError as `snooze` does."""
    return _silence(work, request, alert, AlertVerb.MUTE, words)


def opened_form(work: Work, request: Request) -> Form | None:
    """Return the form of a silence whose length is left out; None for any other command.

    Raises VigiaError where the asker may not order it, so that nobody fills in a form in vain.
    """
    named = _named(work, request)
    if named is None:
        return None
    require_operator(request)
    return _form(request, *named)


def checked_form(work: Work, request: Request) -> Form | None:
    """Return a filled-in form with what is wrong beside its fields, or None where nothing is."""
    named = _named(work, request)
    if named is None:
        return None
    require_operator(request)
    filled = Filled(request)
    _silence_in(filled)
    return with_faults(_form(request, *named), filled.faults) if filled.faults else None


def _named(work: Work, request: Request) -> tuple[AlertVerb, AlertEpisode] | None:
    verb, rest = alert_verb(request.text)
    if verb not in SILENCES or not WORD.fullmatch(rest):
        return None
    return verb, alert_here(work, request, rest)


def _form(request: Request, verb: AlertVerb, alert: AlertEpisode) -> Form:
    wording = Wording(request.language)
    latest = wording.say(phrase("At most until %(last)s."), last=until_text(request.at + LONGEST_MUTE, request))
    choices = _snooze_choices(request) if verb is AlertVerb.SNOOZE else _mute_choices(request)
    command = f"/alert {verb} {alert.id}"
    return Form(
        title=wording.say(SILENCES[verb].title),
        command=command,
        submit_label=wording.say(phrase("Submit")),
        fields=filled_in(until_fields(request, choices, latest), request.values),
        language=request.language,
        twin=f"{command} {'4h' if verb is AlertVerb.SNOOZE else '7d'} …",
    )


def _snooze_choices(request: Request) -> tuple[Choice, ...]:
    wording, zone = Wording(request.language), request.room.zone
    tomorrow = business_day(request.at, zone) + ONE_DAY
    monday = next_weekday(request.at, zone, 0)
    mornings = [("tomorrow", phrase("tomorrow morning (%(until)s)"), tomorrow)]
    if monday != tomorrow:
        mornings.append(("monday", phrase("Monday morning (%(until)s)"), monday))
    named = [
        (word, wording.say(label, until=until_text(morning_of(day, zone), request))) for word, label, day in mornings
    ]
    four_hours = wording.say_n("for one hour", "for %(count)s hours", 4, count=4)
    return (("4h", four_hours), *named, _days(7, wording))


def _mute_choices(request: Request) -> tuple[Choice, ...]:
    wording = Wording(request.language)
    return tuple(_days(count, wording) for count in (7, 14, 30))


def _days(count: int, wording: Wording) -> Choice:
    return f"{count}d", wording.say(phrase("for %(days)s"), days=wording.days(Decimal(count)))


def _silence_in(filled: Filled) -> _Silence | None:
    """Return what a form says, or None where something is wrong with it."""
    until, reason = until_in(filled), reason_in(filled)
    if until is None:
        return None
    try:
        require_between(until, filled.request, LONGEST_MUTE)
    except QuestionError as error:
        filled.fault(faulty_field(filled), error)
    return None if filled.faults else _Silence(until, reason)


def _silence_said(request: Request, verb: AlertVerb, words: str) -> _Silence:
    if not words:
        return _Silence(request.at + SILENCES[verb].usual, "")
    until, reason = until_said(words, request.at, request.room.zone, ONE_DAY)
    require_between(until, request, LONGEST_MUTE)
    return _Silence(until, reason)


def _silence(work: Work, request: Request, alert: AlertEpisode, verb: AlertVerb, words: str) -> Reply:
    require_operator(request)
    ordered = _silence_in(Filled(request)) if request.values else None
    ordered = ordered or _silence_said(request, verb, words)
    wording = Wording(request.language)
    together = told_together(work, alert)
    for one in together:
        work.alerts.mute(_mute_of(one, request, ordered, verb))
    answer = said(
        request,
        SILENCES[verb].answer,
        metric=wording.say(METRICS[alert.series.metric].name),
        store=_names(together, request, wording),
        until=until_text(ordered.until, request),
        name=request.person.name,
    )
    return replace(answer, page=(f"/alert {AlertVerb.WHY} {alert.id}",))


def _mute_of(alert: AlertEpisode, request: Request, ordered: _Silence, verb: AlertVerb) -> Mute:
    series, reason = alert.series, ordered.reason or Wording(request.language).say(phrase("no reason given"))
    return Mute(
        uuid4().hex,
        series.engagement,
        series.store,
        series.metric,
        ordered.until,
        request.person.id,
        reason,
        request.at,
        verb is AlertVerb.SNOOZE,
    )


def _names(alerts: tuple[AlertEpisode, ...], request: Request, wording: Wording) -> str:
    names = [place_name(one.series, request.engagement) for one in alerts[:MOST_NAMED]]
    if len(alerts) > MOST_NAMED:
        names.append(wording.say(phrase("and %(count)s more"), count=len(alerts) - MOST_NAMED))
    return wording.listed(names)
