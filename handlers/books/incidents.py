"""What the use cases of incidents need from the storage, by shape."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from kpi.incidents.escalations import Step
from kpi.incidents.incident import EntryKind, Incident, TimelineEntry
from kpi.incidents.notices import IncidentNotice


class IncidentBook(Protocol):
    """Incidents, what is due of them, and their timelines. Of one key at most one incident is open."""

    def open(self, incident: Incident) -> Incident | None:
        """Store a new incident with what is due of it and return it under the next number of its engagement.

        None when one with its key is open already, also when another replica opened it in this instant.
        """

    def open_with_key(self, key: str) -> Incident | None:
        """Return the open incident with this key, or None."""

    def last_resolved(self, key: str, since: datetime) -> Incident | None:
        """Return the incident with this key that was resolved last, at or after `since`, or None."""

    def get(self, engagement_id: str, number: int) -> Incident | None:
        """Return an engagement's incident by its number, or None."""

    def by_id(self, incident: str) -> Incident | None:
        """Return an incident, or None."""

    def hold(self, incident: str) -> Incident | None:
        """Return an incident that nobody else changes before this unit of work ends, or None."""

    def change(self, before: Incident, after: Incident) -> bool:
        """Store an incident, and what is due of it, over the state it was made from; False: that state is gone."""

    def replan(self, incident: Incident) -> None:
        """Make what is stored as due of an incident what its state says, and free it from claims."""

    def claim_steps(self, now: datetime, claimed_until: datetime) -> tuple[Step, ...]:
        """Take the steps that are due, so that no other replica takes them before `claimed_until`.

        In a unit of work of its own: whoever then takes a step holds its incident first.
        """

    def overdue(self, before: datetime) -> tuple[Step, ...]:
        """Return the steps that were due before an instant and are still there, oldest first."""

    def adrift(self) -> tuple[Incident, ...]:
        """Return the open incidents of which nothing is due, ordered by id: there should be none."""

    def of_engagement(self, engagement_id: str, since: datetime) -> tuple[Incident, ...]:
        """Return an engagement's incidents that are open or were opened at or after `since`, newest first."""

    def append(self, entries: Iterable[TimelineEntry]) -> None:
        """Add lines to timelines; no line is ever changed or removed."""

    def timeline(self, incident: str) -> tuple[TimelineEntry, ...]:
        """Return the lines of an incident in the order they happened, then in the order they were added."""

    def lines(self, engagement_id: str, kind: EntryKind, since: datetime) -> tuple[TimelineEntry, ...]:
        """Return the lines of a kind of all incidents that `of_engagement` returns, by incident as `timeline` does."""

    def freeze_notice(self, notice: IncidentNotice) -> None:
        """Store what rooms are told; raises ValueError when its id is taken."""

    def notice(self, notice_id: str) -> IncidentNotice | None:
        """Return what rooms were told, or None."""

    def notices(self, incident: str) -> tuple[IncidentNotice, ...]:
        """Return everything rooms were told of an incident, oldest first."""
