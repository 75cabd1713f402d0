"""A person's own conversation with Vigia: which engagement it is about, and buttons that say so.

Numbers of incidents and names of stores belong to one engagement, and a person may serve several: what is typed or
pressed here can name it behind the command's word, `/incident @lumina ack 1001`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from handlers.access import request_of
from handlers.messages import Arrival, Form, Reply, Request
from handlers.ports import Work
from kpi.engagements import Engagement, Person, Platform, Room
from kpi.errors import NotFoundError, QuestionError
from kpi.phrases import phrase

_NAMED = re.compile(r"^(?P<word>[^\s@＠]+)?\s*[@＠](?P<name>[a-z0-9][a-z0-9._-]*)\s*", re.IGNORECASE)
_COMMAND = re.compile(r"^[/／]?[^\s@＠]+")


@dataclass(frozen=True, slots=True)
class Membership:
    """Somebody in one engagement, and the place where they read alone."""

    engagement: Engagement
    person: Person
    room: Room


def memberships(work: Work, arrival: Arrival) -> tuple[Membership, ...]:
    """Return who the sender is in each engagement that knows them, ordered by its id."""
    return tuple(found for one in work.engagements.all() if (found := _membership(one, arrival)) is not None)


def _membership(engagement: Engagement, arrival: Arrival) -> Membership | None:
    handle = arrival.handle.lower() if arrival.platform is Platform.WECOM else arrival.handle
    person = engagement.person_by_handle(arrival.platform, handle)
    room = engagement.direct_room(person.id, arrival.platform) if person else None
    return Membership(engagement, person, room) if person and room else None


def direct_request(arrival: Arrival, known: tuple[Membership, ...]) -> Request:
    """Return what a person asks in their own conversation, in one of the engagements they are `known` in.

    Raises QuestionError when it could be about several, NotFoundError for one that is not theirs.
    """
    name, text = _addressee(arrival.text)
    one = _one_of(known, name, text)
    return request_of(one.engagement, one.room, one.person, replace(arrival, text=text))


def without_addressee(text: str) -> str:
    """Return a text without the name of an engagement it may carry."""
    return _addressee(text)[1]


def in_room(work: Work, arrival: Arrival, engagement: Engagement) -> Arrival:
    """Return words written in a bound room without the name of its engagement, which a copied command may carry.

    Raises QuestionError when they name another one of this person's: here they would mean something else.
    """
    name, text = _addressee(arrival.text)
    if not name:
        return arrival
    if name == engagement.id:
        return replace(arrival, text=text)
    other = work.engagements.get(name)
    if other is not None and other.person_by_handle(arrival.platform, arrival.handle) is not None:
        raise QuestionError(
            phrase("This room is about “%(own)s”. Ask about “%(name)s” in its own room, or write to me alone."),
            own=engagement.id,
            name=name,
        )
    return arrival


def addressed(reply: Reply, engagement: Engagement) -> Reply:
    """Return a reply whose commands name the engagement, so that they mean the same wherever they are pressed."""
    buttons = tuple(replace(one, command=_addressed(one.command, engagement)) for one in reply.buttons)
    return replace(reply, buttons=buttons, attach_command=_addressed(reply.attach_command, engagement))


def addressed_form(form: Form, engagement: Engagement) -> Form:
    """Return a form whose submission, and what is said in its place, name the engagement."""
    return replace(form, command=_addressed(form.command, engagement), twin=_addressed(form.twin, engagement))


def _addressed(command: str, engagement: Engagement) -> str:
    word = _COMMAND.match(command)
    if word is None or _NAMED.match(command):
        return command
    return f"{word.group()} @{engagement.id}{command[word.end() :]}"


def _addressee(text: str) -> tuple[str, str]:
    """Return the engagement a text names ("" for none) and the text without it."""
    named = _NAMED.match(text.strip())
    if named is None:
        return "", text.strip()
    rest = text.strip()[named.end() :]
    return named["name"].lower(), " ".join(part for part in (named["word"], rest) if part)


def _one_of(known: tuple[Membership, ...], name: str, text: str) -> Membership:
    ids = ", ".join(one.engagement.id for one in known)
    if name:
        found = next((one for one in known if one.engagement.id == name), None)
        if found is None:
            raise NotFoundError(
                phrase("There is no engagement “%(name)s” of yours. Yours are: %(ids)s."), name=name, ids=ids
            )
        return found
    if len(known) > 1:
        word = _COMMAND.match(text)
        raise QuestionError(
            phrase("You serve several sellers: %(ids)s. Say which one, for example `%(command)s @%(name)s …`."),
            ids=ids,
            command=word.group() if word else "/incident",
            name=known[0].engagement.id,
        )
    return known[0]
