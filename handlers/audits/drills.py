"""Drills: opened by schedule or by a person, taken like any incident, ended by themselves, and reported."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from handlers.audits.notices import tell_of_drill
from handlers.incidents.desk import declare, happen
from handlers.ports import UnitOfWork, Work
from kpi.audits.drills import DRILL_LASTS, Drill, DrillCall, DrillReport, drill_hours, monthly_drill
from kpi.deliveries import DeliveryState
from kpi.engagements import Audience, Engagement
from kpi.errors import QuestionError
from kpi.incidents.climbs import START_DELAY
from kpi.incidents.events import EndDrill
from kpi.incidents.incident import THE_CLOCK, Actor, EntryKind, Incident, Side, Source, Subject
from kpi.incidents.openings import Declaration
from kpi.languages import Language
from kpi.phrases import phrase
from kpi.severities import Severity

PLAN_AHEAD = timedelta(days=2)
"""How far ahead drills are planned."""
LOOK_BACK = timedelta(days=1)
"""A drill that was due longer ago, while nobody watched or before it was agreed on, waits for the next month."""
MOST_DELIVERIES = 999
"""Newest messages of an engagement among which those of a drill's calls are: a drill lasts hours."""

THE_TERMINAL = Actor("", Side.VIGIA, Source.TERMINAL)


@dataclass(frozen=True, slots=True)
class DrillSweep:
    """What one sweep did."""

    opened: int
    ended: tuple[DrillReport, ...]


def sweep_drills(unit_of_work: UnitOfWork, now: datetime) -> DrillSweep:
    """Plan the coming drills, open those that are due, and end those that were taken or have lasted long enough.

    One that fails keeps no other one waiting: what it raised is raised again when all have had their turn.
    """
    with unit_of_work() as work:
        for engagement in work.engagements.all():
            _plan(work, engagement, now)
        due, running = work.drills.due(now), work.drills.running()
    opened: list[bool] = []
    ended: list[DrillReport | None] = []

    def open_one(drill: Drill) -> None:
        with unit_of_work() as work:
            opened.append(_open_due(work, drill, now))

    def end_one(drill: Drill) -> None:
        with unit_of_work() as work:
            ended.append(_end(work, drill, now))

    with ExitStack() as each:  # calls all of them, also after one has raised
        for drill in running:
            each.callback(end_one, drill)
        for drill in due:
            each.callback(open_one, drill)
    return DrillSweep(sum(opened), tuple(one for one in ended if one is not None))


def start_drill(work: Work, engagement: Engagement, now: datetime) -> Incident:
    """Open a drill on a person's word; raises QuestionError where one is running, or nobody could see it."""
    _require_room(engagement)
    running = next((one for one in work.drills.running() if one.engagement == engagement.id), None)
    if running is not None:
        raise QuestionError(phrase("A drill is running already: incident %(id)s."), id=running.incident)
    drill = Drill(f"drill/{engagement.id}/{now:%Y%m%dT%H%M%S}", engagement.id, now)
    work.drills.plan(drill)
    return _open(work, engagement, drill, THE_TERMINAL, now)


def _require_room(engagement: Engagement) -> None:
    if not any(room.audience is Audience.OPERATIONS for room in engagement.rooms):
        raise QuestionError(
            phrase("“%(name)s” has no operations room in which a drill could be seen."), name=engagement.name
        )


def _plan(work: Work, engagement: Engagement, now: datetime) -> None:
    if not engagement.incident_rules.has_monthly_drill:
        return
    this_month = now.date().replace(day=1)
    next_month = (this_month + timedelta(days=31)).replace(day=1)
    for month in (this_month, next_month):
        drill = monthly_drill(engagement, month)
        if now - LOOK_BACK <= drill.due_at <= now + PLAN_AHEAD:
            work.drills.plan(drill)


def _open_due(work: Work, planned: Drill, now: datetime) -> bool:
    """Open a drill whose time has come; outside working hours it waits for them: a drill wakes nobody."""
    drill, engagement = work.drills.hold(planned.key), work.engagements.get(planned.engagement)
    if drill is None or drill.incident or drill.ended_at is not None:
        return False
    is_possible = engagement is not None and any(room.audience is Audience.OPERATIONS for room in engagement.rooms)
    if engagement is None or not is_possible:
        work.drills.save(replace(drill, ended_at=now))
        return False
    opens_at = drill_hours(engagement).next_open(now)
    if opens_at > now:
        work.drills.save(replace(drill, due_at=opens_at))
        return False
    _open(work, engagement, drill, THE_CLOCK, now)
    return True


def _open(work: Work, engagement: Engagement, drill: Drill, by: Actor, now: datetime) -> Incident:
    declared = Declaration(
        engagement=engagement.id,
        subject=Subject(),
        severity=Severity.S2,
        report="",
        language=Language.EN,
        report_id=drill.key,
        is_drill=True,
    )
    incident = declare(work, engagement, declared, by, now).incident
    work.drills.save(replace(drill, incident=incident.id))
    return incident


def _end(work: Work, running: Drill, now: datetime) -> DrillReport | None:
    """End a drill and tell how it went, or return None while it goes on."""
    drill, incident = work.drills.hold(running.key), work.incidents.by_id(running.incident)
    if drill is None or incident is None or drill.ended_at is not None:
        return None
    is_over = incident.is_closed or incident.acknowledged_at is not None or now - incident.opened_at >= DRILL_LASTS
    if not is_over:
        return None
    if not incident.is_closed:
        happen(work, incident.id, EndDrill(), THE_CLOCK, now)
    report = _report(work, incident, now)
    work.drills.save(replace(drill, ended_at=now))
    tell_of_drill(work, drill, report)
    return report


def _report(work: Work, incident: Incident, now: datetime) -> DrillReport:
    took = [line for line in work.incidents.timeline(incident.id) if line.kind is EntryKind.ACKNOWLEDGED]
    return DrillReport(
        incident.id,
        incident.number,
        incident.opened_at,
        tuple(_calls(work, incident)),
        incident.acknowledged_at,
        took[0].actor.person if took else "",
        now,
    )


def _calls(work: Work, incident: Incident) -> Iterator[DrillCall]:
    """Yield the calls of a drill as its timeline tells them, with when a platform first took one of their messages."""
    sent = [
        delivery
        for delivery in work.deliveries.of_engagement(incident.engagement, MOST_DELIVERIES)
        if delivery.state is DeliveryState.SENT and delivery.settled_at is not None
    ]
    due_at, number = incident.opened_at + START_DELAY, 0
    for line in work.incidents.timeline(incident.id):
        params = dict(line.params)
        if line.kind is EntryKind.CALLED:
            number += 1
            own = f"incident/{incident.id}/call/{number}/"
            arrived = [one.settled_at for one in sent if one.settled_at and one.key.startswith(own)]
            yield DrillCall(
                int(params["level"]),
                tuple(one for one in params["people"].split(",") if one),
                min(due_at, line.occurred_at),
                line.occurred_at,
                min(arrived, default=None),
            )
        if line.kind in {EntryKind.CALLED, EntryKind.ALL_ASLEEP} and params["next_at"]:
            due_at = datetime.fromisoformat(params["next_at"])
