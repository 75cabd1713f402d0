"""The `/alert` use case: see alerts, acknowledge, mute, call them expected or wrong, and ask why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

from handlers.alerts.cards import noticed
from handlers.alerts.message import alert_message
from handlers.alerts.rule_message import place_name, watched_name
from handlers.alerts.shown import alert_here, is_shown
from handlers.answers.alert_reasons import reasons_reply
from handlers.commands import Command
from handlers.form_replies import unread_form
from handlers.grammar.alert_words import AlertVerb, alert_verb
from handlers.grammar.verbs import WORD
from handlers.messages import Reply, Request, Table
from handlers.ports import Work
from handlers.until_fields import moment_text
from handlers.watch.alert_acts import acknowledge, call_expected, call_wrong
from handlers.watch.alert_calibration import calibration_text
from handlers.watch.alert_silences import checked_form, mute, opened_form, snooze
from kpi.alerts.records import AlertEpisode, AlertNotice, NoticeKind, Verdict
from kpi.errors import QuestionError
from kpi.metrics.catalogue import METRICS
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording

LISTED_DAYS = 30
"""Days of alerts `/alert` lists."""

VERDICT_WORDS: dict[Verdict, str] = {
    Verdict.OPEN: phrase("not said yet"),
    Verdict.REAL: phrase("real"),
    Verdict.EXPECTED: phrase("expected"),
    Verdict.FALSE: phrase("wrong"),
}


def answer_alert(work: Work, request: Request) -> Reply:
    """Answer an `/alert` command in the room's language; raises VigiaError with one sentence for a mistake."""
    faulty = checked_form(work, request) if request.values else None
    if faulty:
        return unread_form(faulty)
    verb, rest = alert_verb(request.text)
    if verb is AlertVerb.LIST:
        return _list(work, request)
    named = WORD.match(rest)
    if verb is None or named is None:
        raise QuestionError(
            phrase("Write `/alert` for the list; `ack`, `expected`, `wrong`, `mute`, `snooze` or `why` take its id.")
        )
    return _ACTS[verb](work, request, alert_here(work, request, named.group()), rest[named.end() :].strip())


def changes_something(text: str) -> bool:
    """Tell whether a command may change something: the list and the question why do not."""
    return alert_verb(text)[0] not in {None, AlertVerb.LIST, AlertVerb.WHY}


def _list(work: Work, request: Request) -> Reply:
    wording = Wording(request.language)
    since = request.at.date() - timedelta(days=LISTED_DAYS)
    alerts = tuple(
        alert for alert in work.alerts.of_engagement(request.engagement.id, since) if is_shown(alert, request)
    )
    running = sum(alert.episode.is_open for alert in alerts)
    return Reply(
        headline=wording.labelled(
            request.engagement.name,
            wording.say(phrase("Open alerts: %(open)s · in 30 days: %(all)s"), open=running, all=len(alerts)),
        ),
        language=request.language,
        tone=Tone.BAD if running else Tone.GOOD,
        table=_table(alerts, request, wording) if alerts else None,
        notes=(
            *_mute_lines(work, request, wording),
            *calibration_text(work, request.engagement, request.at.date(), wording),
        ),
    )


def _mute_lines(work: Work, request: Request, wording: Wording) -> Iterator[str]:
    """Yield what rooms are told nothing of, until when, by whom and why: no silence is hidden."""
    for one in work.alerts.mutes(request.engagement.id, request.at):
        store = request.engagement.store(one.store)
        by = request.engagement.person(one.by)
        yield wording.say(
            phrase("%(metric)s of %(store)s: snoozed until %(until)s by %(name)s (%(reason)s)")
            if one.is_snooze
            else phrase("%(metric)s of %(store)s: muted until %(until)s by %(name)s (%(reason)s)"),
            metric=wording.say(METRICS[one.metric].name if one.metric else phrase("All metrics")),
            store=store.name if store else wording.say(phrase("all stores")),
            until=moment_text(one.until, request.room.zone, wording),
            name=by.name if by else one.by,
            reason=one.reason,
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


def _why(work: Work, request: Request, alert: AlertEpisode, _words: str) -> Reply:
    """Answer why it fired: the message again from its evidence, and the reason of every morning around it."""
    frozen = noticed(work, request.engagement, alert, request.at)
    table = reasons_reply(work, request, alert.series, alert.first.day)
    if frozen is None:
        return table
    notice = AlertNotice(alert.id, request.engagement.id, NoticeKind.OPENED, alert.opened_at, (frozen,))
    message = alert_message(notice, request.engagement, request.room)
    return replace(message, table=table.table, mention=None, buttons=())


_Act = Callable[[Work, Request, AlertEpisode, str], Reply]

_ACTS: dict[AlertVerb, _Act] = {
    AlertVerb.ACK: acknowledge,
    AlertVerb.EXPECTED: call_expected,
    AlertVerb.WRONG: call_wrong,
    AlertVerb.MUTE: mute,
    AlertVerb.SNOOZE: snooze,
    AlertVerb.WHY: _why,
}

ALERT_COMMAND = Command(
    "/alert",
    phrase("Alerts: what fell or rose, who has it, and why."),
    (
        phrase("/alert — open alerts and the last 30 days"),
        phrase("/alert why a1b2c3 — the evidence of an alert"),
        phrase("/alert snooze a1b2c3 tomorrow — hear of it again then, or if it gets severer or ends"),
        phrase("/alert mute a1b2c3 7 — say nothing of this store and metric for 7 days"),
        phrase("/alert expected a1b2c3 2026-11-30 Black Friday — it was an event, and lasts until then"),
    ),
    answer_alert,
    writes=changes_something,
    opened=opened_form,
    checked=checked_form,
)
