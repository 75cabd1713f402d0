"""Incidents in memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from kpi.incidents.escalations import Step, agenda
from kpi.incidents.incident import FIRST_NUMBER, EntryKind, Incident, TimelineEntry, incident_id
from kpi.incidents.notices import IncidentNotice
from tests.twins.book_state import BookState


class MemoryIncidents:
    """Fits `handlers.ports.IncidentBook`."""

    def __init__(self, state: BookState) -> None:
        self._state = state

    def open(self, incident: Incident) -> Incident | None:
        """Store a new incident under its engagement's next number, or return None: one with its key is open."""
        if self.open_with_key(incident.key) is not None:
            return None
        numbers = [one.number for one in self._all() if one.engagement == incident.engagement]
        numbered = replace(incident, number=max(numbers, default=FIRST_NUMBER - 1) + 1)
        self._state.incidents[numbered.id] = numbered
        self.replan(numbered)
        return numbered

    def open_with_key(self, key: str) -> Incident | None:
        """Return the open incident with this key, or None."""
        return next((one for one in self._all() if one.key == key and not one.is_closed), None)

    def last_resolved(self, key: str, since: datetime) -> Incident | None:
        """Return the incident with this key that was resolved last, at or after `since`, or None."""
        found = [
            (one.resolved_at, one.number, one)
            for one in self._all()
            if one.key == key and one.resolved_at is not None and one.resolved_at >= since
        ]
        return max(found, key=lambda each: each[:2])[2] if found else None

    def get(self, engagement_id: str, number: int) -> Incident | None:
        """Return an engagement's incident by its number, or None."""
        return self.by_id(incident_id(engagement_id, number))

    def by_id(self, incident: str) -> Incident | None:
        """Return an incident, or None."""
        return self._state.incidents.get(incident)

    def hold(self, incident: str) -> Incident | None:
        """Return an incident; there is one writer at a time, so nobody else changes it."""
        return self.by_id(incident)

    def change(self, before: Incident, after: Incident) -> bool:
        """Store an incident, and what is due of it, over the state it was made from; False: that state is gone."""
        stored = self.by_id(before.id)
        if stored is None or (stored.token, stored.status) != (before.token, before.status):
            return False
        self._state.incidents[before.id] = after
        self.replan(after)
        return True

    def replan(self, incident: Incident) -> None:
        """Make what is stored as due of an incident what its state says."""
        for key in [key for key in self._state.steps if key[0] == incident.id]:
            del self._state.steps[key]
            self._state.step_claims.pop(key, None)
        self._state.steps.update(((step.incident, step.kind), step) for step in agenda(incident))

    def claim_steps(self, now: datetime, claimed_until: datetime) -> tuple[Step, ...]:
        """Take the steps that are due, so that nobody else takes them before `claimed_until`."""
        claims = self._state.step_claims
        due = [step for key, step in self._state.steps.items() if step.due_at <= now and claims.get(key, now) <= now]
        claims.update(((step.incident, step.kind), claimed_until) for step in due)
        return _in_order(due)

    def overdue(self, before: datetime) -> tuple[Step, ...]:
        """Return the steps that were due before an instant and are still there, oldest first."""
        return _in_order(step for step in self._state.steps.values() if step.due_at < before)

    def adrift(self) -> tuple[Incident, ...]:
        """Return the open incidents of which nothing is due."""
        planned = {incident for incident, _ in self._state.steps}
        lost = [one for one in self._all() if not one.is_closed and one.id not in planned]
        return tuple(sorted(lost, key=lambda one: one.id))

    def of_engagement(self, engagement_id: str, since: datetime) -> tuple[Incident, ...]:
        """Return an engagement's incidents that are open or were opened at or after `since`, newest first."""
        found = [
            one
            for one in self._all()
            if one.engagement == engagement_id and (not one.is_closed or one.opened_at >= since)
        ]
        return tuple(sorted(found, key=lambda one: one.number, reverse=True))

    def append(self, entries: Iterable[TimelineEntry]) -> None:
        """Add lines to timelines."""
        for entry in entries:
            self._state.timeline[entry.incident] = (*self._state.timeline.get(entry.incident, ()), entry)

    def timeline(self, incident: str) -> tuple[TimelineEntry, ...]:
        """Return the lines of an incident in the order they happened."""
        return tuple(sorted(self._state.timeline.get(incident, ()), key=lambda entry: entry.occurred_at))

    def lines(self, engagement_id: str, kind: EntryKind, since: datetime) -> tuple[TimelineEntry, ...]:
        """Return the lines of a kind of all incidents that are open or were opened at or after `since`."""
        incidents = sorted(one.id for one in self.of_engagement(engagement_id, since))
        return tuple(line for incident in incidents for line in self.timeline(incident) if line.kind is kind)

    def freeze_notice(self, notice: IncidentNotice) -> None:
        """Store what rooms are told; raises ValueError when its id is taken."""
        if notice.id in self._state.incident_notices:
            msg = f"there is a notice {notice.id} already"
            raise ValueError(msg)
        self._state.incident_notices[notice.id] = notice

    def notice(self, notice_id: str) -> IncidentNotice | None:
        """Return what rooms were told, or None."""
        return self._state.incident_notices.get(notice_id)

    def notices(self, incident: str) -> tuple[IncidentNotice, ...]:
        """Return everything rooms were told of an incident, oldest first."""
        told = [one for one in self._state.incident_notices.values() if one.incident.id == incident]
        return tuple(sorted(told, key=lambda one: (one.made_at, one.id)))

    def _all(self) -> Iterable[Incident]:
        return self._state.incidents.values()


def _in_order(steps: Iterable[Step]) -> tuple[Step, ...]:
    return tuple(sorted(steps, key=lambda step: (step.due_at, step.incident, step.kind.value)))
