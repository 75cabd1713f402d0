"""What is said of an invitation: to whoever decides, with everything there is to decide by, and to the stranger."""

from __future__ import annotations

from collections.abc import Iterator

from handlers.direct_rooms import addressed
from handlers.invitations.inviting import SAY_WHO_I_AM, UNKNOWN, LinkTo, no_page
from handlers.invitations.telling import Told, cause_of
from handlers.messages import Button, Reply
from handlers.ports import Work
from kpi.acquaintances import nameable
from kpi.deliveries import Delivery
from kpi.engagements import Audience, Engagement, Room
from kpi.invitations import Invitation, InvitationState
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording

MOST_OFFERED = 4
"""People a stranger may be who get a button each; all of them can be typed."""
MOST_QUOTED = 200
"""Characters of what somebody wants that are shown."""

PLATFORM_NAMES = {"slack": "Slack", "wecom": phrase("WeCom"), "console": "Console"}
TO_STRANGERS: dict[Told, str] = {
    Told.KNOWN: phrase("%(manager)s has confirmed who you are: I know you as %(name)s now, and do what you wanted."),
    Told.REFUSED: phrase("%(manager)s did not confirm who you are: what you wanted was dropped. Please write to them."),
    Told.EXPIRED: phrase(
        "Nobody confirmed in time who you are: what you wanted was dropped. Ask again if you still want it."
    ),
}
"""What a stranger is told of how it ended."""


def invitation_message(
    work: Work, delivery: Delivery, engagement: Engagement, room: Room, link_to: LinkTo = no_page
) -> Reply | None:
    """Return what a place is told, or None when that is so no more."""
    cause = cause_of(delivery.cause)
    invitation = work.invitations.get(cause.invitation)
    if invitation is None:
        return None
    wording = Wording(room.language)
    match cause.told:
        case Told.LINK:
            return _link(invitation, engagement, room, link_to)
        case Told.CLAIM:
            is_open = invitation.state is InvitationState.CLAIMED
            return _claim(invitation, engagement, room, wording) if is_open else None
        case Told.EXPIRED if room.audience is Audience.OPERATIONS:
            said = phrase("nobody said in time who %(who)s is: what they wanted was dropped")
            headline = wording.say(said, who=who_it_is(invitation, engagement, wording))
            return Reply(wording.labelled(engagement.name, headline), room.language)
        case told:
            return _outcome(told, invitation, engagement, room)


def who_it_is(invitation: Invitation, engagement: Engagement, wording: Wording) -> str:
    """Return what a stranger is called: the name they gave, else their user id."""
    person = engagement.person(invitation.person)
    return (
        person.name if person else invitation.name or wording.say(phrase("user %(handle)s"), handle=invitation.handle)
    )


def _link(invitation: Invitation, engagement: Engagement, room: Room, link_to: LinkTo) -> Reply | None:
    link = link_to(invitation)
    if not link or invitation.state is not InvitationState.OPEN:
        return None
    wording = Wording(room.language)
    button = Button(wording.say(SAY_WHO_I_AM), url=link, is_primary=True)
    return Reply(wording.say(UNKNOWN, manager=_manager(engagement)), room.language, buttons=(button,))


def _claim(invitation: Invitation, engagement: Engagement, room: Room, wording: Wording) -> Reply:
    said = phrase("somebody I do not know wants something in room “%(room)s”")
    reply = Reply(
        headline=wording.labelled(engagement.name, wording.say(said, room=invitation.room)),
        language=room.language,
        text="\n".join(_lines(invitation, engagement, wording)),
        tone=Tone.WATCH,
        notes=(
            wording.say(
                phrase("As somebody else: `/person confirm %(id)s NAME`. Without a word until %(day)s it is dropped."),
                id=invitation.id,
                day=wording.weekday_day(invitation.until.astimezone(room.zone).date()),
            ),
        ),
        buttons=tuple(_buttons(invitation, engagement, wording)),
        mention=None if room.is_direct else engagement.account_manager(),
    )
    return addressed(reply, engagement) if room.is_direct else reply


def _lines(invitation: Invitation, engagement: Engagement, wording: Wording) -> Iterator[str]:
    is_named = bool(invitation.person or invitation.name)
    if is_named:
        who = who_it_is(invitation, engagement, wording)
        known = phrase("They say they are %(name)s, whom the engagement names.")
        unnamed = phrase("They say they are %(name)s, whom nobody has named yet.")
        yield wording.say(known if invitation.person else unnamed, name=who)
    yield wording.say(
        phrase("Their user id in %(platform)s is %(handle)s."),
        platform=wording.say(PLATFORM_NAMES[invitation.platform]),
        handle=invitation.handle,
    )
    yield wording.say(phrase("They want: %(wish)s"), wish=_quoted(invitation))
    yield wording.say(phrase("Confirm only whom you know: they will read what this seller's people read."))


def _buttons(invitation: Invitation, engagement: Engagement, wording: Wording) -> Iterator[Button]:
    confirm = f"/person confirm {invitation.id}"
    label = phrase("Confirm as %(name)s")
    if invitation.person or invitation.name:
        yield Button(wording.say(label, name=who_it_is(invitation, engagement, wording)), confirm, is_primary=True)
    else:
        for one in nameable(engagement, invitation.platform)[:MOST_OFFERED]:
            yield Button(wording.say(label, name=one.name), f"{confirm} {one.id}")
    yield Button(wording.say(phrase("Refuse")), f"/person refuse {invitation.id}")


def _quoted(invitation: Invitation) -> str:
    written = (invitation.wish.text, *(value for _, value in invitation.wish.values))
    words = " ".join(" ".join(written).split())
    return f"{words[:MOST_QUOTED]}…" if len(words) > MOST_QUOTED else words


def _outcome(told: Told, invitation: Invitation, engagement: Engagement, room: Room) -> Reply:
    wording = Wording(room.language)
    name = who_it_is(invitation, engagement, wording)
    return Reply(wording.say(TO_STRANGERS[told], manager=_manager(engagement), name=name), room.language)


def _manager(engagement: Engagement) -> str:
    manager = engagement.account_manager()
    return manager.name if manager else engagement.seller.name
