"""What is to be said becomes a delivery: one row a message and room, written in the transaction of its cause."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from kpi.deliveries import CauseKind, Delivery, DeliveryState
from kpi.engagements import Engagement, Room


def new_delivery(key: str, kind: CauseKind, cause: str, engagement: Engagement, room: Room, now: datetime) -> Delivery:
    """Return a delivery to `room` that is due now."""
    return Delivery(
        id=uuid4().hex,
        key=key,
        cause_kind=kind,
        cause=cause,
        engagement=engagement.id,
        room=room.id,
        platform=room.platform,
        state=DeliveryState.PENDING,
        due_at=now,
        created_at=now,
    )
