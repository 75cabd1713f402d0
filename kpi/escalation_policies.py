"""Whom an incident reaches, in which order and how fast: frozen into the incident on the day it opens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

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
class Contact:
    """Somebody who can be called, and when."""

    person: str
    hours: WorkingHours


@dataclass(frozen=True, slots=True)
class Level:
    """The people who are called at the same time."""

    rank: Rank
    contacts: tuple[Contact, ...]

    def __post_init__(self) -> None:
        """Refuse a level without anybody: waiting for nobody's answer is time lost."""
        if not self.contacts:
            raise ValueError(f"nobody is on the level {self.rank}")


@dataclass(frozen=True, slots=True)
class EscalationPolicy:
    """What was promised and who is called, as agreed on the day an incident opened.

    `hours` are those the promises are counted in. Without any level only the operations room can be told.
    """

    rules: IncidentRules
    hours: WorkingHours
    levels: tuple[Level, ...] = ()

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
        """Return somebody's working hours; of a person who is on no level, those the promises are counted in."""
        contacts = (contact for level in self.levels for contact in level.contacts)
        return next((contact.hours for contact in contacts if contact.person == person), self.hours)

    def handed_over(self, leaver: str, heir: Contact) -> EscalationPolicy:
        """Return the policy with `heir` in the place of `leaver`; nobody is on the same level twice."""
        return replace(self, levels=tuple(_with_heir(level, leaver, heir) for level in self.levels))


def _with_heir(level: Level, leaver: str, heir: Contact) -> Level:
    contacts = (heir if contact.person == leaver else contact for contact in level.contacts)
    return replace(level, contacts=tuple({contact.person: contact for contact in contacts}.values()))


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
    return EscalationPolicy(rules, hours, levels)


def _levels(engagement: Engagement) -> Iterator[Level]:
    called: set[str] = set()
    for rank, people in _ranks(engagement):
        contacts = tuple(Contact(one.id, one.working_hours) for one in people if one.id not in called)
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
