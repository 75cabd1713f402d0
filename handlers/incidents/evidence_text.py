"""What was computed of an incident, in lines: since when, what is at stake, what drives it, checks, precedents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from handlers.alerts.card_text import stake_text
from handlers.alerts.cause_text import cause_text
from handlers.incidents.readers import Reader
from handlers.readings.figures import MEASURE_NAMES, value_text
from kpi.alerts.causes import CauseKind
from kpi.alerts.first_looks import Check, CheckKind, CheckState, FirstLook, Precedent
from kpi.alerts.watched import BY_METRIC
from kpi.days import business_day
from kpi.engagements import Audience, Engagement
from kpi.incidents.incident import Confidence, Incident, Movement, OnsetSource, Sighting
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Visibility
from kpi.phrases import phrase
from kpi.wording.wording import Wording

CHECK_NAMES: dict[CheckKind, str] = {
    CheckKind.SOURCES: phrase("Traffic sources"),
    CheckKind.STEPS: phrase("Steps to an order"),
    CheckKind.REVIEWS: phrase("Words in bad reviews"),
    CheckKind.RETURNS: phrase("Reasons of returns"),
}
STATE_WORDS: dict[CheckState, str] = {
    CheckState.NO_DATA: phrase("no data from this source"),
    CheckState.TOO_FEW: phrase("too few to tell"),
    CheckState.NOTHING: phrase("nothing stands out"),
}
CONFIDENCE_WORDS: dict[Confidence, str] = {
    Confidence.HIGH: phrase("sure"),
    Confidence.MEDIUM: phrase("fairly sure"),
    Confidence.LOW: phrase("not sure"),
}
SOURCE_WORDS: dict[OnsetSource, str] = {
    OnsetSource.CHANGE_POINT: phrase("from the daily numbers"),
    OnsetSource.CROSSING: phrase("when it crossed its line"),
    OnsetSource.PERSON: phrase("as %(name)s says"),
}
METRIC_OF_CHECK: dict[CheckKind, str] = {
    CheckKind.SOURCES: "conversion_rate",
    CheckKind.STEPS: "conversion_rate",
    CheckKind.REVIEWS: "negative_review_rate",
    CheckKind.RETURNS: "return_rate",
}
"""Whose exposure a mix is a mix of."""


def evidence_lines(incident: Incident, reader: Reader, wording: Wording) -> tuple[str, ...]:
    """Return what was computed, as this room may read it: other stores are for operations rooms only."""
    look = incident.first_look
    if look is None:
        return ()
    engagement = reader.engagement
    is_internal = reader.room.audience is Audience.OPERATIONS
    lines = [
        _stake(incident, look, wording),
        _driver(incident, look, wording),
        *_checks(look, wording),
        _others(look, engagement, wording) if is_internal else "",
        *_precedents(incident, look, reader, wording),
        wording.say(phrase("Latest report: %(id)s"), id=incident.digest) if incident.digest else "",
    ]
    return tuple(line for line in lines if line)


def onset_line(incident: Incident, reader: Reader, wording: Wording) -> str:
    """Return the days on which it began, how sure that is and how it was found; "" where nobody knows."""
    onset = incident.onset
    if onset is None:
        return ""
    store = reader.engagement.store(incident.subject.store)
    person = reader.engagement.person(onset.corrected_by)
    return wording.say(
        phrase("Began: %(period)s (%(confidence)s, %(source)s)"),
        period=onset_days(onset.began_from, onset.began_to, store.zone if store else reader.room.zone, wording),
        confidence=wording.say(CONFIDENCE_WORDS[onset.confidence]),
        source=wording.say(SOURCE_WORDS[onset.source], name=person.name if person else onset.corrected_by),
    )


def onset_days(began_from: datetime, began_to: datetime, zone: ZoneInfo, wording: Wording) -> str:
    """Return the days of an onset; of one that is known to the minute, also that."""
    days = wording.period(business_day(began_from, zone), business_day(began_to, zone))
    return f"{days} {wording.clock(began_from, zone)}" if began_from == began_to else days


def sample_text(seen: Sighting, metric: str, wording: Wording) -> str:
    """Return the day of a sighting and what it was counted on ("4,000 visits · 27 Aug")."""
    entry = METRICS[metric]
    measure = (entry.denominator or entry.numerator)[0].measure
    name = MEASURE_NAMES.get(measure)
    day = wording.short_day(seen.day)
    if not seen.sample or name is None:
        return day
    return f"{wording.count(Decimal(seen.sample))} {wording.say(name)} · {day}"


def back_line(incident: Incident, reader: Reader, wording: Wording) -> str:
    """Return since when the metric is back to usual, with what ends the incident; "" where it is not."""
    if incident.back_since is None or incident.is_closed:
        return ""
    day = wording.short_day(incident.back_since)
    if reader.room.audience is Audience.SELLER:
        return wording.say(phrase("Back in range since %(day)s. If you see it, too: “Fixed again”."), day=day)
    return wording.say(
        phrase("Back in range since %(day)s. To end it: `/incident resolve %(number)s cause: … action: …`."),
        day=day,
        number=incident.number,
    )


def _stake(incident: Incident, look: FirstLook, wording: Wording) -> str:
    if look.stake is None:
        return ""
    return stake_text(look.stake, wording, is_fall=incident.subject.movement is not Movement.RISE)


def _driver(incident: Incident, look: FirstLook, wording: Wording) -> str:
    if look.is_pooled:
        return wording.say(phrase("Platform-wide: the stores of this marketplace moved alike."))
    is_said = any(check.cause == look.cause for check in look.checks)
    if is_said or look.cause.kind is CauseKind.UNKNOWN or incident.subject.metric not in BY_METRIC:
        return ""  # the checks say it, or what was not reported
    return cause_text(look.cause, incident.subject.metric, wording)


def _checks(look: FirstLook, wording: Wording) -> Iterator[str]:
    for check in look.checks:
        yield f"• {wording.labelled(wording.say(CHECK_NAMES[check.kind]), _checked(check, wording))}"


def _checked(check: Check, wording: Wording) -> str:
    if check.state is not CheckState.FOUND:
        return wording.say(STATE_WORDS[check.state])
    return cause_text(check.cause, METRIC_OF_CHECK[check.kind], wording)


def _others(look: FirstLook, engagement: Engagement, wording: Wording) -> str:
    names = {store.id: store.name for store in engagement.stores}
    moves = [
        f"{names.get(move.store, move.store)} {wording.change(Decimal(str(round(move.change, 4))))}"
        for move in look.others
    ]
    return wording.labelled(wording.say(phrase("Other stores")), wording.listed(moves)) if moves else ""


def _precedents(incident: Incident, look: FirstLook, reader: Reader, wording: Wording) -> Iterator[str]:
    is_internal = reader.room.audience is Audience.OPERATIONS
    for one in look.precedents:
        if is_internal or (one.store == incident.subject.store and _is_open_metric(one.metric)):
            yield _precedent(one, reader.engagement, wording)


def _is_open_metric(metric: str) -> bool:
    return metric not in METRICS or METRICS[metric].visibility is Visibility.EVERYONE


def _precedent(one: Precedent, engagement: Engagement, wording: Wording) -> str:
    store = engagement.store(one.store)
    metric = wording.say(METRICS[one.metric].name) if one.metric in METRICS else ""
    what = " · ".join(part for part in (metric, store.name if store else "") if part)
    return wording.say(
        phrase("Before: #%(number)s %(what)s, until %(day)s: %(action)s (cause: %(cause)s)"),
        number=one.number,
        what=what,
        day=wording.short_day(one.day),
        action=one.action or "—",
        cause=one.cause or "—",
    )


def seen_text(incident: Incident, value: Decimal, engagement: Engagement, wording: Wording) -> str:
    """Return a value of the incident's metric."""
    store = engagement.store(incident.subject.store)
    return value_text(METRICS[incident.subject.metric], value, store.currency if store else None, wording)
