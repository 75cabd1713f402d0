"""What people do to an alert: take it, call it expected or wrong. Its message follows at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from handlers.access import OPERATOR_ROLES
from handlers.alerts.cards import refresh_cards
from handlers.alerts.notices import Changed, Turn, tell
from handlers.messages import Reply, Request
from handlers.ports import Work
from handlers.watch.alert_incidents import follow_alerts
from kpi.alerts.alert import expected
from kpi.alerts.records import AlertEpisode, ExpectedDays, Verdict
from kpi.errors import AccessError, QuestionError
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording

LONGEST_EXPECTED_DAYS = 60
"""An event expected for longer than this is a new level, not an event."""


def acknowledge(work: Work, request: Request, alert: AlertEpisode, _words: str) -> Reply:
    """Make the asker the one who has the alert; raises AccessError outside the operator's team."""
    if alert.acknowledged_at is not None:
        by = request.engagement.person(alert.acknowledged_by)
        return said(request, phrase("%(name)s has this alert already."), name=by.name if by else alert.acknowledged_by)
    require_operator(request)
    for one in told_together(work, alert):
        verdict = Verdict.REAL if one.verdict is Verdict.OPEN else one.verdict
        taken = replace(one, acknowledged_by=request.person.id, acknowledged_at=request.at, verdict=verdict)
        work.alerts.save(one if one.acknowledged_at is not None else taken)
    refresh_cards(work, [alert], request.at)
    return said(request, phrase("%(name)s takes alert %(id)s."), name=request.person.name, id=alert.id)


def call_expected(work: Work, request: Request, alert: AlertEpisode, words: str) -> Reply:
    """Put the alert's days, or those up to a given one, into the calendar and close it; its rooms are told."""
    until, name = _until(request, words)
    last = max(alert.newest.day, until or alert.newest.day)
    if (last - alert.episode.onset).days > LONGEST_EXPECTED_DAYS:
        raise QuestionError(phrase("An event may last 60 days at most; say an earlier day, for example 2026-11-30."))
    name = name or Wording(request.language).say(phrase("expected"))
    ended = [_expect(work, request, one, last, name) for one in told_together(work, alert)]
    changed = [Changed(one, Turn.ENDED) for one in ended if one is not None]
    tell(work, changed, request.at)
    follow_alerts(work, changed, request.at)
    wording = Wording(request.language)
    return said(
        request,
        phrase("Noted by %(name)s: %(first)s to %(last)s were expected. Vigia will not learn from these days."),
        name=request.person.name,
        first=wording.short_day(alert.episode.onset),
        last=wording.short_day(last),
    )


def _expect(work: Work, request: Request, alert: AlertEpisode, last: date, name: str) -> AlertEpisode | None:
    """Keep the expected days of an alert and close it; return it where it was open."""
    for store in alert.series.store.split("+"):
        work.alerts.expect(
            ExpectedDays(request.engagement.id, store, alert.episode.onset, last, name, request.person.id, request.at)
        )
    closed = replace(alert, episode=expected(alert.episode, alert.newest.day), verdict=Verdict.EXPECTED)
    work.alerts.save(closed)
    return closed if alert.episode.is_open else None


def _until(request: Request, text: str) -> tuple[date | None, str]:
    """Return the last expected day, where one was said, and the event's name."""
    words = text.split()
    if words and words[0][:4].isdecimal() and "-" in words[0]:
        try:
            return date.fromisoformat(words[0]), " ".join(words[1:])
        except ValueError:
            today = request.at.date().isoformat()
            raise QuestionError(
                phrase("“%(text)s” is no day. Write it like %(today)s."), text=words[0], today=today
            ) from None
    return None, " ".join(words)


def call_wrong(work: Work, request: Request, alert: AlertEpisode, _words: str) -> Reply:
    """Count the alert as false in the record."""
    for one in told_together(work, alert):
        work.alerts.save(replace(one, verdict=Verdict.FALSE))
    refresh_cards(work, [alert], request.at)
    return said(request, phrase("Noted: alert %(id)s was wrong. It counts in the record of this page."), id=alert.id)


def told_together(work: Work, alert: AlertEpisode) -> tuple[AlertEpisode, ...]:
    """Return an alert with the others that its message tells of as one: who takes an outage takes all of it."""
    notice = work.alerts.notice(alert.notice) if alert.first.is_pooled else None
    if notice is None:
        return (alert,)
    told = [work.alerts.get(one.alert.id) or one.alert for one in notice.episodes]
    return tuple(
        one
        for one in told
        if one.id == alert.id
        or (one.first.is_pooled and one.series.metric == alert.series.metric and one.episode.is_open)
    )


def require_operator(request: Request) -> None:
    """Raise AccessError outside of the operator's team."""
    if request.person.role not in OPERATOR_ROLES:
        raise AccessError(phrase("Only the operator's team can do this; your account manager has been named above."))


def said(request: Request, msgid: str, **params: object) -> Reply:
    """Return one sentence as an answer."""
    return Reply(headline=Wording(request.language).say(msgid, **params), language=request.language, tone=Tone.NEUTRAL)
