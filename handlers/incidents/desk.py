"""What every door does with an incident: open or join one, and let something happen to it. Its rooms are told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from handlers.access import OPERATOR_ROLES
from handlers.incidents.evidence import examined
from handlers.incidents.parents import explained
from handlers.incidents.rooms import tell_change, tell_opening
from handlers.incidents.surroundings import Surroundings
from handlers.messages import Request
from handlers.ports import Work
from kpi.engagements import Engagement, Person, Platform
from kpi.errors import NotFoundError
from kpi.incidents.changes import Changed, Outcome, Refused
from kpi.incidents.escalation_policies import policy_of
from kpi.incidents.events import Event, JoinAlert, Merge, ReportAgain, TakeIn
from kpi.incidents.incident import Actor, Incident, Side, Source, incident_key
from kpi.incidents.openings import Declaration, open_incident, opening_entry
from kpi.incidents.transitions import apply
from kpi.phrases import phrase

SAME_AGAIN = timedelta(hours=48)
"""What comes back so soon after it was resolved is told as the same thing again."""

_SOURCE_OF_PLATFORM = {
    Platform.SLACK: Source.SLACK,
    Platform.WECOM: Source.WECOM,
    Platform.CONSOLE: Source.CONSOLE,
}


@dataclass(frozen=True, slots=True)
class Declared:
    """The incident a declaration opened or, where one about the same was open, joined."""

    incident: Incident
    is_new: bool


def actor_of(request: Request) -> Actor:
    """Return who asks, for the rules of incidents: on which side, through which door."""
    return actor_in(request.person, request.room.platform)


def actor_in(person: Person, platform: Platform) -> Actor:
    """Return somebody who did something on a platform."""
    side = Side.STAFF if person.role in OPERATOR_ROLES else Side.SELLER
    return Actor(person.id, side, _SOURCE_OF_PLATFORM[platform])


def nobody_in(platform: Platform) -> Actor:
    """Return Vigia itself, which heard on a platform what somebody did whom the engagement does not name."""
    return Actor("", Side.VIGIA, _SOURCE_OF_PLATFORM[platform])


def declare(
    work: Work,
    engagement: Engagement,
    declared: Declaration,
    by: Actor,
    at: datetime,
    around: Surroundings | None = None,
) -> Declared:
    """Open an incident under the agreement of today, or join the open one about the same metric of the same store.

    One of the same key that was resolved within `SAME_AGAIN` becomes its `previous`. `around` is what it shares with
    others that are opened with it.
    """
    key = incident_key(declared.engagement, declared.subject, declared.report_id)
    if not declared.is_drill and work.incidents.open_with_key(key) is None:
        declared = explained(work, engagement, examined(work, engagement, declared, at, around), at)
    before = work.incidents.last_resolved(key, at - SAME_AGAIN)
    if before is not None and not declared.previous:
        declared = replace(declared, previous=before.id)
    policy = policy_of(engagement, engagement.store(declared.subject.store))
    opened = work.incidents.open(open_incident(declared, policy, by, at))
    if opened is not None:
        work.incidents.append((opening_entry(opened),))
        tell_opening(work, opened, at)
        return Declared(opened, is_new=True)
    known = work.incidents.open_with_key(key)
    if known is None:  # it was resolved in this instant: the next try opens a new one
        return declare(work, engagement, declared, by, at, around)
    joined = happen(work, known.id, _joining(declared, by), by, at)
    return Declared(joined.incident if isinstance(joined, Changed) else known, is_new=False)


def _joining(declared: Declaration, by: Actor) -> Event:
    """Return how a declaration joins what is open: an alert with what it saw, a person with their words."""
    if by.side is Side.VIGIA and declared.alert:
        return JoinAlert(declared.alert, declared.severity, declared.sighting, declared.onset)
    return ReportAgain(declared.report, declared.language)


def happen(work: Work, incident: str, event: Event, by: Actor, at: datetime) -> Outcome:
    """Let an event happen to an incident and store all that comes of it, or return why it was refused.

    The incident is held meanwhile: of two people who act at once, the second acts on what the first one left. Raises
    NotFoundError for an incident that does not exist.
    """
    held = work.incidents.hold(incident)
    if held is None:
        raise NotFoundError(phrase("There is no incident “%(id)s” here. `/incident list` shows them."), id=incident)
    outcome = apply(held, event, by, at)
    return outcome if isinstance(outcome, Refused) else keep(work, held, outcome, at)


def keep(work: Work, held: Incident, changed: Changed, at: datetime) -> Changed:
    """Store and tell what came of an event or a step of a held incident.

    An incident that follows it is opened, and returned numbered. Raises ValueError when the incident was not
    held: somebody changed it meanwhile, and nothing may be stored.
    """
    if changed.incident != held and not work.incidents.change(held, changed.incident):
        msg = f"incident {held.id} was changed while something happened to it"
        raise ValueError(msg)
    work.incidents.append(changed.entries)
    tell_change(work, changed, at)
    if changed.opened is None:
        return changed
    opened = work.incidents.open(_looked_at(work, changed.opened))
    if opened is None:  # somebody opened it again a moment ago: that one is the follower
        return replace(changed, opened=work.incidents.open_with_key(changed.opened.key))
    work.incidents.append((opening_entry(opened),))
    tell_opening(work, opened, at)
    return replace(changed, opened=opened)


def _looked_at(work: Work, opened: Incident) -> Incident:
    """Return an incident that follows a closed one with what can be computed of it on its own day."""
    engagement = work.engagements.get(opened.engagement)
    if engagement is None:
        return opened
    asked = Declaration(opened.engagement, opened.subject, opened.severity, opened.report, opened.language)
    found = examined(work, engagement, asked, opened.opened_at)
    return replace(
        opened,
        digest=found.digest,
        onset=found.onset,
        at_alert=found.sighting,
        now=found.sighting,
        worst=found.sighting,
        first_look=found.first_look,
    )


def merge(work: Work, incident: str, into: str, by: Actor, at: datetime) -> Outcome:
    """End an incident as the same thing as another one, which goes on for both."""
    for one in sorted({incident, into}):  # always in this order: of two merges the other way round, neither waits
        work.incidents.hold(one)
    target = work.incidents.hold(into)
    if target is None:
        raise NotFoundError(phrase("There is no incident “%(id)s” here. `/incident list` shows them."), id=into)
    merged = happen(work, incident, Merge(target), by, at)
    return merged if isinstance(merged, Refused) else happen(work, into, TakeIn(merged.incident), by, at)
