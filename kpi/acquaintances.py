"""User ids that came by an invitation, beside those an engagement file names: a later file loses none of them.

The file counts where it says something else, and that is said. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from kpi.engagements import Engagement, Person, Platform, Role, Room


class Outcome(StrEnum):
    """What becomes of a learnt user id when a file is applied."""

    KEPT = "kept"
    """The file says nothing of it."""
    OVERRULED = "overruled"
    """The file gives its person another user id there."""
    TAKEN = "taken"
    """The file gives it to somebody else."""
    GONE = "gone"
    """The file does not name its person any more."""


@dataclass(frozen=True, slots=True)
class LearntHandle:
    """A user id that came by an invitation, and what becomes of it; `instead` is what the file says."""

    person: str
    name: str
    platform: Platform
    handle: str
    outcome: Outcome = Outcome.KEPT
    instead: str = ""


def learnt_handles(engagement: Engagement) -> tuple[LearntHandle, ...]:
    """Return the learnt user ids of an engagement, in the order of its people."""
    return tuple(
        LearntHandle(person.id, person.name, platform, handle)
        for person in engagement.people
        for platform, handle in person.handles
        if platform in person.learnt
    )


def with_learnt(agreed: Engagement, before: Engagement | None) -> tuple[Engagement, tuple[LearntHandle, ...]]:
    """Return an agreed engagement with the learnt user ids of the one it follows, and what became of each of them.

    One that the file names itself now, for the same person, is agreed: nothing is said of it.
    """
    if before is None:
        return agreed, ()
    newcomers = {person.id: person for person in before.people if person.is_newcomer}
    people = {person.id: person for person in agreed.people}
    reports = []
    for one in learnt_handles(before):
        report = _outcome(one, agreed, is_newcomer=one.person in newcomers)
        if report is None:
            continue
        reports.append(report)
        if report.outcome is Outcome.KEPT:
            base = people.get(one.person) or replace(newcomers[one.person], handles=(), learnt=())
            people[one.person] = with_handle(base, one.platform, one.handle)
    return replace(agreed, people=tuple(people.values())), tuple(reports)


def with_handle(person: Person, platform: Platform, handle: str) -> Person:
    """Return a person with a user id that was learnt."""
    others = tuple(one for one in person.handles if one[0] is not platform)
    learnt = tuple(one for one in person.learnt if one is not platform)
    return replace(person, handles=(*others, (platform, handle)), learnt=(*learnt, platform))


def without_learnt(engagement: Engagement, person: Person, platform: Platform) -> Engagement:
    """Return an engagement that has forgotten a learnt user id; a newcomer without any other is forgotten with it."""
    left = replace(
        person,
        handles=tuple(one for one in person.handles if one[0] is not platform),
        learnt=tuple(one for one in person.learnt if one is not platform),
    )
    is_nobody = left.is_newcomer and not left.handles
    people = (left if one.id == person.id else one for one in engagement.people)
    return replace(engagement, people=tuple(one for one in people if not (is_nobody and one.id == person.id)))


def nameable(engagement: Engagement, platform: Platform) -> tuple[Person, ...]:
    """Return the seller's people who have no user id on a platform: one of them a stranger there may be."""
    sellers = (person for person in engagement.people if person.role is Role.SELLER)
    return tuple(person for person in sellers if person.handle_on(platform) is None)


def newcomer(engagement: Engagement, room: Room, handle: str, name: str) -> Person:
    """Return somebody of the seller's whom nobody had named, as they read in the room they wrote in."""
    person_id = f"{room.platform}-{handle.lower()}"
    taken = {person.id for person in engagement.people}
    free = next(one for one in _numbered(person_id) if one not in taken)
    person = Person(free, name, Role.SELLER, room.language, room.zone, is_newcomer=True)
    return with_handle(person, room.platform, handle)


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}-{number}"
        number += 1


def _outcome(one: LearntHandle, agreed: Engagement, *, is_newcomer: bool) -> LearntHandle | None:
    """Return what becomes of a learnt user id, or None where the file says the same."""
    holder = agreed.person_by_handle(one.platform, one.handle)
    if holder is not None:
        if holder.id == one.person:
            return None
        return replace(one, outcome=Outcome.TAKEN, instead=holder.id)
    person = agreed.person(one.person)
    if person is None:
        return one if is_newcomer else replace(one, outcome=Outcome.GONE)
    agreed_handle = person.handle_on(one.platform)
    return replace(one, outcome=Outcome.OVERRULED, instead=agreed_handle) if agreed_handle else one
