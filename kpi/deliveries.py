"""Deliveries: one outgoing message and its proof, with the only transitions that are allowed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kpi.engagements import Platform


class DeliveryState(StrEnum):
    """Where a delivery stands. UNKNOWN: the call was made and its answer was lost."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


TRANSITIONS: dict[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.PENDING: frozenset({DeliveryState.SENDING, DeliveryState.SKIPPED}),
    DeliveryState.SENDING: frozenset(
        {
            DeliveryState.SENT,
            DeliveryState.FAILED,
            DeliveryState.UNKNOWN,
            DeliveryState.PENDING,
            DeliveryState.SKIPPED,
        }
    ),
    # Only an answer from the platform, or a person's word, moves an unknown delivery on.
    DeliveryState.UNKNOWN: frozenset({DeliveryState.SENT, DeliveryState.PENDING, DeliveryState.FAILED}),
    DeliveryState.FAILED: frozenset({DeliveryState.PENDING}),
    DeliveryState.SENT: frozenset(),
    DeliveryState.SKIPPED: frozenset(),
}
"""A SENDING delivery goes back to PENDING only when the platform surely did not take it (429, connection refused), and
becomes SKIPPED only before any call was made."""


class CauseKind(StrEnum):
    """What a delivery was made for."""

    DIGEST = "digest"
    CORRECTION = "correction"
    NOTICE = "notice"
    ALERT = "alert"
    INCIDENT = "incident"
    AUDIT = "audit"
    OFFER = "offer"
    """To report what reads like a problem; its cause is the thread and the message, by their ids."""
    NUDGE = "nudge"
    """That a question waits; its cause is the room and thread it was asked in."""
    WELCOME = "welcome"
    """To a room that was bound; its cause is the address it was bound to."""
    ROOM = "room"
    """What happened to a room's channel; its cause names what, the room, the address and a person."""
    INVITATION = "invitation"
    """What is told of somebody nobody knows yet; its cause names what, and the invitation."""
    ANSWER = "answer"
    """To what they wanted, once they are known; its cause is the invitation."""
    TARGET = "target"
    """That a target was set; its cause is the change."""
    SUMMARY = "summary"
    RECORD = "record"


class Placing(StrEnum):
    """How a message comes into its room: by itself, in place of an earlier one, or in answer to it."""

    POST = "post"
    EDIT = "edit"
    REPLY = "reply"


HANDED_OVER = "to be forwarded by"
"""Begins the remark on a message that only reached a person, who has to pass it on; then comes their id."""
EDITABLE = frozenset({Platform.SLACK, Platform.CONSOLE})
"""Platforms whose messages can be changed after they were sent; a WeCom webhook's cannot."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one room.

    `key` is unique (`digest/<engagement>/<day>/<room>`): the same cause never makes two deliveries. `cause` names the
    frozen snapshot the message is composed from. `due_at` is when to send next; `reason` says why it was sent, failed
    or skipped. `give_up_at` is set by the first retry: no attempt starts after it. `is_repeat` marks a message that may
    be in the room already. An edit or reply belongs to the message of the delivery whose key is `anchor`. A failed one
    `is_unreachable` when its platform said that whom it was for cannot be reached there by anything.
    """

    id: str
    key: str
    cause_kind: CauseKind
    cause: str
    engagement: str
    room: str
    platform: Platform
    state: DeliveryState
    due_at: datetime
    created_at: datetime
    attempts: int = 0
    platform_message: str = ""
    reason: str = ""
    claimed_at: datetime | None = None
    settled_at: datetime | None = None
    give_up_at: datetime | None = None
    is_repeat: bool = False
    placing: Placing = Placing.POST
    anchor: str = ""
    is_unreachable: bool = False

    @property
    def is_handed_over(self) -> bool:
        """Whether it was sent to a person who has to pass it on: that it reached its room nobody knows."""
        remarks = self.reason.split("; ")
        return self.state is DeliveryState.SENT and any(one.startswith(HANDED_OVER) for one in remarks)


@dataclass(frozen=True, slots=True)
class Settlement:
    """How an attempt ended; `retry_at`, `give_up_at` and `is_repeat` matter only when going back to PENDING.

    Then `retry_at` is when to try next (None: `due_at` stays), and the other two replace the delivery's.
    """

    state: DeliveryState
    reason: str
    at: datetime
    platform_message: str = ""
    retry_at: datetime | None = None
    give_up_at: datetime | None = None
    is_repeat: bool = False
    is_unreachable: bool = False
