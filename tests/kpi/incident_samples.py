"""An incident of a store in São Paulo, the people who answer for it, and their hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from kpi.alerts.causes import Cause, CauseKind
from kpi.alerts.first_looks import Check, CheckKind, CheckState, FirstLook, Precedent, StoreMove
from kpi.alerts.records import Stake
from kpi.incidents.changes import Changed, Outcome, Refused
from kpi.incidents.escalation_policies import Contact, EscalationPolicy, Level, Rank
from kpi.incidents.events import Acknowledge, Event, RecordPlan, StartWatching
from kpi.incidents.incident import (
    THE_RULE,
    Actor,
    Analysis,
    Incident,
    Movement,
    Plan,
    Side,
    Sighting,
    Source,
    Subject,
)
from kpi.incidents.openings import Declaration, open_incident
from kpi.incidents.transitions import apply
from kpi.languages import Language
from kpi.promises import IncidentRules
from kpi.severities import Severity
from kpi.working_hours import WorkingHours, usual_hours

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
BEIJING = ZoneInfo("Asia/Shanghai")
MONDAY_TEN = datetime(2026, 11, 23, 13, tzinfo=UTC)
"""10:00 in São Paulo, 21:00 in Beijing."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

ANA = Actor("ana", Side.STAFF, Source.SLACK)
BRUNO = Actor("bruno", Side.STAFF, Source.WECOM)
LI = Actor("li", Side.SELLER, Source.WECOM)

IN_BRAZIL = usual_hours(SAO_PAULO)
IN_CHINA = usual_hours(BEIJING)
ALWAYS = WorkingHours(SAO_PAULO, time(0), time(0), frozenset(range(7)))
SUBJECT = Subject("lumina-ml-br", "conversion_rate", Movement.FALL)


def a_policy(hours: WorkingHours = IN_BRAZIL, rules: IncidentRules | None = None) -> EscalationPolicy:
    """Return a policy of four levels that all work the same hours."""
    people = zip(Rank, ("ana", "bruno", "carla", "davi"), strict=True)
    levels = tuple(Level(rank, (Contact(person, hours),)) for rank, person in people)
    return EscalationPolicy(rules or IncidentRules(), hours, levels)


def an_incident(
    severity: Severity = Severity.S2, policy: EscalationPolicy | None = None, at: datetime = MONDAY_TEN
) -> Incident:
    """Return an incident that a rule opened at `at`."""
    declared = Declaration(
        "lumina", SUBJECT, severity, "conversion fell", Language.EN, detected_at=at, sighting=a_sighting("0.0181")
    )
    return open_incident(declared, policy or a_policy(), THE_RULE, at)


def a_sighting(value: str, at: datetime = MONDAY_TEN) -> Sighting:
    """Return a conversion rate as it was seen."""
    return Sighting(Decimal(value), 4200, Decimal("0.0217"), Decimal("0.0253"), date(2026, 11, 22), at)


def an_analysis(text: str = "ads were rejected", at: datetime = MONDAY_TEN) -> Analysis:
    """Return an analysis by Ana."""
    return Analysis(text, "ana", at, Language.PT)


def a_plan(review_at: datetime = MONDAY_TEN + 2 * DAY) -> Plan:
    """Return a plan by Ana."""
    return Plan(
        "rejected ads",
        "new pictures",
        "bruno",
        "conversion_rate",
        Decimal("0.0217"),
        review_at,
        "ana",
        MONDAY_TEN,
        Language.PT,
    )


def changed(outcome: Outcome) -> Incident:
    """Return the incident after an event that must not be refused."""
    assert isinstance(outcome, Changed), outcome
    return outcome.incident


def refused(outcome: Outcome) -> Refused:
    """Return why an event was refused that must not change anything."""
    assert isinstance(outcome, Refused), outcome
    return outcome


def after(incident: Incident, event: Event, by: Actor = ANA, at: datetime = MONDAY_TEN + MINUTE) -> Incident:
    """Return the incident after an event that must not be refused."""
    return changed(apply(incident, event, by, at))


def a_first_look() -> FirstLook:
    """Return what was computed of a fall that ads caused."""
    cause = Cause(CauseKind.RATE, "ads", 0.9, "source", -0.5, 0.98)
    checks = (Check(CheckKind.SOURCES, CheckState.FOUND, cause), Check(CheckKind.RETURNS, CheckState.NO_DATA))
    before = Precedent(1001, "lumina-ml-br", "conversion_rate", MONDAY_TEN.date(), "ads", "new pictures")
    stake = Stake(12.5, 3.25, Decimal("1234.56"), "BRL")
    return FirstLook(stake, cause, checks, (StoreMove("lumina-amz", -0.02),), (before,))


def acknowledged(at: datetime = MONDAY_TEN + MINUTE, severity: Severity = Severity.S2) -> Incident:
    """Return an incident that Ana has."""
    return after(an_incident(severity), Acknowledge(), ANA, at)


def watched() -> Incident:
    """Return an incident whose plan was done, to be reviewed two days after its opening."""
    return after(after(acknowledged(), RecordPlan(a_plan())), StartWatching())
