"""The `/alert` use case: see alerts, acknowledge, mute, call them expected or wrong, and ask why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from handlers.access import OPERATOR_ROLES, may_see
from handlers.alert_calibration import calibration_text
from handlers.alert_message import alert_message
from handlers.alert_notices import noticed
from handlers.alert_reasons import reasons_reply
from handlers.commands import Command
from handlers.messages import Reply, Request, Table
from handlers.ports import Work
from handlers.rule_message import place_name, watched_name
from kpi.alert_records import AlertEpisode, AlertNotice, ExpectedDays, Mute, NoticeKind, Verdict
from kpi.catalogue import METRICS
from kpi.errors import AccessError, NotFoundError, QuestionError
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording

LISTED_DAYS = 30
"""Days of alerts `/alert` lists."""
LONGEST_MUTE_DAYS = 30
USUAL_MUTE_DAYS = 7

VERDICT_WORDS: dict[Verdict, str] = {
    Verdict.OPEN: phrase("not said yet"),
    Verdict.REAL: phrase("real"),
    Verdict.EXPECTED: phrase("expected"),
    Verdict.FALSE: phrase("wrong"),
}


def answer_alert(work: Work, request: Request) -> Reply:
    """Answer an `/alert` command in the room's language; raises VigiaError with one sentence for a mistake."""
    words = request.text.split()[1:]
    if not words:
        return _list(work, request)
    act = _ACTS.get(words[0].lower())
    if act is None or len(words) == 1:
        raise QuestionError(
            phrase("Write `/alert` for the list, or `/alert ack`, `expected`, `wrong`, `mute` or `why` with its id.")
        )
    return act(work, request, _alert(work, request, words[1]), words[2:])


def _alert(work: Work, request: Request, alert_id: str) -> AlertEpisode:
    alert = work.alerts.get(alert_id)
    if alert is None or alert.series.engagement != request.engagement.id or not _is_shown(alert, request):
        raise NotFoundError(phrase("There is no alert “%(id)s” here. `/alert` lists them."), id=alert_id)
    return alert


def _is_shown(alert: AlertEpisode, request: Request) -> bool:
    return may_see(METRICS[alert.series.metric], request)


def _list(work: Work, request: Request) -> Reply:
    wording = Wording(request.language)
    since = request.at.date() - timedelta(days=LISTED_DAYS)
    alerts = tuple(
        alert for alert in work.alerts.of_engagement(request.engagement.id, since) if _is_shown(alert, request)
    )
    running = sum(alert.episode.is_open for alert in alerts)
    return Reply(
        headline=wording.labelled(
            request.engagement.name,
            wording.say(phrase("%(open)s open alerts, %(all)s in 30 days"), open=running, all=len(alerts)),
        ),
        language=request.language,
        tone=Tone.BAD if running else Tone.GOOD,
        table=_table(alerts, request, wording) if alerts else None,
        notes=calibration_text(work, request.engagement, request.at.date(), wording),
    )


def _table(alerts: tuple[AlertEpisode, ...], request: Request, wording: Wording) -> Table:
    return Table(
        tuple(
            wording.say(column)
            for column in (phrase("alert"), phrase("Store"), phrase("Metric"), phrase("since"), phrase("verdict"))
        ),
        tuple(
            (
                f"{'●' if alert.episode.is_open else '○'} {alert.id}",
                place_name(alert.series, request.engagement),
                watched_name(alert, wording),
                wording.short_day(alert.episode.onset),
                wording.say(VERDICT_WORDS[alert.verdict]),
            )
            for alert in alerts
        ),
        caption=wording.say(phrase("● open · ○ over")),
    )


def _require_operator(request: Request) -> None:
    if request.person.role not in OPERATOR_ROLES:
        raise AccessError(phrase("Only the operator's team can do this; your account manager has been named above."))


def _acknowledge(work: Work, request: Request, alert: AlertEpisode, _words: list[str]) -> Reply:
    if alert.acknowledged_at is not None:
        by = request.engagement.person(alert.acknowledged_by)
        return _said(request, phrase("%(name)s has this alert already."), name=by.name if by else alert.acknowledged_by)
    _require_operator(request)
    saved = replace(
        alert, acknowledged_by=request.person.id, acknowledged_at=request.at, verdict=_unless_said(alert, Verdict.REAL)
    )
    work.alerts.save(saved)
    return _said(request, phrase("%(name)s takes alert %(id)s."), name=request.person.name, id=alert.id)


def _unless_said(alert: AlertEpisode, verdict: Verdict) -> Verdict:
    return verdict if alert.verdict is Verdict.OPEN else alert.verdict


def _expected(work: Work, request: Request, alert: AlertEpisode, words: list[str]) -> Reply:
    name = " ".join(words) or "expected"
    days = alert.episode
    for store in alert.series.store.split("+"):
        work.alerts.expect(
            ExpectedDays(alert.series.engagement, store, days.onset, days.last, name, request.person.id, request.at)
        )
    work.alerts.save(replace(alert, verdict=Verdict.EXPECTED))
    return _said(
        request,
        phrase("Noted by %(name)s: %(first)s to %(last)s were expected. Vigia will not learn from these days."),
        name=request.person.name,
        first=Wording(request.language).short_day(days.onset),
        last=Wording(request.language).short_day(days.last),
    )


def _wrong(work: Work, request: Request, alert: AlertEpisode, _words: list[str]) -> Reply:
    work.alerts.save(replace(alert, verdict=Verdict.FALSE))
    return _said(request, phrase("Noted: alert %(id)s was wrong. It counts in the record of this page."), id=alert.id)


def _mute(work: Work, request: Request, alert: AlertEpisode, words: list[str]) -> Reply:
    _require_operator(request)
    days = _days(words)
    until = request.at + timedelta(days=days)
    reason = " ".join(words[1:]) or "no reason given"
    work.alerts.mute(
        Mute(
            uuid4().hex,
            alert.series.engagement,
            alert.series.store,
            alert.series.metric,
            until,
            request.person.id,
            reason,
            request.at,
        )
    )
    wording = Wording(request.language)
    return _said(
        request,
        phrase("%(metric)s of %(store)s is muted until %(day)s by %(name)s; the watch goes on."),
        metric=wording.say(METRICS[alert.series.metric].name),
        store=place_name(alert.series, request.engagement),
        day=wording.short_day(until.date()),
        name=request.person.name,
    )


def _days(words: list[str]) -> int:
    if not words:
        return USUAL_MUTE_DAYS
    if not words[0].isdecimal() or not 1 <= int(words[0]) <= LONGEST_MUTE_DAYS:
        raise QuestionError(phrase("Say for how many days, 1 to 30, for example `/alert mute %(id)s 7`."), id="a1b2c3")
    return int(words[0])


def _why(work: Work, request: Request, alert: AlertEpisode, _words: list[str]) -> Reply:
    """Answer why it fired: the message again from its evidence, and the reason of every morning around it."""
    frozen = noticed(work, request.engagement, alert, request.at)
    table = reasons_reply(work, request, alert.series, alert.first.day)
    if frozen is None:
        return table
    notice = AlertNotice(alert.id, request.engagement.id, NoticeKind.OPENED, alert.opened_at, (frozen,))
    message = alert_message(notice, request.engagement, request.room)
    return replace(message, table=table.table, mention=None, buttons=())


def _said(request: Request, msgid: str, **params: object) -> Reply:
    return Reply(headline=Wording(request.language).say(msgid, **params), language=request.language, tone=Tone.NEUTRAL)


_Act = Callable[[Work, Request, AlertEpisode, list[str]], Reply]

_ACTS: dict[str, _Act] = {
    "ack": _acknowledge,
    "expected": _expected,
    "wrong": _wrong,
    "mute": _mute,
    "snooze": _mute,
    "why": _why,
}

ALERT_COMMAND = Command(
    "/alert",
    phrase("Alerts: what fell or rose, who has it, and why."),
    (
        phrase("/alert — open alerts and the last 30 days"),
        phrase("/alert why a1b2c3 — the evidence of an alert"),
        phrase("/alert mute a1b2c3 7 — say nothing of this store and metric for 7 days"),
    ),
    answer_alert,
    writes=True,
)
