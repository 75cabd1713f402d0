"""A room that another company began to read: nothing is said there until somebody who answers for it agrees.

Of an operations room that is an admin, of a seller's the account manager too: it is meant to be read by one company,
and the next one that joins may be anybody's. What is due there goes to the account manager alone meanwhile, or without
one to the admins.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import uuid4

from handlers.audits.audience import admins_of
from kpi.deliveries import EDITABLE, CauseKind, Delivery, DeliveryState, Placing
from kpi.engagements import Audience, Engagement, Person, Room

OF_THE_ROOM_ALONE = frozenset({CauseKind.OFFER, CauseKind.WELCOME})
"""What means nothing in any other place."""
HELD_BACK = "held back: people of another company read this room"
"""How the ledger's reason of a message begins that was held back."""


def who_confirms(engagement: Engagement, room: Room) -> tuple[Person, ...]:
    """Return who may say that another company reads a room rightly."""
    manager = engagement.account_manager()
    managers = (manager,) if manager else ()
    admins = admins_of(engagement)
    return (admins or managers) if room.audience is Audience.OPERATIONS else tuple(dict.fromkeys((*managers, *admins)))


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A message that is not sent to its room, why, and the deliveries that take its place."""

    reason: str
    instead: tuple[Delivery, ...] = ()


def held_back(delivery: Delivery, engagement: Engagement, room: Room) -> HeldBack | None:
    """Return why a message is not sent to its room, and what is sent to others instead; None: it may be sent."""
    if room.id not in engagement.held:
        return None
    readers = () if delivery.cause_kind in OF_THE_ROOM_ALONE else readers_instead(engagement)
    told = f"; told to {', '.join(one.id for one in readers)}" if readers else ""
    instead = (
        _instead(delivery, reader)
        for reader in readers
        if delivery.placing is Placing.POST or reader.platform in EDITABLE
    )
    return HeldBack(f"{HELD_BACK}{told}", tuple(instead))


def readers_instead(engagement: Engagement) -> tuple[Room, ...]:
    """Return who reads alone what a held room does not."""
    manager = engagement.account_manager()
    alone = engagement.direct_rooms(manager.id)[:1] if manager else ()
    admins = (room for one in admins_of(engagement) for room in engagement.direct_rooms(one.id)[:1])
    return alone or tuple(admins)


def _instead(delivery: Delivery, reader: Room) -> Delivery:
    return replace(
        delivery,
        id=uuid4().hex,
        key=_key(delivery.key, reader),
        room=reader.id,
        platform=reader.platform,
        state=DeliveryState.PENDING,
        attempts=0,
        claimed_at=None,
        give_up_at=None,
        anchor=_key(delivery.anchor, reader) if delivery.anchor else "",
    )


def _key(key: str, reader: Room) -> str:
    return f"held/{key}/{reader.id}"
