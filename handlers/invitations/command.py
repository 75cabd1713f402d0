"""The `/person` command: who waits to be known, and the word of the operator on who they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from handlers.access import MARGIN_ROLES
from handlers.commands import Command, find_command
from handlers.direct_rooms import without_addressee
from handlers.invitations.message import PLATFORM_NAMES, who_it_is
from handlers.invitations.telling import Told, tell_stranger
from handlers.messages import Button, Reply, Request
from handlers.ports import Work
from kpi.acquaintances import LearntHandle, learnt_handles, nameable, newcomer, with_handle, without_learnt
from kpi.engagements import Audience, Engagement, Person, Role
from kpi.errors import AccessError, NotFoundError, QuestionError
from kpi.invitations import Invitation, InvitationState, confirmed, refused, tidy_name
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording

DECIDED = phrase("This was decided already, or its time is over.")


def answer_person(work: Work, request: Request) -> Reply:
    """Answer a `/person` command; raises VigiaError for a mistake, and for anybody of the seller's."""
    if request.person.role not in MARGIN_ROLES or request.room.audience is not Audience.OPERATIONS:
        raise AccessError(
            phrase("Who somebody is, the account manager confirms, in an operations room or alone with me.")
        )
    words = request.text.split()[1:]
    if not words:
        return _list(work, request)
    act = _ACTS.get(words[0].lower())
    if act is None:
        return _help(request)
    if len(words) == 1:
        raise QuestionError(phrase("Write `/person` for the list; `confirm`, `refuse` and `forget` say of whom."))
    return act(work, request, words[1], " ".join(words[2:]))


def decides(text: str) -> bool:
    """Tell whether a text of the command may change something."""
    words = text.split()[1:]
    return bool(words) and words[0].lower() in _ACTS


def decides_who(text: str) -> bool:
    """Tell whether words typed anywhere are this command and may change something."""
    command = find_command(without_addressee(text), (PERSON_COMMAND,))
    return command is not None and decides(without_addressee(text))


def _list(work: Work, request: Request) -> Reply:
    wording, engagement = Wording(request.language), request.engagement
    claims = work.invitations.in_state(InvitationState.CLAIMED, engagement.id)
    learnt = learnt_handles(engagement)
    said = phrase("Nobody waits to be confirmed") if not claims else phrase("To be confirmed: %(count)s")
    return Reply(
        headline=wording.labelled(engagement.name, wording.say(said, count=len(claims))),
        language=request.language,
        text="\n".join((*_claim_lines(claims, engagement, wording), *_learnt_lines(learnt, wording))),
        tone=Tone.WATCH if claims else Tone.NEUTRAL,
        notes=() if claims else tuple(wording.say(example) for example in PERSON_COMMAND.examples),
        buttons=tuple(
            Button(
                wording.say(phrase("Confirm as %(name)s"), name=who_it_is(one, engagement, wording)),
                f"/person confirm {one.id}",
            )
            for one in claims
            if one.person or one.name
        ),
        is_private=True,
    )


def _claim_lines(claims: tuple[Invitation, ...], engagement: Engagement, wording: Wording) -> Iterator[str]:
    for one in claims:
        yield f"• {one.id} · {who_it_is(one, engagement, wording)} · {one.room} · {one.handle}"


def _learnt_lines(learnt: tuple[LearntHandle, ...], wording: Wording) -> Iterator[str]:
    if learnt:
        yield wording.say(phrase("Known by an invitation, not by the engagement file:"))
    for one in learnt:
        yield f"• {one.name} ({one.person}) · {wording.say(PLATFORM_NAMES[one.platform])} · {one.handle}"


def _help(request: Request) -> Reply:
    wording = Wording(request.language)
    return Reply(
        headline=wording.labelled(PERSON_COMMAND.name, wording.say(PERSON_COMMAND.summary)),
        language=request.language,
        text="\n".join(f"• {wording.say(example)}" for example in PERSON_COMMAND.examples),
        is_private=True,
    )


def _confirm(work: Work, request: Request, invitation_id: str, name: str) -> Reply:
    invitation = _claim(work, request, invitation_id)
    person = _person(request.engagement, invitation, name)
    after = confirmed(invitation, person.id, request.person.id, request.at)
    if after is None or not work.invitations.change(invitation, after):
        raise QuestionError(DECIDED)
    others = tuple(one for one in request.engagement.people if one.id != person.id)
    place = next((at for at, one in enumerate(request.engagement.people) if one.id == person.id), len(others))
    engagement = replace(request.engagement, people=(*others[:place], person, *others[place:]))
    work.engagements.save(engagement, request.at)
    tell_stranger(work, engagement, after, Told.KNOWN, request.at)
    wording = Wording(request.language)
    line = f'{invitation.platform} = "{invitation.handle}"'
    return Reply(
        wording.say(phrase("Confirmed: I know %(name)s now, and do what they wanted."), name=person.name),
        request.language,
        text=wording.say(
            phrase("Applying the engagement file keeps this; `%(line)s` under this person there makes it agreed."),
            line=line,
        ),
        tone=Tone.GOOD,
    )


def _refuse(work: Work, request: Request, invitation_id: str, _name: str) -> Reply:
    invitation = _claim(work, request, invitation_id)
    after = refused(invitation, request.person.id, request.at)
    if after is None or not work.invitations.change(invitation, after):
        raise QuestionError(DECIDED)
    tell_stranger(work, request.engagement, after, Told.REFUSED, request.at)
    wording = Wording(request.language)
    who = who_it_is(invitation, request.engagement, wording)
    return Reply(
        wording.say(phrase("Refused: what %(who)s wanted is dropped, and they are told."), who=who), request.language
    )


def _forget(work: Work, request: Request, person_id: str, platform: str) -> Reply:
    """Forget the user ids of somebody that came by an invitation, on one platform or on all."""
    learnt = tuple(
        one
        for one in learnt_handles(request.engagement)
        if one.person == person_id and platform.lower() in {"", one.platform}
    )
    if not learnt:
        raise NotFoundError(
            phrase(
                "No user id of “%(person)s” came by an invitation; what the engagement file says, it alone changes."
            ),
            person=person_id,
        )
    engagement = request.engagement
    for one in learnt:
        person = engagement.person(one.person)
        engagement = without_learnt(engagement, person, one.platform) if person else engagement
    work.engagements.save(engagement, request.at)
    sentence = phrase("Forgotten: I do not know %(name)s by %(handles)s any more.")
    wording = Wording(request.language)
    handles = wording.listed(one.handle for one in learnt)
    return Reply(wording.say(sentence, name=learnt[0].name, handles=handles), request.language)


def _claim(work: Work, request: Request, invitation_id: str) -> Invitation:
    """Return what is to be decided; of another engagement there is nothing."""
    invitation = work.invitations.get(invitation_id.lower())
    if invitation is None or invitation.engagement != request.engagement.id:
        raise NotFoundError(phrase("Nobody waits under “%(id)s”. `/person` lists who does."), id=invitation_id)
    if invitation.state is not InvitationState.CLAIMED:
        raise QuestionError(DECIDED)
    return invitation


def _person(engagement: Engagement, invitation: Invitation, name: str) -> Person:
    """Return who a stranger is, with their user id: whom the operator names, else whom they said they are."""
    known = engagement.person_by_handle(invitation.platform, invitation.handle)
    if known is not None:
        return known  # somebody wrote it into the engagement file meanwhile
    wanted = tidy_name(name) or invitation.person or invitation.name
    if not wanted:
        raise QuestionError(
            phrase("Say who it is: `/person confirm %(id)s NAME`. Of the seller's there are: %(people)s."),
            id=invitation.id,
            people=", ".join(one.id for one in nameable(engagement, invitation.platform)) or "—",
        )
    named = next((one for one in engagement.people if wanted.casefold() in _names_of(one)), None)
    room = engagement.room(invitation.room)
    if named is None and room is not None:
        return newcomer(engagement, room, invitation.handle, wanted)
    if named is None or named.role is not Role.SELLER:
        raise QuestionError(phrase("“%(name)s” is nobody of the seller's."), name=wanted)
    if named.handle_on(invitation.platform) is not None:
        raise QuestionError(phrase("%(name)s has another user id there already."), name=named.name)
    return with_handle(named, invitation.platform, invitation.handle)


def _names_of(person: Person) -> frozenset[str]:
    return frozenset({person.id.casefold(), person.name.casefold()})


_Act = Callable[[Work, Request, str, str], Reply]

_ACTS: dict[str, _Act] = {
    "confirm": _confirm,
    "确认": _confirm,
    "refuse": _refuse,
    "拒绝": _refuse,
    "forget": _forget,
    "忘记": _forget,
}

PERSON_COMMAND = Command(
    "/person",
    phrase("People nobody has named yet: who they are, for account managers."),
    (
        phrase("/person — who waits to be confirmed"),
        phrase("/person confirm 1a2b3c4d — they are who they say they are"),
        phrase("/person confirm 1a2b3c4d Wei — they are Wei"),
        phrase("/person refuse 1a2b3c4d — they are nobody of the seller's"),
        phrase("/person forget wei — no longer known by what came by an invitation"),
    ),
    answer_person,
    writes=decides,
)
