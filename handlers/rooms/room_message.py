"""What is said of a room whose channel changed: to the operator what to do, to sellers where to write meanwhile."""

from __future__ import annotations

from handlers.audits.audience import admin_in
from handlers.direct_rooms import addressed
from handlers.messages import Button, Reply
from handlers.ports import Work
from handlers.rooms.held_words import held_words
from handlers.rooms.room_changes import Change, Told, back_key, loss_key, told_of
from handlers.rooms.welcome import manager_line
from kpi.deliveries import Delivery, DeliveryState
from kpi.engagements import Audience, Engagement, Room
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording

LOSSES: dict[Change, tuple[str, str]] = {
    Change.ARCHIVED: (
        phrase("the channel of %(room)s was archived"),
        phrase("Nothing reaches its people any more. Unarchive it, or bind another channel in the engagement file."),
    ),
    Change.UNSHARED: (
        phrase("the channel of %(room)s is no longer shared with another workspace"),
        phrase("Its people read nothing of it any more. Share it again, or bind another one in the engagement file."),
    ),
    Change.LEFT: (
        phrase("Vigia was removed from the channel of %(room)s"),
        phrase("Nothing reaches its people any more. Type `/invite @Vigia` there, or bind another channel."),
    ),
    Change.UNINSTALLED: (
        phrase("Vigia was uninstalled from the Slack workspace of %(room)s"),
        phrase("Nothing reaches its people any more. Install it again, type `/invite @Vigia`, or bind another room."),
    ),
}
"""What was lost, and what the operator does about it."""
_UNSAID = frozenset({DeliveryState.PENDING, DeliveryState.SKIPPED, DeliveryState.FAILED})


def room_message(work: Work, delivery: Delivery, engagement: Engagement, reader: Room) -> Reply | None:
    """Return what a place is told of a change, or None of a room that is bound no more, or lost and back meanwhile."""
    told = told_of(delivery.cause)
    wording = Wording(reader.language)
    if not told.room:
        return _invited(told, engagement, reader, wording)
    room = engagement.room(told.room)
    if room is None:
        return None
    match told.change:
        case Change.MOVED:
            return _moved(told, engagement, room, reader, wording)
        case Change.SHARED if not loss_key(delivery.key):
            return _shared(engagement, room, reader, wording)
        case Change.CONFIRMED | Change.UNSHARED if room.audience is Audience.OPERATIONS:
            return _posted_again(work, delivery, told, engagement, room, reader)
        case change:
            return _lost_or_back(work, delivery, change, engagement, room, reader)


def _lost_or_back(
    work: Work, delivery: Delivery, change: Change, engagement: Engagement, room: Room, reader: Room
) -> Reply | None:
    wording = Wording(reader.language)
    if change in LOSSES:
        is_over = work.deliveries.by_key(back_key(delivery.key)) is not None
        return None if is_over else _lost(change, engagement, room, reader, wording)
    loss = work.deliveries.by_key(loss_key(delivery.key))
    is_unsaid = loss is None or loss.state in _UNSAID
    return None if is_unsaid else _back(engagement, room, reader, wording)


def _lost(change: Change, engagement: Engagement, room: Room, reader: Room, wording: Wording) -> Reply:
    headline, advice = LOSSES[change]
    is_operator = reader.audience is Audience.OPERATIONS
    lines = (
        (wording.say(advice),)
        if is_operator
        else (wording.say(phrase("Until it is back, read and write here.")), manager_line(engagement, wording))
    )
    return Reply(
        headline=wording.labelled(engagement.name, wording.say(headline, room=_name(room, reader, wording))),
        language=reader.language,
        text="\n".join(line for line in lines if line),
        tone=Tone.BAD if is_operator else Tone.WATCH,
        mention=engagement.account_manager() if is_operator else None,
    )


def _back(engagement: Engagement, room: Room, reader: Room, wording: Wording) -> Reply:
    said = wording.say(phrase("the channel of %(room)s is back"), room=_name(room, reader, wording))
    return Reply(
        headline=wording.labelled(engagement.name, said),
        language=reader.language,
        text=wording.say(phrase("What Vigia posts from now on reaches its people again.")),
        tone=Tone.GOOD,
    )


def _shared(engagement: Engagement, room: Room, reader: Room, wording: Wording) -> Reply:
    is_internal = room.audience is Audience.OPERATIONS
    said = (
        phrase("What is for operations is held back from it and comes to you alone. End the sharing, or confirm it.")
        if is_internal
        else phrase(
            "What is due there goes to the account manager alone. If it is the seller's company, confirm it; else end"
            " the sharing."
        )
    )
    headline = phrase("the channel of %(room)s is now shared with another workspace")
    button = Button(wording.say(phrase("They may read it")), f"/room confirm {room.id}")
    reply = Reply(
        headline=wording.labelled(engagement.name, wording.say(headline, room=_name(room, reader, wording))),
        language=reader.language,
        text=wording.say(said),
        tone=Tone.BAD,
        buttons=(button,) if reader.audience is Audience.OPERATIONS else (),
        mention=None if reader.is_direct else engagement.account_manager(),
    )
    return addressed(reply, engagement) if reader.is_direct else reply


def _posted_again(
    work: Work, delivery: Delivery, told: Told, engagement: Engagement, room: Room, reader: Room
) -> Reply:
    """Say that a room is held back no more: nobody else reads it, or somebody said that they may."""
    wording, name = Wording(reader.language), _name(room, reader, Wording(reader.language))
    is_internal = room.audience is Audience.OPERATIONS
    again = wording.say(
        phrase("What is for operations is posted there again.")
        if is_internal
        else phrase("What is due there is posted again.")
    )
    if told.change is Change.CONFIRMED:
        person = engagement.person(told.person)
        confirmed = phrase("%(name)s confirmed that another company may read %(room)s")
        said = wording.say(confirmed, name=person.name if person else "—", room=name)
        held = held_words(work, engagement, room, delivery.created_at, wording)
    else:
        said, held = wording.say(LOSSES[Change.UNSHARED][0], room=name), ""
    return Reply(
        headline=wording.labelled(engagement.name, said),
        language=reader.language,
        text="\n".join(line for line in (held, again) if line),
        tone=Tone.WATCH if told.change is Change.CONFIRMED else Tone.GOOD,
    )


def _moved(told: Told, engagement: Engagement, room: Room, reader: Room, wording: Wording) -> Reply:
    said = wording.say(phrase("the channel of %(room)s has a new id"), room=_name(room, reader, wording))
    advice = phrase(
        "Vigia follows it already. Write `%(line)s` into the engagement file, else `vigia apply` binds the old one."
    )
    return Reply(
        headline=wording.labelled(engagement.name, said),
        language=reader.language,
        text=wording.say(advice, line=f'address = "{told.address}"'),
        tone=Tone.WATCH,
        mention=admin_in(engagement, reader),
    )


def _invited(told: Told, engagement: Engagement, reader: Room, wording: Wording) -> Reply:
    """Say which lines bind a place: to who invited Vigia there, or to the account manager of who did."""
    inviter = engagement.person(told.person)
    said = (
        wording.say(
            phrase("you invited Vigia into the channel %(channel)s, which no engagement names"), channel=told.address
        )
        if reader.is_direct or inviter is None
        else wording.say(
            phrase("%(name)s invited Vigia into the channel %(channel)s, which no engagement names"),
            name=inviter.name,
            channel=told.address,
        )
    )
    advice = phrase("It says nothing there. To bind it, add these lines to the engagement file and run `vigia apply`:")
    return Reply(
        headline=wording.labelled(engagement.name, said),
        language=reader.language,
        text="\n".join((wording.say(advice), *_lines_to_add(told, reader))),
        tone=Tone.NEUTRAL,
        mention=None if reader.is_direct else engagement.account_manager(),
    )


def _lines_to_add(told: Told, reader: Room) -> tuple[str, ...]:
    """Return a room of the engagement file; what cannot be known is as its reader's, and as little as sellers see."""
    return (
        "[[rooms]]",
        f'id = "{told.address.lower()}"',
        f'platform = "{told.platform}"',
        f'address = "{told.address}"',
        f'audience = "{Audience.SELLER}"  # or {Audience.OPERATIONS}',
        f'language = "{reader.language}"',
        f'zone = "{reader.zone.key}"',
    )


def _name(room: Room, reader: Room, wording: Wording) -> str:
    """Return what a room is called: sellers are not told the names of the operator's."""
    if reader.audience is Audience.SELLER and room.audience is Audience.OPERATIONS:
        return wording.say(phrase("the operations team"))
    return wording.say(phrase("room “%(room)s”"), room=room.id)
