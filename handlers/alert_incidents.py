"""From an alert to an incident: one that reaches its severity opens or joins one, its end proposes to end it.

What rooms are told nothing of (muted, expected, old news) opens none. Stores that fell together are one incident.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from handlers.alert_cards import is_operations, refresh_cards
from handlers.alert_notices import Changed, Turn, mute_of
from handlers.incident_desk import declare, happen
from handlers.incident_sightings import new_measure
from handlers.incidents_of_alerts import declaration_of_alert, incident_of, subject_of
from handlers.ports import Work
from kpi.alert_records import AlertEpisode
from kpi.alerts import Episode, Phase
from kpi.engagements import Engagement
from kpi.incident_events import ChangeSeverity, EndAlert, JoinAlert
from kpi.incidents import THE_CLOCK, THE_RULE, Incident, Visibility, incident_key
from kpi.languages import Language
from kpi.severities import HANDLING, Severity


def follow_alerts(work: Work, changed: Sequence[Changed], now: datetime) -> int:
    """Let a morning's alerts open, join and leave incidents; return how many were opened.

    In the transaction in which rooms are told of them, so that the message can name the incident.
    """
    opened = 0
    for one in sorted(changed, key=lambda one: -one.alert.worst.z):
        alert = work.alerts.get(one.alert.id) or one.alert
        engagement = work.engagements.get(alert.series.engagement)
        if engagement is None:
            continue
        if not alert.episode.is_open:
            _end(work, engagement, alert, now)
        elif alert.notice and HANDLING[Severity(alert.severity)].is_incident and not _is_muted(work, one, now):
            opened += _raise(work, engagement, alert, now)
    return opened


def measure_incidents(work: Work, now: datetime) -> int:
    """Read the metric of every open incident again; return for how many there was something new."""
    measured = 0
    for engagement in work.engagements.all():
        for incident in _open_incidents(work, engagement, now):
            measure = new_measure(work, engagement, incident, now)
            if measure is not None:
                happen(work, incident.id, measure, THE_CLOCK, now)
                measured += 1
    return measured


def _is_muted(work: Work, one: Changed, now: datetime) -> bool:
    return mute_of(work, one.alert.series, now, passes_snooze=one.turn is not Turn.OPENED) is not None


def _raise(work: Work, engagement: Engagement, alert: AlertEpisode, now: datetime) -> int:
    """Open or join an incident once per alert; one that knows of the alert follows its severity."""
    known = incident_of(work, alert)
    if known is not None:
        severity = Severity(alert.severity)
        if not known.is_closed and severity.is_worse_than(known.severity):
            happen(work, known.id, ChangeSeverity(severity), THE_RULE, now)
        return 0
    declared = declaration_of_alert(alert, "", _language(engagement), now)
    shared = _shared_incident(work, engagement, alert, now)
    if shared is None:
        is_new = declare(work, engagement, declared, THE_RULE, now).is_new
    else:
        is_new = False
        join = JoinAlert(alert.id, declared.severity, visibility=Visibility.INTERNAL)
        happen(work, shared.id, join, THE_RULE, now)
    refresh_cards(work, [alert], now)
    return int(is_new)


def _shared_incident(work: Work, engagement: Engagement, alert: AlertEpisode, now: datetime) -> Incident | None:
    """Return the open incident of another store that moved together with this one, unless its own is open."""
    store, subject = engagement.store(alert.series.store), subject_of(alert)
    own = incident_key(engagement.id, subject, "")
    if not alert.first.is_pooled or store is None or work.incidents.open_with_key(own) is not None:
        return None
    for one in _open_incidents(work, engagement, now):
        other = engagement.store(one.subject.store)
        is_pooled = one.first_look is not None and one.first_look.is_pooled
        is_alike = (one.subject.metric, one.subject.movement) == (subject.metric, subject.movement)
        if not is_pooled or not is_alike or other is None:
            continue
        if (other.marketplace, other.market) == (store.marketplace, store.market):
            return one
    return None


def _end(work: Work, engagement: Engagement, alert: AlertEpisode, now: datetime) -> None:
    """Say in the alert's incident how it ended; a value that is back comes with its sighting."""
    for incident in _open_incidents(work, engagement, now):
        if incident.alert == alert.id:
            episode = alert.episode
            since = _back_since(episode) if episode.phase is Phase.RESOLVED else None
            measure = new_measure(work, engagement, incident, now)
            if measure is not None and since is not None:
                happen(work, incident.id, measure, THE_CLOCK, now)
            happen(work, incident.id, EndAlert(alert.id, episode.phase, since), THE_RULE, now)


def _back_since(episode: Episode) -> date:
    """Return the first of the clear days that ended an episode."""
    return episode.last - timedelta(days=max(episode.clear_days - 1, 0))


def _open_incidents(work: Work, engagement: Engagement, now: datetime) -> Iterator[Incident]:
    return (one for one in work.incidents.of_engagement(engagement.id, now) if not one.is_closed)


def _language(engagement: Engagement) -> Language:
    rooms = sorted(engagement.rooms, key=lambda room: not is_operations(room))
    return rooms[0].language if rooms else Language.EN
