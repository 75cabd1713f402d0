"""The welcome: the first message of a room, said once per place it is bound to, that stays pinned where it can."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers.digests.schedule import next_slot
from handlers.grammar.incident_words import REPORT_A_PROBLEM
from handlers.incidents.card import other_zone
from handlers.messages import Button, Reply
from handlers.new_deliveries import new_delivery
from handlers.ports import Work
from handlers.quiet_hours import quiet_hours_of
from kpi.deliveries import CauseKind, Delivery, DeliveryState, Settlement
from kpi.engagements import Audience, Engagement, Platform, Room
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording

ASK_FOR_NUMBERS = phrase("Ask for numbers")
WELCOMED = frozenset({Platform.SLACK, Platform.WECOM})
"""Where people meet Vigia for the first time; the console shows it to somebody who has just started it."""


def queue_welcomes(work: Work, engagement: Engagement, at: datetime) -> tuple[str, ...]:
    """Queue the welcome of each room that never had one at its place; return the ids of these rooms."""
    return tuple(
        room.id
        for room in engagement.rooms
        if room.platform in WELCOMED and work.deliveries.add(_welcome(engagement, room, at))
    )


def keep_welcome(work: Work, engagement: Engagement, room: Room, at: datetime) -> None:
    """Note that a room has its welcome though its address is new: its channel has only changed its id."""
    welcome = _welcome(engagement, room, at)
    reason = "its channel changed its id; the welcome moved with it"
    work.deliveries.add(replace(welcome, state=DeliveryState.SKIPPED, reason=reason, settled_at=at))


def welcome_again(work: Work, engagement: Engagement, room: Room, at: datetime) -> bool:
    """Send the welcome of a room that could not take it before; return whether there was one to send."""
    welcome = work.deliveries.by_key(_key(engagement, room))
    if welcome is None or welcome.state is not DeliveryState.FAILED:
        return False
    reason = f"sent again, as the room can be reached now, after: {welcome.reason}"
    work.deliveries.settle(welcome.id, Settlement(DeliveryState.PENDING, reason, at, retry_at=at))
    return True


def welcome_message(_work: Work, delivery: Delivery, engagement: Engagement, room: Room) -> Reply | None:
    """Return a room's welcome, or None when it was bound to another place meanwhile."""
    if delivery.cause != room.address:
        return None
    wording = Wording(room.language)
    lines = (
        _what_it_does(room, wording),
        _how_to_ask(room, wording),
        digest_line(engagement, room, delivery.due_at, wording),
        manager_line(engagement, wording),
    )
    return Reply(
        headline=wording.say(phrase("Vigia keeps watch for %(engagement)s in this room"), engagement=engagement.name),
        language=room.language,
        text="\n".join(line for line in lines if line),
        tone=Tone.NEUTRAL,
        buttons=(
            Button(wording.say(ASK_FOR_NUMBERS), "/kpi", is_primary=True),
            Button(wording.say(REPORT_A_PROBLEM), "/incident new"),
        ),
        page=("/kpi", "/kpi targets"),
        is_pinned=True,
    )


def digest_line(engagement: Engagement, room: Room, at: datetime, wording: Wording) -> str:
    """Return when a room's digest comes, on the clocks of both sides; "" where none does."""
    slot = next_slot(engagement, room, at)
    if slot is None:
        return ""
    clocks = wording.both_clocks(slot.due_at, room.zone, other_zone(room, engagement))
    return wording.say(phrase("The digest of the day before comes every day at %(clocks)s."), clocks=clocks)


def manager_line(engagement: Engagement, wording: Wording) -> str:
    """Return who answers for the engagement; "" where nobody is named."""
    manager = engagement.account_manager()
    return wording.say(phrase("Account manager: %(name)s."), name=manager.name) if manager else ""


def _what_it_does(room: Room, wording: Wording) -> str:
    said = (
        phrase("It posts the daily digest and says when something falls, until somebody answers for it.")
        if room.audience is Audience.SELLER
        else phrase("It posts the daily digest, says when something falls, and calls people until somebody has it.")
    )
    return wording.say(said)


def _how_to_ask(room: Room, wording: Wording) -> str:
    """Say what people type here: sellers of another workspace have no commands, and a WeCom group takes none."""
    if room.platform is Platform.WECOM:
        return wording.say(
            phrase("This group only reads. To ask or report, write to Vigia alone or to your account manager.")
        )
    name = "@Vigia " if room.platform is Platform.SLACK and room.audience is Audience.SELLER else "/"
    return wording.say(
        phrase("Ask it, for example `%(name)skpi conversion 7d`; tell it of a problem with `%(name)sincident …`."),
        name=name,
    )


def _welcome(engagement: Engagement, room: Room, at: datetime) -> Delivery:
    welcome = new_delivery(_key(engagement, room), CauseKind.WELCOME, room.address, engagement, room, at)
    return replace(welcome, due_at=quiet_hours_of(room).next_open(at))


def _key(engagement: Engagement, room: Room) -> str:
    return f"welcome/{engagement.id}/{room.id}/{room.platform}/{room.address}"
