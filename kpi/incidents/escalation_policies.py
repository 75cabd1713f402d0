"""Whom an incident reaches, in which order and how fast: frozen into the incident on the day it opens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from kpi.absences import Absence
from kpi.days import day_closes_at, day_opens_at
from kpi.engagements import Engagement, Person, Role, Store
from kpi.promises import IncidentRules, Promise, Terms, counted
from kpi.severities import Severity
from kpi.working_hours import WorkingHours, usual_hours


class Rank(StrEnum):
    """Which level people are on, lowest first."""

    ACCOUNT_MANAGER = "account_manager"
    BACKUP = "backup"
    TEAM_LEAD = "team_lead"
    DIRECTOR = "director"


@dataclass(frozen=True, slots=True)
class Cover:
    """From when until when somebody is away, and who is called instead; without `hours` nobody is."""

    begins: datetime
    ends: datetime
    person: str = ""
    hours: WorkingHours | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who can be called, and when; `away` is when they cannot, as it was known on the day it was frozen."""

    person: str
    hours: WorkingHours
    away: tuple[Cover, ...] = ()

    def reached_at(self, at: datetime) -> Contact:
        """Return who is called when they are: they themselves or, while they are away, whoever stands in for them."""
        cover = self._cover_at(at)
        return self if cover is None or cover.hours is None else Contact(cover.person, cover.hours)

    def is_at_work(self, at: datetime) -> bool:
        """Tell whether they can be expected to answer."""
        return self._cover_at(at) is None and self.hours.is_open(at)

    def next_at_work(self, at: datetime) -> datetime:
        """Return the first instant from `at` on at which they, or whoever stands in for them, can be expected to."""
        cover = self._cover_at(at)
        if cover is None:
            opens = self.hours.next_open(at)
            absent = self._cover_at(opens)
            return opens if absent is None else self.next_at_work(max(at, absent.begins))
        back = self.next_at_work(cover.ends)
        return back if cover.hours is None else min(back, cover.hours.next_open(at))

    def handed_over(self, leaver: str, heir: Contact) -> Contact:
        """Return who is called once `heir` does what `leaver` did, standing in for others included."""
        if self.person == leaver:
            return heir
        return replace(self, away=tuple(_with_stand_in(cover, leaver, heir, self.person) for cover in self.away))

    def _cover_at(self, at: datetime) -> Cover | None:
        return next((cover for cover in self.away if cover.begins <= at < cover.ends), None)


def _with_stand_in(cover: Cover, leaver: str, heir: Contact, absent: str) -> Cover:
    if cover.person != leaver:
        return cover
    if heir.person == absent:  # nobody stands in for themselves
        return replace(cover, person="", hours=None)
    return replace(cover, person=heir.person, hours=heir.hours)


@dataclass(frozen=True, slots=True)
class Level:
    """The people who are called at the same time."""

    rank: Rank
    contacts: tuple[Contact, ...]

    def __post_init__(self) -> None:
        """Refuse a level without anybody: waiting for nobody's answer is time lost."""
        if not self.contacts:
            raise ValueError(f"nobody is on the level {self.rank}")

    def reached_at(self, at: datetime) -> tuple[Contact, ...]:
        """Return who is called at an instant, with stand-ins for those who are away; nobody twice."""
        return _once(contact.reached_at(at) for contact in self.contacts)


def _once(contacts: Iterable[Contact]) -> tuple[Contact, ...]:
    return tuple({contact.person: contact for contact in contacts}.values())


@dataclass(frozen=True, slots=True)
class EscalationPolicy:
    """What was promised and who is called, as agreed on the day an incident opened.

    `hours` are those the promises are counted in. Without any level only the operations room can be told. `others` are
    the operator's people who are on no level: nobody calls them, but they may take it.
    """

    rules: IncidentRules
    hours: WorkingHours
    levels: tuple[Level, ...] = ()
    others: tuple[Contact, ...] = ()

    def terms(self, severity: Severity) -> Terms:
        """Return what is owed for a severity."""
        return self.rules.terms_of(severity)

    def reach(self, severity: Severity) -> tuple[Level, ...]:
        """Return the levels an incident of this severity may reach."""
        return self.levels[: self.terms(severity).levels]

    def due_at(self, promise: Promise, severity: Severity, since: datetime) -> datetime:
        """Return when a promise of an incident is due whose clocks run since an instant."""
        return counted(severity, self.hours, since, self.terms(severity).of(promise))

    def hours_of(self, person: str) -> WorkingHours:
        """Return somebody's working hours; of one nobody knew when it opened, those of the promises."""
        return next((one.hours for one in self._known() if one.person == person), self.hours)

    def knowing(self, contact: Contact) -> EscalationPolicy:
        """Return the policy with somebody's hours in it, where they were not."""
        is_known = any(one.person == contact.person for one in self._known())
        return self if is_known else replace(self, others=(*self.others, contact))

    def _known(self) -> Iterator[Contact]:
        contacts = [contact for level in self.levels for contact in level.contacts]
        yield from contacts
        yield from self.others
        yield from (Contact(one.person, one.hours) for contact in contacts for one in contact.away if one.hours)

    def handed_over(self, leaver: str, heir: Contact) -> EscalationPolicy:
        """Return the policy with `heir` in the place of `leaver`; nobody is on the same level twice."""
        levels = (
            replace(level, contacts=_once(contact.handed_over(leaver, heir) for contact in level.contacts))
            for level in self.levels
        )
        return replace(self, levels=tuple(levels))


def policy_of(engagement: Engagement, store: Store | None) -> EscalationPolicy:
    """Return the policy of an incident that opens now on one of the engagement's stores (None: on none of them).

    Promises are counted in the hours the engagement agreed on, else in those of the person who is called first, else
    in the store's. Somebody who is on two levels is called on the lower one only.
    """
    rules = engagement.incident_rules
    levels = tuple(_levels(engagement))
    if rules.hours is not None:
        hours = rules.hours
    elif levels:
        hours = levels[0].contacts[0].hours
    else:
        hours = usual_hours((store or engagement.stores[0]).zone)
    called = {contact.person for level in levels for contact in level.contacts}
    others = (one for one in engagement.people if one.role is not Role.SELLER and one.id not in called)
    return EscalationPolicy(rules, hours, levels, tuple(contact_of(engagement, one) for one in others))


def contact_of(engagement: Engagement, person: Person) -> Contact:
    """Return how somebody is reached, with what is known today of their being away."""
    covers = (_cover(engagement, person, absence) for absence in engagement.absences_of(person))
    return Contact(person.id, person.working_hours, tuple(covers))


def _cover(engagement: Engagement, person: Person, absence: Absence) -> Cover:
    begins, ends = day_opens_at(absence.first, person.zone), day_closes_at(absence.last, person.zone)
    stand_in = engagement.person(absence.stand_in or person.backup)
    if stand_in is None or any(map(absence.meets, engagement.absences_of(stand_in))):
        return Cover(begins, ends)
    return Cover(begins, ends, stand_in.id, stand_in.working_hours)


def _levels(engagement: Engagement) -> Iterator[Level]:
    called: set[str] = set()
    for rank, people in _ranks(engagement):
        contacts = tuple(contact_of(engagement, one) for one in people if one.id not in called)
        called.update(contact.person for contact in contacts)
        if contacts:
            yield Level(rank, contacts)


def _ranks(engagement: Engagement) -> Iterator[tuple[Rank, list[Person]]]:
    manager = engagement.account_manager()
    others = [one for one in engagement.people if one.role is Role.ACCOUNT_MANAGER and one != manager]
    named = engagement.person(manager.backup) if manager else None
    yield Rank.ACCOUNT_MANAGER, [manager] if manager else []
    yield Rank.BACKUP, [named] if named else others
    yield Rank.TEAM_LEAD, [one for one in engagement.people if one.role is Role.TEAM_LEAD]
    yield Rank.DIRECTOR, [one for one in engagement.people if one.role is Role.DIRECTOR]
