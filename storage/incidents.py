"""Incidents: a number each, changes by compare-and-set, steps claimed once, and a timeline that only grows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, func, insert, or_, select, tuple_, update

from kpi.incidents.escalations import Step, StepKind, agenda
from kpi.incidents.incident import (
    FIRST_NUMBER,
    Actor,
    EntryKind,
    Incident,
    Side,
    Source,
    TimelineEntry,
    Visibility,
    incident_id,
)
from kpi.incidents.notices import IncidentNotice
from kpi.languages import Language
from storage.bodies import Body
from storage.incident_tables import IncidentNoticeRow, IncidentRow, IncidentStepRow, IncidentTimelineRow
from storage.once import insert_once

_INCIDENTS = IncidentRow.__table__  # type: ignore[attr-defined]
_STEPS = IncidentStepRow.__table__  # type: ignore[attr-defined]
_TIMELINE = IncidentTimelineRow.__table__  # type: ignore[attr-defined]
_NOTICES = IncidentNoticeRow.__table__  # type: ignore[attr-defined]
_INCIDENT = Body(Incident)
_NOTICE = Body(IncidentNotice)
_PARAMS = Body(tuple[tuple[str, str], ...])


class StoredIncidents:
    """Fits `handlers.ports.IncidentBook`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, incident: Incident) -> Incident | None:
        """Store a new incident under its engagement's next number, or return None: one with its key is open."""
        while self.open_with_key(incident.key) is None:
            last = self._connection.scalar(
                select(func.max(_INCIDENTS.c.number)).where(_INCIDENTS.c.engagement == incident.engagement)
            )
            numbered = replace(incident, number=FIRST_NUMBER if last is None else last + 1)
            # Another replica may have taken the number, or opened the same incident, since it was looked for.
            if insert_once(self._connection, IncidentRow, _values(numbered)):
                self.replan(numbered)
                return numbered
        return None

    def open_with_key(self, key: str) -> Incident | None:
        """Return the open incident with this key, or None."""
        return self._one(select(_INCIDENTS.c.body).where(_INCIDENTS.c.key == key, _INCIDENTS.c.is_open))

    def last_resolved(self, key: str, since: datetime) -> Incident | None:
        """Return the incident with this key that was resolved last, at or after `since`, or None."""
        return self._one(
            select(_INCIDENTS.c.body)
            .where(_INCIDENTS.c.key == key, _INCIDENTS.c.resolved_at >= since)
            .order_by(_INCIDENTS.c.resolved_at.desc(), _INCIDENTS.c.number.desc())
            .limit(1)
        )

    def get(self, engagement_id: str, number: int) -> Incident | None:
        """Return an engagement's incident by its number, or None."""
        return self.by_id(incident_id(engagement_id, number))

    def by_id(self, incident: str) -> Incident | None:
        """Return an incident, or None."""
        return self._one(select(_INCIDENTS.c.body).where(_INCIDENTS.c.id == incident))

    def hold(self, incident: str) -> Incident | None:
        """Return an incident that nobody else changes before this unit of work ends, or None."""
        return self._one(select(_INCIDENTS.c.body).where(_INCIDENTS.c.id == incident).with_for_update())

    def change(self, before: Incident, after: Incident) -> bool:
        """Store an incident, and what is due of it, over the state it was made from; False: that state is gone."""
        changed = self._connection.execute(
            update(_INCIDENTS)
            .where(
                _INCIDENTS.c.id == before.id,
                _INCIDENTS.c.token == before.token,
                _INCIDENTS.c.status == before.status.value,
            )
            .values(**_values(after))
        )
        if changed.rowcount:
            self.replan(after)
        return bool(changed.rowcount)

    def replan(self, incident: Incident) -> None:
        """Make what is stored as due of an incident what its state says."""
        self._connection.execute(delete(_STEPS).where(_STEPS.c.incident == incident.id))
        rows = [
            {"incident": step.incident, "kind": step.kind.value, "due_at": step.due_at, "token": step.token}
            for step in agenda(incident)
        ]
        if rows:
            self._connection.execute(insert(_STEPS), rows)

    def claim_steps(self, now: datetime, claimed_until: datetime) -> tuple[Step, ...]:
        """Take the steps that are due, so that no other replica takes them before `claimed_until`."""
        rows = self._connection.execute(
            select(_STEPS)
            .where(_STEPS.c.due_at <= now, or_(_STEPS.c.claimed_until.is_(None), _STEPS.c.claimed_until <= now))
            .order_by(_STEPS.c.due_at, _STEPS.c.incident, _STEPS.c.kind)
            .with_for_update(skip_locked=True)
        ).all()
        taken = [(row.incident, row.kind) for row in rows]
        self._connection.execute(
            update(_STEPS)
            .where(tuple_(_STEPS.c.incident, _STEPS.c.kind).in_(taken))
            .values(claimed_until=claimed_until)
        )
        return tuple(map(_step, rows))

    def overdue(self, before: datetime) -> tuple[Step, ...]:
        """Return the steps that were due before an instant and are still there, oldest first."""
        rows = self._connection.execute(
            select(_STEPS).where(_STEPS.c.due_at < before).order_by(_STEPS.c.due_at, _STEPS.c.incident, _STEPS.c.kind)
        )
        return tuple(map(_step, rows))

    def adrift(self) -> tuple[Incident, ...]:
        """Return the open incidents of which nothing is due: there should be none."""
        return self._many(
            select(_INCIDENTS.c.body)
            .where(_INCIDENTS.c.is_open, ~exists().where(_STEPS.c.incident == _INCIDENTS.c.id))
            .order_by(_INCIDENTS.c.id)
        )

    def of_engagement(self, engagement_id: str, since: datetime) -> tuple[Incident, ...]:
        """Return an engagement's incidents that are open or were opened at or after `since`, newest first."""
        return self._many(
            select(_INCIDENTS.c.body)
            .where(
                _INCIDENTS.c.engagement == engagement_id,
                or_(_INCIDENTS.c.is_open, _INCIDENTS.c.opened_at >= since),
            )
            .order_by(_INCIDENTS.c.number.desc())
        )

    def append(self, entries: Iterable[TimelineEntry]) -> None:
        """Add lines to timelines."""
        rows = [_line_values(entry) for entry in entries]
        if rows:
            self._connection.execute(insert(_TIMELINE), rows)

    def timeline(self, incident: str) -> tuple[TimelineEntry, ...]:
        """Return the lines of an incident in the order they happened."""
        rows = self._connection.execute(
            select(_TIMELINE).where(_TIMELINE.c.incident == incident).order_by(_TIMELINE.c.occurred_at, _TIMELINE.c.key)
        )
        return tuple(map(_line, rows))

    def lines(self, engagement_id: str, kind: EntryKind, since: datetime) -> tuple[TimelineEntry, ...]:
        """Return the lines of a kind of all incidents that are open or were opened at or after `since`."""
        rows = self._connection.execute(
            select(_TIMELINE)
            .join(_INCIDENTS, _INCIDENTS.c.id == _TIMELINE.c.incident)
            .where(
                _INCIDENTS.c.engagement == engagement_id,
                or_(_INCIDENTS.c.is_open, _INCIDENTS.c.opened_at >= since),
                _TIMELINE.c.kind == kind.value,
            )
            .order_by(_TIMELINE.c.incident, _TIMELINE.c.occurred_at, _TIMELINE.c.key)
        )
        return tuple(map(_line, rows))

    def freeze_notice(self, notice: IncidentNotice) -> None:
        """Store what rooms are told; raises ValueError when its id is taken."""
        values = {
            "id": notice.id,
            "incident": notice.incident.id,
            "made_at": notice.made_at,
            "body": _NOTICE.write(notice),
        }
        if not insert_once(self._connection, IncidentNoticeRow, values):
            msg = f"there is a notice {notice.id} already"
            raise ValueError(msg)

    def notice(self, notice_id: str) -> IncidentNotice | None:
        """Return what rooms were told, or None."""
        body = self._connection.scalar(select(_NOTICES.c.body).where(_NOTICES.c.id == notice_id))
        return None if body is None else _NOTICE.read(body)

    def notices(self, incident: str) -> tuple[IncidentNotice, ...]:
        """Return everything rooms were told of an incident, oldest first."""
        bodies = self._connection.scalars(
            select(_NOTICES.c.body).where(_NOTICES.c.incident == incident).order_by(_NOTICES.c.made_at, _NOTICES.c.id)
        )
        return tuple(map(_NOTICE.read, bodies))

    def _one(self, statement: Any) -> Incident | None:
        body = self._connection.scalar(statement)
        return None if body is None else _INCIDENT.read(body)

    def _many(self, statement: Any) -> tuple[Incident, ...]:
        return tuple(map(_INCIDENT.read, self._connection.scalars(statement)))


def _values(incident: Incident) -> dict[str, Any]:
    return {
        "id": incident.id,
        "engagement": incident.engagement,
        "number": incident.number,
        "key": incident.key,
        "status": incident.status.value,
        "is_open": not incident.is_closed,
        "token": incident.token,
        "opened_at": incident.opened_at,
        "resolved_at": incident.resolved_at,
        "body": _INCIDENT.write(incident),
    }


def _step(row: Row[Any]) -> Step:
    return Step(row.incident, StepKind(row.kind), row.due_at, row.token)


def _line_values(entry: TimelineEntry) -> dict[str, Any]:
    return {
        "incident": entry.incident,
        "kind": entry.kind.value,
        "person": entry.actor.person,
        "side": entry.actor.side.value,
        "source": entry.actor.source.value,
        "occurred_at": entry.occurred_at,
        "recorded_at": entry.recorded_at,
        "visibility": entry.visibility.value,
        "body": entry.body,
        "language": entry.language.value if entry.language else None,
        "params": _PARAMS.write(entry.params),
    }


def _line(row: Row[Any]) -> TimelineEntry:
    return TimelineEntry(
        row.incident,
        EntryKind(row.kind),
        Actor(row.person, Side(row.side), Source(row.source)),
        row.occurred_at,
        row.recorded_at,
        Visibility(row.visibility),
        row.body,
        Language(row.language) if row.language else None,
        _PARAMS.read(row.params),
    )
