"""What was held back from a room that another company read before somebody confirmed it: how much, of what kinds."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from handlers.ports import Work
from handlers.rooms.held_rooms import HELD_BACK
from kpi.deliveries import CauseKind, DeliveryState, Placing
from kpi.engagements import Engagement, Room
from kpi.phrases import phrase
from kpi.wording.wording import Wording

KINDS: dict[CauseKind, str] = {
    CauseKind.DIGEST: phrase("digests"),
    CauseKind.ALERT: phrase("alerts"),
    CauseKind.INCIDENT: phrase("news of incidents"),
}
"""What people are told apart; a change of a message is none of its own."""
OTHERS = phrase("other messages")


def held_words(work: Work, engagement: Engagement, room: Room, before: datetime, wording: Wording) -> str:
    """Return how many messages were not posted in a room since it was shared, or "" for none."""
    since = work.shared_places.shared_since(room.platform, room.address)
    made = work.deliveries.between(engagement.id, since, before) if since is not None else ()
    kinds = Counter(
        KINDS.get(one.cause_kind, OTHERS)
        for one in made
        if one.room == room.id
        and one.state is DeliveryState.SKIPPED
        and one.reason.startswith(HELD_BACK)
        and one.placing is not Placing.EDIT
    )
    if not kinds:
        return ""
    said = wording.listed(f"{wording.say(kind)} {kinds[kind]}" for kind in (*KINDS.values(), OTHERS) if kinds[kind])
    return wording.say_n(
        "One message was not posted there meanwhile: %(kinds)s.",
        "%(count)s messages were not posted there meanwhile: %(kinds)s.",
        kinds.total(),
        count=kinds.total(),
        kinds=said,
    )
