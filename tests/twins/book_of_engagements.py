"""Engagements in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from kpi.absences import Absence
from kpi.engagements import Engagement, Platform, Room
from kpi.errors import ConfigurationError
from kpi.phrases import phrase
from tests.twins.book_state import BookState, OwnedStore


class MemoryEngagements:
    """Fits `handlers.ports.EngagementBook`."""

    def __init__(self, state: BookState) -> None:
        self._state = state

    def get(self, engagement_id: str) -> Engagement | None:
        """Return one engagement, or None."""
        found = self._state.engagements.get(engagement_id)
        return None if found is None else self._with_absences(found)

    def all(self) -> tuple[Engagement, ...]:
        """Return every engagement, ordered by id."""
        return tuple(self._with_absences(engagement) for _, engagement in sorted(self._state.engagements.items()))

    def _with_absences(self, engagement: Engagement) -> Engagement:
        said = sorted(self._state.absences.items())
        absences = tuple((key[1], one) for key, one in said if key[0] == engagement.id)
        places = self._state.shared_places
        shared = (one.id for one in engagement.rooms if places.get((one.platform, one.address)) == "")
        return replace(engagement, absences=absences, held=tuple(shared))

    def note_absence(self, engagement_id: str, person: str, absence: Absence) -> None:
        """Keep what was said of somebody's being away, in the place of what was said of them before."""
        self._state.absences[engagement_id, person] = absence

    def at_address(self, platform: Platform, address: str) -> tuple[Engagement, Room] | None:
        """Return what a place is bound to, or None."""
        return next(
            (
                (engagement, room)
                for engagement in self.all()
                for room in engagement.rooms
                if room.platform == platform and address in {room.address, room.heard_at or room.address}
            ),
            None,
        )

    def with_room(self, room_id: str) -> Engagement | None:
        """Return the first engagement that has a room of this id, or None."""
        return next((engagement for engagement in self.all() if engagement.room(room_id)), None)

    def room_ids(self) -> tuple[str, ...]:
        """Return the ids of all rooms, ordered."""
        return tuple(sorted({room.id for engagement in self.all() for room in engagement.rooms}))

    def of_store(self, store_id: str) -> Engagement | None:
        """Return the engagement a store belongs to, or None."""
        return next((engagement for engagement in self.all() if engagement.store(store_id)), None)

    def save(self, engagement: Engagement, at: datetime) -> None:
        """Create or replace an engagement; raises ConfigurationError for a store or place that belongs to another."""
        del at
        self._require_free(engagement)
        for store_id, owned in self._state.stores.items():
            if owned.engagement == engagement.id:
                self._state.stores[store_id] = replace(owned, is_active=False)
        for store in engagement.stores:
            self._state.stores[store.id] = OwnedStore(store, engagement.id, is_active=True)
        rooms = tuple(replace(room, engagement=engagement.id) for room in engagement.rooms)
        self._state.engagements[engagement.id] = replace(engagement, rooms=rooms)

    def _require_free(self, engagement: Engagement) -> None:
        for store in engagement.stores:
            owned = self._state.stores.get(store.id)
            if owned is not None and owned.engagement != engagement.id:
                raise ConfigurationError(
                    phrase("Store “%(store)s” belongs to the engagement “%(other)s”; choose another id."),
                    store=store.id,
                    other=owned.engagement,
                )
        for room in engagement.rooms:
            places = [self.at_address(room.platform, place) for place in (room.address, room.heard_at) if place]
            bound = next((one for one in places if one is not None and one[0].id != engagement.id), None)
            if bound is not None:
                raise ConfigurationError(
                    phrase("The place of room “%(room)s” is bound to the engagement “%(other)s” already."),
                    room=room.id,
                    other=bound[0].id,
                )
