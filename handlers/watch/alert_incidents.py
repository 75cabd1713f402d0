"""From an alert to an incident: one that reaches its severity opens or joins one, its end proposes to end it.

What rooms are told nothing of (muted, expected, old news) opens none. Stores that fell together are one incident, and
so are the red lines of a metric that are found crossed together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from handlers.alerts.cards import gravest_first, is_operations, refresh_cards
from handlers.alerts.crossed_together import Kind, crossed_together
from handlers.alerts.declarations import declaration_of_alert, incidents_of, subject_of
from handlers.alerts.notices import Changed, Turn, muted_by
from handlers.alerts.sightings import new_measure
from handlers.incidents.desk import declare, happen
from handlers.incidents.surroundings import Surroundings
from handlers.ports import Work
from kpi.alerts.alert import Episode, Phase
from kpi.alerts.records import AlertEpisode
from kpi.engagements import Engagement
from kpi.incidents.events import ChangeSeverity, EndAlert, JoinAlike
from kpi.incidents.incident import THE_CLOCK, THE_RULE, Incident, Subject, incident_key
from kpi.languages import Language
from kpi.severities import HANDLING, Severity


def follow_alerts(work: Work, changed: Sequence[Changed], now: datetime) -> int:
    """Let a morning's alerts open, join and leave incidents; return how many were opened.

    In the transaction in which rooms are told of them, so that the message can name the incident.
    """
    by_engagement: dict[str, list[Changed]] = defaultdict(list)
    for one in changed:
        by_engagement[one.alert.series.engagement].append(one)
    opened = 0
    for engagement_id, some in by_engagement.items():
        engagement = work.engagements.get(engagement_id)
        if engagement is not None:
            opened += _follow(work, engagement, some, now)
    return opened


def measure_incidents(work: Work, engagement: Engagement, now: datetime) -> int:
    """Read the metric of every open incident again; return for how many there was something new."""
    measured = 0
    for incident in _open_incidents(work, engagement, now):
        measure = new_measure(work, engagement, incident, now)
        if measure is not None:
            happen(work, incident.id, measure, THE_CLOCK, now)
            measured += 1
    return measured


def _follow(work: Work, engagement: Engagement, changed: Sequence[Changed], now: datetime) -> int:
    stored = {alert.id: alert for alert in work.alerts.get_all(one.alert.id for one in changed)}
    mutes = work.alerts.mutes(engagement.id, now)
    ended: dict[str, AlertEpisode] = {}
    rising = []
    for one in sorted(changed, key=lambda one: gravest_first(one.alert)):
        alert = stored.get(one.alert.id, one.alert)
        passes_snooze = one.turn is not Turn.OPENED
        if not alert.episode.is_open:
            ended[alert.id] = alert
        elif not alert.notice or not HANDLING[Severity(alert.severity)].is_incident:
            continue
        elif muted_by(mutes, alert.series, now, passes_snooze=passes_snooze) is None:
            rising.append(alert)
    _end(work, engagement, ended, now)
    return _raise_all(work, engagement, rising, now) if rising else 0


@dataclass(slots=True)
class _Rising:
    """What becomes of the alerts of one engagement that open or join incidents together."""

    known: dict[str, Incident]
    open: list[Incident]
    together: Mapping[str, Kind]
    around: Surroundings
    opened: int = 0
    of_kind: dict[Kind, Incident] = field(default_factory=dict)
    alike: dict[str, list[AlertEpisode]] = field(default_factory=lambda: defaultdict(list))
    raised: list[AlertEpisode] = field(default_factory=list)


def _raise_all(work: Work, engagement: Engagement, alerts: Sequence[AlertEpisode], now: datetime) -> int:
    """Open or join an incident once per alert; return how many were opened."""
    known = incidents_of(work, alerts)
    together = crossed_together(engagement, [alert for alert in alerts if alert.id not in known])
    rising = _Rising(known, list(_open_incidents(work, engagement, now)), together, Surroundings(work, engagement, now))
    for alert in alerts:
        _raise(work, engagement, alert, rising, now)
    for incident, some in rising.alike.items():
        worst = min(Severity(alert.severity) for alert in some)
        happen(work, incident, JoinAlike(tuple(alert.id for alert in some), worst), THE_RULE, now)
    refresh_cards(work, rising.raised, now)
    return rising.opened


def _raise(work: Work, engagement: Engagement, alert: AlertEpisode, rising: _Rising, now: datetime) -> None:
    """Let one alert open or join an incident; one that knows of the alert follows its severity."""
    known = rising.known.get(alert.id)
    if known is not None:
        severity = Severity(alert.severity)
        if not known.is_closed and severity.is_worse_than(known.severity):
            happen(work, known.id, ChangeSeverity(severity), THE_RULE, now)
        return
    shared = _shared_incident(work, engagement, alert, rising)
    if shared is not None:
        rising.alike[shared.id].append(alert)
    else:
        declared = declaration_of_alert(alert, "", _language(engagement), now)
        made = declare(work, engagement, declared, THE_RULE, now, rising.around)
        rising.open.insert(0, made.incident)
        rising.opened += made.is_new
        if made.is_new and alert.id in rising.together:
            rising.of_kind[rising.together[alert.id]] = made.incident
    rising.raised.append(alert)


def _shared_incident(work: Work, engagement: Engagement, alert: AlertEpisode, rising: _Rising) -> Incident | None:
    """Return the open incident of another store that moved together with this one, unless its own is open."""
    kind = rising.together.get(alert.id)
    if not alert.first.is_pooled and kind not in rising.of_kind:
        return None
    subject = subject_of(alert)
    if work.incidents.open_with_key(incident_key(engagement.id, subject, "")) is not None:
        return None
    if kind in rising.of_kind:
        return rising.of_kind[kind]
    return next((one for one in rising.open if _moved_alike(engagement, one, subject)), None)


def _moved_alike(engagement: Engagement, one: Incident, subject: Subject) -> bool:
    """Tell whether an incident is about stores that moved together, of the marketplace and country of a subject."""
    if one.first_look is None or not one.first_look.is_pooled:
        return False
    if (one.subject.metric, one.subject.movement) != (subject.metric, subject.movement):
        return False
    here, there = engagement.store(subject.store), engagement.store(one.subject.store)
    if here is None or there is None:
        return False
    return (here.marketplace, here.market) == (there.marketplace, there.market)


def _end(work: Work, engagement: Engagement, ended: Mapping[str, AlertEpisode], now: datetime) -> None:
    """Say in the incidents of alerts that are over how they ended; a value that is back comes with its sighting."""
    for incident in list(_open_incidents(work, engagement, now)) if ended else ():
        alert = ended.get(incident.alert)
        if alert is None:
            continue
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
