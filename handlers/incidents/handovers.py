"""Somebody leaves, for good or for some days: their open incidents move, and who stands in is called instead."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from handlers.access import MARGIN_ROLES, OPERATOR_ROLES
from handlers.grammar.grammar import leading_period, normalise
from handlers.incidents.asked import person_named
from handlers.incidents.desk import actor_of, happen
from handlers.messages import Reply, Request
from handlers.ports import Work
from kpi.absences import Absence
from kpi.days import business_day
from kpi.engagements import Engagement, Person
from kpi.errors import AccessError, NotFoundError, QuestionError
from kpi.incidents.changes import Changed
from kpi.incidents.escalation_policies import contact_of
from kpi.incidents.events import HandOver
from kpi.incidents.incident import Actor, Incident
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording

A_YEAR = timedelta(days=364)
"""How far ahead an absence ends: a day without a year is the next of its name."""

_HANDOVER = re.compile(
    r"(?:(?:from|de|desde)\s+|[从由]\s*)?(?P<leaver>.+?)(?:\s+(?:to|para|a)\s+|\s*(?:→|->|交给|给)\s*)(?P<heir>.+?)"
    r"(?:(?:\s+(?:until|ate|hasta)\s+|\s*直到\s*)(?P<until>\S+))?"
)
_UNTIL = re.compile(r"(?:(?:until|ate|hasta)\s+|直到\s*)?(?P<until>\S+)")


def hand_over(
    work: Work, engagement: Engagement, leaver: str, heir: Person, by: Actor, at: datetime
) -> tuple[int, ...]:
    """Put `heir` in the leaver's place in all open incidents; return the numbers of those that moved.

    `leaver` may have left the engagement. Rooms are told by each incident; a second time, nothing moves.
    """
    require_present(engagement, heir, at)
    event = HandOver(leaver, contact_of(engagement, heir))
    known = reversed(work.incidents.of_engagement(engagement.id, at))
    outcomes = [happen(work, one.id, event, by, at) for one in known if not one.is_closed]
    return tuple(one.incident.number for one in outcomes if isinstance(one, Changed))


def note_absence(
    work: Work, engagement: Engagement, leaver: Person, heir: Person, until: date, at: datetime
) -> Engagement:
    """Write down that somebody is away from today on, and return the engagement that knows it.

    Who says a new day replaces the old one: today ends an absence tonight.
    """
    today = business_day(at, leaver.zone)
    if until < today:
        raise QuestionError(phrase("%(day)s is over; say a day that is still to come."), day=until.isoformat())
    work.engagements.note_absence(engagement.id, leaver.id, Absence(today, until, heir.id))
    return work.engagements.get(engagement.id) or engagement


def require_present(engagement: Engagement, heir: Person, at: datetime) -> None:
    """Raise QuestionError for somebody who cannot have an incident: of the seller's side, or away today."""
    if heir.role not in OPERATOR_ROLES:
        raise QuestionError(phrase("%(name)s is not of the operator's team and cannot have it."), name=heir.name)
    today = business_day(at, heir.zone)
    absent = next((one for one in engagement.absences_of(heir) if one.first <= today <= one.last), None)
    if absent is not None:
        raise QuestionError(
            phrase("%(name)s is away until %(day)s; choose somebody else."), name=heir.name, day=absent.last.isoformat()
        )


def answer_handover(work: Work, request: Request, text: str) -> Reply:
    """Answer `handover from Ana to Bruno until 2026-12-05`; without a day, it is for good."""
    _require_operator(request)
    said = _HANDOVER.fullmatch(normalise(text))
    if said is None:
        raise QuestionError(phrase("Say who takes over from whom: `/incident handover from Ana to Bruno`."))
    leaver = _leaver(work, request, said["leaver"])
    return _handed_over(work, request, leaver, person_named(request, said["heir"]), said["until"])


def answer_away(work: Work, request: Request, text: str) -> Reply:
    """Answer `away until 2026-12-05`: whoever writes hands over to their backup."""
    _require_operator(request)
    said = _UNTIL.fullmatch(normalise(text))
    if said is None:
        raise QuestionError(phrase("Say until which day: `/incident away until 2026-12-05`."))
    backup = request.engagement.person(request.person.backup)
    if backup is None:
        raise QuestionError(
            phrase("Nobody is named who stands in for you: `/incident handover from %(name)s to … until …`."),
            name=request.person.name,
        )
    return _handed_over(work, request, request.person, backup, said["until"])


def _leaver(work: Work, request: Request, word: str) -> Person | str:
    """Return who leaves, or their id where they have left the engagement and open incidents still know them."""
    try:
        return person_named(request, word)
    except NotFoundError:
        known = work.incidents.of_engagement(request.engagement.id, request.at)
        if any(_knows(one, word) for one in known):
            return word
        raise


def _knows(incident: Incident, person: str) -> bool:
    called = (contact.person for level in incident.policy.levels for contact in level.contacts)
    return person in {incident.owner, *called}


def _handed_over(work: Work, request: Request, leaver: Person | str, heir: Person, until: str | None) -> Reply:
    person = leaver if isinstance(leaver, Person) else None
    leaver_id = person.id if person else str(leaver)
    _require_may_hand_over(request, leaver_id, heir)
    engagement = request.engagement
    require_present(engagement, heir, request.at)
    last = _last_day(request, until) if until else None
    if last and person:
        engagement = note_absence(work, engagement, person, heir, last, request.at)
    moved = hand_over(work, engagement, leaver_id, heir, actor_of(request), request.at)
    return _said(request, person.name if person else leaver_id, heir, moved, last if person else None)


def _require_operator(request: Request) -> None:
    if request.person.role not in OPERATOR_ROLES:
        raise AccessError(phrase("Only the operator's team hands over incidents."))


def _require_may_hand_over(request: Request, leaver: str, heir: Person) -> None:
    """Raise AccessError for whoever moves what is not theirs without answering for others."""
    if leaver != request.person.id and request.person.role not in MARGIN_ROLES:
        raise AccessError(phrase("Whoever leaves hands over themselves, or an account manager or somebody above does."))
    if leaver == heir.id:
        raise QuestionError(phrase("That is so already."))


def _last_day(request: Request, text: str) -> date:
    ahead = business_day(request.at, request.room.zone) + A_YEAR
    named = leading_period(text, request.language, ahead)
    if named is None or named[1] or named[0].dates is None:
        raise QuestionError(phrase("Say until which day: `/incident away until 2026-12-05`."))
    return named[0].dates.last


def _said(request: Request, leaver: str, heir: Person, moved: tuple[int, ...], last: date | None) -> Reply:
    wording = Wording(request.language)
    numbers = wording.listed([f"#{number}" for number in moved])
    lines = (
        wording.say(
            phrase("%(name)s has from now on what was theirs: %(incidents)s."), name=heir.name, incidents=numbers
        )
        if moved
        else wording.say(phrase("No open incident had to move.")),
        wording.say(
            phrase("Until %(day)s, incidents that open reach %(name)s instead. What has moved stays moved after it."),
            day=wording.long_day(last),
            name=heir.name,
        )
        if last
        else "",
    )
    return Reply(
        headline=wording.say(phrase("%(to)s takes over from %(owner)s"), to=heir.name, owner=leaver),
        language=request.language,
        text="\n".join(line for line in lines if line),
        tone=Tone.GOOD,
        is_private=True,
    )
