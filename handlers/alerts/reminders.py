"""Alerts nobody answered: one reminder where they were told, when the answer was due; never a second one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from handlers.alerts.cards import answer_card, is_operations
from handlers.alerts.notices import muted_by
from handlers.ports import Work
from handlers.quiet_hours import quiet_hours_of_person
from kpi.alerts.records import AlertEpisode, NoticeKind, Verdict
from kpi.engagements import Engagement, Person, Role
from kpi.severities import Severity, answer_due_at

REMINDED_DAYS = 30
"""An alert nobody answered for so long is past reminding."""


def remind(work: Work, engagement: Engagement, now: datetime) -> int:
    """Tell the operator's rooms of open alerts whose answer is overdue; return how many messages are queued."""
    by_card: dict[str, list[AlertEpisode]] = defaultdict(list)
    for alert in _overdue(work, engagement, now):
        by_card[alert.notice].append(replace(alert, reminded_at=now))
    told = 0
    for alerts in by_card.values():
        work.alerts.save_all(alerts)
        told += answer_card(work, engagement, NoticeKind.UNANSWERED, alerts, now, is_operations)
    return told


def _overdue(work: Work, engagement: Engagement, now: datetime) -> Iterator[AlertEpisode]:
    since = (now - timedelta(days=REMINDED_DAYS)).date()
    mutes = work.alerts.mutes(engagement.id, now)
    for alert in work.alerts.of_engagement(engagement.id, since):
        is_waiting = alert.episode.is_open and alert.notice and alert.acknowledged_at is None
        if not is_waiting or alert.verdict is not Verdict.OPEN or alert.reminded_at is not None:
            continue
        due_at = due_of(engagement, alert)
        if due_at is not None and due_at <= now and muted_by(mutes, alert.series, now) is None:
            yield alert


def due_of(engagement: Engagement, alert: AlertEpisode) -> datetime | None:
    """Return until when the account manager owes an answer to an alert, or None where nobody does.

    One that became severer owes it from then on: nobody is late for what they could not know.
    """
    manager = engagement.account_manager()
    if manager is None:
        return None
    return answer_due_at(Severity(alert.severity), alert.graded_at or alert.opened_at, quiet_hours_of_person(manager))


def next_in_line(engagement: Engagement, severity: Severity) -> Person | None:
    """Return who is called when an answer is overdue: the account manager again, or whom an urgent one goes on to."""
    if severity is not Severity.S3:
        for role in (Role.TEAM_LEAD, Role.DIRECTOR):
            found = next((person for person in engagement.people if person.role is role), None)
            if found is not None:
                return found
    return engagement.account_manager()
