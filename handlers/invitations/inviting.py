"""Somebody in a seller's room whom its engagement does not name: what they want is kept, and they say who they are.

Nobody is invited in an operations room: who belongs there, the engagement file says.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from handlers.invitations.claims import ask_who_it_is
from handlers.invitations.telling import Told, tell_stranger
from handlers.messages import Arrival, Button, Reply
from handlers.ports import Work
from kpi.engagements import DIRECT_PLATFORMS, Audience, Engagement, Platform, Room
from kpi.invitations import OPEN_FOR, Invitation, InvitationState, Wish, claimed, expired, wished_again
from kpi.phrases import phrase
from kpi.wording.wording import Wording

LinkTo = Callable[[Invitation], str]
"""Returns the address of the page on which a stranger says who they are; "" where none can be opened."""

SAY_WHO_I_AM = phrase("Say who I am")
UNKNOWN = phrase(
    "I do not know you here yet: say who you are, and %(manager)s confirms it. What you wanted follows then."
)
_ALONE = phrase("I do not know you here yet. I have written to you alone: say there who you are.")
_ASKED = phrase("I do not know you here yet: I have asked %(manager)s who you are. What you wanted follows then.")
_REFUSED = phrase("%(manager)s did not confirm who you are. Please write to them.")


def no_page(_invitation: Invitation) -> str:
    """Know no page."""
    return ""


def may_be_invited(room: Room, arrival: Arrival) -> bool:
    """Tell whether somebody unknown is invited where they wrote."""
    return room.audience is Audience.SELLER and arrival.platform in DIRECT_PLATFORMS and bool(arrival.handle)


def place_of_stranger(work: Work, arrival: Arrival) -> tuple[Engagement, Room] | None:
    """Return where somebody belongs who wrote to Vigia alone, or None: with several sellers nobody can tell."""
    engagements = work.engagements.all()
    if len(engagements) != 1:
        return None
    rooms = (room for room in engagements[0].rooms if room.audience is Audience.SELLER)
    room = next((room for room in rooms if room.platform is arrival.platform), None)
    return (engagements[0], room) if room else None


def invite(work: Work, arrival: Arrival, engagement: Engagement, room: Room, link_to: LinkTo) -> Reply:
    """Keep what a stranger wants, and return the one sentence they are told alone."""
    manager = engagement.account_manager()
    name = manager.name if manager else engagement.seller.name
    known = _newest(work, arrival, engagement, room)
    if known is not None and known.state is InvitationState.REFUSED and arrival.at < known.until:
        return _said(room, _REFUSED, name)
    invitation = _running(work, known, arrival, engagement, room)
    link = link_to(invitation) if invitation.state is InvitationState.OPEN else ""
    if link and room.platform is Platform.WECOM and not arrival.is_direct:
        # Everybody in a group reads what its robot answers.
        tell_stranger(work, engagement, invitation, Told.LINK, arrival.at)
        return _said(room, _ALONE, name)
    if link:
        button = Button(Wording(room.language).say(SAY_WHO_I_AM), url=link, is_primary=True)
        return _said(room, UNKNOWN, name, button)
    if invitation.state is InvitationState.OPEN:
        hand_to_operator(work, engagement, invitation, arrival)
    return _said(room, _ASKED, name)


def hand_to_operator(work: Work, engagement: Engagement, invitation: Invitation, arrival: Arrival) -> None:
    """Let the operator say who a stranger is, who has no page to say it on."""
    after = claimed(invitation, arrival.at)
    if after is not None and work.invitations.change(invitation, after):
        ask_who_it_is(work, engagement, after, arrival.at)


def _newest(work: Work, arrival: Arrival, engagement: Engagement, room: Room) -> Invitation | None:
    return work.invitations.newest(engagement.id, room.id, room.platform, arrival.handle)


def _running(work: Work, known: Invitation | None, arrival: Arrival, engagement: Engagement, room: Room) -> Invitation:
    """Return the one invitation of a stranger in a room; as long as nobody was asked, their newest wish counts."""
    wish = _wish(arrival)
    if known is not None and (gone := expired(known, arrival.at)) is not None:
        work.invitations.change(known, gone)
    elif known is not None and not known.is_over:
        again = wished_again(known, wish, arrival.at)
        return again if again is not None and work.invitations.change(known, again) else known
    until = arrival.at + OPEN_FOR
    made = Invitation(uuid4().hex[:8], engagement.id, room.id, room.platform, arrival.handle, wish, arrival.at, until)
    if work.invitations.add(made):
        return made
    # Another replica was quicker with another of their wishes.
    return _newest(work, arrival, engagement, room) or made


def _wish(arrival: Arrival) -> Wish:
    values = tuple(arrival.values.items())
    return Wish(arrival.text, arrival.address, arrival.at, arrival.event_id, arrival.is_direct, values)


def _said(room: Room, msgid: str, manager: str, *buttons: Button) -> Reply:
    sentence = Wording(room.language).say(msgid, manager=manager)
    return Reply(sentence, room.language, buttons=buttons, is_private=True, has_queued=True)
