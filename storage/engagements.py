"""Engagements with their stores, rooms and people."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlmodel import col

from kpi.absences import Absence
from kpi.alert_rules import AlertRule
from kpi.engagements import Audience, Engagement, Person, Platform, Role, Room, Seller, Store
from kpi.errors import ConfigurationError
from kpi.languages import Language
from kpi.markets import Market, Marketplace, StoreKind
from kpi.phrases import phrase
from kpi.promises import IncidentRules
from kpi.working_hours import WorkingHours
from storage.invitation_tables import SharedPlaceRow
from storage.known_engagements import KnownEngagements
from storage.stamps import new_stamp, stamp_anew
from storage.tables import AbsenceRow, EngagementRow, PersonRow, RoomRow, StoreRow

_ALERT_RULES = TypeAdapter(tuple[AlertRule, ...])
_INCIDENT_RULES = TypeAdapter(IncidentRules)
_AWAY = TypeAdapter(tuple[Absence, ...])
_HOURS = TypeAdapter(WorkingHours)
_STAMPS = select(col(EngagementRow.id), col(EngagementRow.stamp)).order_by(col(EngagementRow.id))
_STAMP = _STAMPS.where(col(EngagementRow.id) == bindparam("id"))
_BOUND: Select[str, str, str] = (
    select(col(RoomRow.id).label("room"), col(EngagementRow.id), col(EngagementRow.stamp))
    .join_from(RoomRow, EngagementRow, col(EngagementRow.id) == col(RoomRow.engagement))
    .where(
        col(RoomRow.platform) == bindparam("platform"),
        or_(col(RoomRow.address) == bindparam("address"), col(RoomRow.heard_at) == bindparam("address")),
    )
)
"""Made once: every question begins with these, and making a statement takes longer than asking it."""


class StoredEngagements:
    """Fits `handlers.ports.EngagementBook`."""

    def __init__(self, connection: Connection, known: KnownEngagements) -> None:
        self._connection = connection
        self._known = known

    def get(self, engagement_id: str) -> Engagement | None:
        """Return one engagement, or None."""
        rows = self._connection.execute(_STAMP, {"id": engagement_id})
        return next(iter(self._current((row.id, row.stamp) for row in rows)), None)

    def all(self) -> tuple[Engagement, ...]:
        """Return every engagement, ordered by id."""
        return self._current((row.id, row.stamp) for row in self._connection.execute(_STAMPS))

    def at_address(self, platform: Platform, address: str) -> tuple[Engagement, Room] | None:
        """Return what a place is bound to, or None."""
        found = self._connection.execute(_BOUND, {"platform": platform.value, "address": address}).first()
        if found is None:
            return None
        engagement = next(iter(self._current([(found.id, found.stamp)])), None)
        room = engagement.room(found.room) if engagement else None
        return (engagement, room) if engagement and room else None

    def with_room(self, room_id: str) -> Engagement | None:
        """Return the engagement that has a room of this id, or None."""
        owner = self._connection.scalar(select(func.min(col(RoomRow.engagement))).where(col(RoomRow.id) == room_id))
        return self.get(owner) if owner else None

    def room_ids(self) -> tuple[str, ...]:
        """Return the ids of all rooms, ordered."""
        return tuple(self._connection.scalars(select(col(RoomRow.id)).distinct().order_by(col(RoomRow.id))))

    def of_store(self, store_id: str) -> Engagement | None:
        """Return the engagement a store belongs to, or None."""
        owner = self._connection.scalar(
            select(col(StoreRow.engagement)).where(col(StoreRow.id) == store_id, col(StoreRow.is_active))
        )
        return self.get(owner) if owner else None

    def save(self, engagement: Engagement, at: datetime) -> None:
        """Create or replace an engagement; raises ConfigurationError for a store or place that belongs to another."""
        self._require_free(engagement)
        self._save_head(engagement, at)
        self._save_stores(engagement)
        self._replace(PersonRow, engagement.id, _people_rows(engagement))
        self._replace(RoomRow, engagement.id, _room_rows(engagement))

    def note_absence(self, engagement_id: str, person: str, absence: Absence) -> None:
        """Keep what was said of somebody's being away, in the place of what was said of them before."""
        is_theirs = (col(AbsenceRow.engagement) == engagement_id, col(AbsenceRow.person) == person)
        self._connection.execute(delete(AbsenceRow).where(*is_theirs))
        values = {"first": absence.first, "last": absence.last, "stand_in": absence.stand_in}
        self._connection.execute(insert(AbsenceRow).values(engagement=engagement_id, person=person, **values))
        stamp_anew(self._connection, col(EngagementRow.id) == engagement_id)

    def _require_free(self, engagement: Engagement) -> None:
        ids = [store.id for store in engagement.stores]
        taken = self._connection.execute(
            select(col(StoreRow.id), col(StoreRow.engagement)).where(
                col(StoreRow.id).in_(ids), col(StoreRow.engagement) != engagement.id
            )
        ).first()
        if taken is not None:
            raise ConfigurationError(
                phrase("Store “%(store)s” belongs to the engagement “%(other)s”; choose another id."),
                store=taken[0],
                other=taken[1],
            )
        for room in engagement.rooms:
            is_same = or_(_is_at(room.address), _is_at(room.heard_at)) if room.heard_at else _is_at(room.address)
            is_same_place = and_(col(RoomRow.platform) == room.platform.value, is_same)
            other = self._connection.scalar(
                select(col(RoomRow.engagement)).where(is_same_place, col(RoomRow.engagement) != engagement.id)
            )
            if other is not None:
                raise ConfigurationError(
                    phrase("The place of room “%(room)s” is bound to the engagement “%(other)s” already."),
                    room=room.id,
                    other=other,
                )

    def _save_head(self, engagement: Engagement, at: datetime) -> None:
        values = {
            "name": engagement.name,
            "seller_id": engagement.seller.id,
            "seller_name": engagement.seller.name,
            "shown_currencies": json.dumps(engagement.shown_currencies),
            "alert_presets": json.dumps(engagement.alert_presets),
            "alert_rules": _ALERT_RULES.dump_json(engagement.alert_rules).decode(),
            "has_red_lines": engagement.has_red_lines,
            "incident_rules": _INCIDENT_RULES.dump_json(engagement.incident_rules).decode(),
            "saved_at": at,
            "stamp": new_stamp(),
        }
        changed = self._connection.execute(
            update(EngagementRow).where(col(EngagementRow.id) == engagement.id).values(**values)
        )
        if not changed.rowcount:
            self._connection.execute(insert(EngagementRow).values(id=engagement.id, **values))

    def _save_stores(self, engagement: Engagement) -> None:
        known = set(self._connection.scalars(select(col(StoreRow.id)).where(col(StoreRow.engagement) == engagement.id)))
        self._connection.execute(
            update(StoreRow).where(col(StoreRow.engagement) == engagement.id).values(is_active=False)
        )
        for position, store in enumerate(engagement.stores):
            values = _store_values(engagement.id, position, store)
            if store.id in known:
                self._connection.execute(update(StoreRow).where(col(StoreRow.id) == store.id).values(**values))
            else:
                self._connection.execute(insert(StoreRow).values(id=store.id, **values))

    def _replace(self, table: type[PersonRow | RoomRow], engagement_id: str, rows: list[dict[str, Any]]) -> None:
        self._connection.execute(delete(table).where(col(table.engagement) == engagement_id))
        if rows:
            self._connection.execute(insert(table), rows)

    def _current(self, stamps: Iterable[tuple[str, str]]) -> tuple[Engagement, ...]:
        """Return the engagements of these ids and stamps as they are now, in this order."""
        wanted = list(stamps)
        known = {name: one for name, stamp in wanted if (one := self._known.get(name, stamp)) is not None}
        unknown = {name: stamp for name, stamp in wanted if name not in known}
        for engagement in self._load(list(unknown)):
            self._known.keep(engagement, unknown[engagement.id])
            known[engagement.id] = engagement
        return tuple(known[name] for name, _ in wanted if name in known)

    def _load(self, ids: list[str]) -> tuple[Engagement, ...]:
        if not ids:
            return ()
        stores = self._grouped(StoreRow, ids)
        people, rooms = self._grouped(PersonRow, ids), self._grouped(RoomRow, ids)
        absences, held = self._absences(ids), self._held(ids)
        heads = self._connection.execute(
            select(EngagementRow.__table__)  # type: ignore[attr-defined]
            .where(col(EngagementRow.id).in_(ids))
            .order_by(col(EngagementRow.id))
        )
        return tuple(
            Engagement(
                head.id,
                head.name,
                Seller(head.seller_id, head.seller_name),
                tuple(_store(row) for row in stores.get(head.id, ()) if row.is_active),
                tuple(map(_person, people.get(head.id, ()))),
                tuple(map(_room, rooms.get(head.id, ()))),
                tuple(json.loads(head.shown_currencies)),
                tuple((metric, preset) for metric, preset in json.loads(head.alert_presets)),
                _ALERT_RULES.validate_json(head.alert_rules),
                head.has_red_lines,
                _INCIDENT_RULES.validate_json(head.incident_rules) if head.incident_rules else IncidentRules(),
                tuple(absences.get(head.id, ())),
                tuple(held.get(head.id, ())),
            )
            for head in heads
        )

    def _absences(self, ids: list[str]) -> dict[str, list[tuple[str, Absence]]]:
        found: dict[str, list[tuple[str, Absence]]] = {}
        rows = self._connection.execute(
            select(AbsenceRow.__table__)  # type: ignore[attr-defined]
            .where(col(AbsenceRow.engagement).in_(ids))
            .order_by(col(AbsenceRow.person))
        )
        for row in rows:
            found.setdefault(row.engagement, []).append((row.person, Absence(row.first, row.last, row.stand_in)))
        return found

    def _held(self, ids: list[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        is_there = and_(
            col(SharedPlaceRow.platform) == col(RoomRow.platform), col(SharedPlaceRow.address) == col(RoomRow.address)
        )
        rows = self._connection.execute(
            select(col(RoomRow.engagement), col(RoomRow.id))
            .join(SharedPlaceRow, is_there)
            .where(col(RoomRow.engagement).in_(ids), col(SharedPlaceRow.confirmed_by).is_(None))
            .order_by(col(RoomRow.position))
        )
        for engagement, room in rows:
            found.setdefault(engagement, []).append(room)
        return found

    def _grouped(self, table: type[StoreRow | PersonRow | RoomRow], ids: list[str]) -> dict[str, list[Row[Any]]]:
        found: dict[str, list[Row[Any]]] = {}
        rows = self._connection.execute(
            select(table.__table__)  # type: ignore[union-attr]
            .where(col(table.engagement).in_(ids))
            .order_by(col(table.position))
        )
        for row in rows:
            found.setdefault(row.engagement, []).append(row)
        return found


def _is_at(address: str) -> ColumnElement[bool]:
    """Match rooms that are written to or heard at an address."""
    return or_(col(RoomRow.address) == address, col(RoomRow.heard_at) == address)


def _store_values(engagement_id: str, position: int, store: Store) -> dict[str, Any]:
    return {
        "engagement": engagement_id,
        "position": position,
        "name": store.name,
        "marketplace": store.marketplace.value,
        "market": store.market.value,
        "kind": store.kind.value,
        "currency": store.currency,
        "zone": store.zone.key,
        "segment": store.segment,
        "is_active": True,
    }


def _people_rows(engagement: Engagement) -> list[dict[str, Any]]:
    return [
        {
            "engagement": engagement.id,
            "id": person.id,
            "position": position,
            "name": person.name,
            "role": person.role.value,
            "language": person.language.value,
            "zone": person.zone.key,
            "handles": json.dumps([(platform.value, handle) for platform, handle in person.handles]),
            "hours": _HOURS.dump_json(person.hours).decode() if person.hours else None,
            "backup": person.backup,
            "away": _AWAY.dump_json(person.away).decode() if person.away else None,
            "learnt": json.dumps([platform.value for platform in person.learnt]) if person.learnt else None,
            "is_newcomer": person.is_newcomer,
        }
        for position, person in enumerate(engagement.people)
    ]


def _room_rows(engagement: Engagement) -> list[dict[str, Any]]:
    return [
        {
            "engagement": engagement.id,
            "id": room.id,
            "position": position,
            "platform": room.platform.value,
            "address": room.address,
            "audience": room.audience.value,
            "language": room.language.value,
            "zone": room.zone.key,
            "digest_at": room.digest_at,
            "digest_deadline_minutes": room.digest_deadline_minutes,
            "quiet_from": room.quiet_from,
            "quiet_until": room.quiet_until,
            "heard_at": room.heard_at or None,
            "forward_by": room.forward_by or None,
            "workspace": room.workspace,
        }
        for position, room in enumerate(engagement.rooms)
    ]


def _store(row: Row[Any]) -> Store:
    return Store(
        row.id,
        row.name,
        Marketplace(row.marketplace),
        Market(row.market),
        StoreKind(row.kind),
        row.currency,
        ZoneInfo(row.zone),
    )


def _person(row: Row[Any]) -> Person:
    handles: Iterable[tuple[str, str]] = json.loads(row.handles)
    return Person(
        row.id,
        row.name,
        Role(row.role),
        Language(row.language),
        ZoneInfo(row.zone),
        tuple((Platform(platform), handle) for platform, handle in handles),
        _HOURS.validate_json(row.hours) if row.hours else None,
        row.backup or "",
        _AWAY.validate_json(row.away) if row.away else (),
        tuple(map(Platform, json.loads(row.learnt))) if row.learnt else (),
        row.is_newcomer,
    )


def _room(row: Row[Any]) -> Room:
    return Room(
        row.id,
        row.engagement,
        Platform(row.platform),
        row.address,
        Audience(row.audience),
        Language(row.language),
        ZoneInfo(row.zone),
        row.digest_at,
        row.digest_deadline_minutes,
        row.quiet_from,
        row.quiet_until,
        row.heard_at or "",
        row.forward_by or "",
        row.workspace,
    )
