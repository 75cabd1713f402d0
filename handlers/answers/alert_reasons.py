"""Why there was an alert or none: what each morning said of a series, in words."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from handlers.access import may_see
from handlers.alerts.rule_message import place_name
from handlers.alerts.rule_reasons import rule_reason, rule_row
from handlers.alerts.running_rules import running_series
from handlers.answers.asking import Asking
from handlers.messages import Reply, Request, Table
from handlers.ports import Work
from handlers.readings.figures import value_text
from kpi.alerts.records import Finding, Judgement, SeriesKey, Silence
from kpi.alerts.watched import BY_METRIC, WATCHED
from kpi.days import ONE_DAY
from kpi.errors import QuestionError
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Kind, Metric
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording

SHOWN_DAYS = 7
"""Mornings told of each series."""
WANTED_CHANGE = 0.2
"""A change (0-1) sellers ask to be told of within a week."""

SILENCE_WORDS: dict[Silence, str] = {
    Silence.NOT_SEEN: phrase("no data for this day yet"),
    Silence.NOT_FINAL: phrase("the day is not final yet"),
    Silence.NO_EXPOSURE: phrase("nothing to count against (no visits or orders)"),
    Silence.IMPOSSIBLE: phrase("impossible: more events than visits; two counters disagree"),
    Silence.LEARNING: phrase("still learning: %(days)s of 10 days"),
    Silence.FEW_EVENTS: phrase("too few events to judge a day"),
    Silence.USUAL: phrase("as usual"),
    Silence.SMALL_CHANGE: phrase("changed, but by less than matters"),
    Silence.WATCH: phrase("unusual, but not enough for an alert: on watch"),
    Silence.FIRES: phrase("alert"),
}


def answer_why_no_alert(asking: Asking) -> Reply:
    """Answer `/kpi why-no-alert METRIC`: the reason of each of the last mornings, per store."""
    metric = asking.question.metric
    series = _series(asking, metric) if metric is not None and may_see(METRICS[metric], asking.request) else ()
    if metric is None or not series:
        names = asking.wording.listed(asking.wording.say(METRICS[one.metric].name) for one in WATCHED)
        raise QuestionError(phrase("Say which watched metric, one of: %(names)s."), names=names)
    request = asking.request
    replies = [reasons_reply(asking.work, request, one, asking.last_closed_day) for one in series]
    told = [reply for reply in replies if reply.table is not None]
    if not told:
        return replies[0]
    columns = (asking.wording.say(phrase("Store")), *told[0].table.columns)  # type: ignore[union-attr]
    rows = tuple(
        (place_name(one, request.engagement), *row)
        for one, reply in zip(series, replies, strict=True)
        if reply.table is not None
        for row in reply.table.rows
    )
    headline = asking.wording.say(
        phrase("Why there was no alert: %(metric)s"), metric=asking.wording.say(METRICS[metric].name)
    )
    notes = tuple(dict.fromkeys(note for reply in told for note in reply.notes))
    return Reply(headline, asking.request.language, tone=Tone.NEUTRAL, table=Table(columns, rows), notes=notes)


def _series(asking: Asking, metric: str) -> tuple[SeriesKey, ...]:
    """Return what watches a metric of the stores asked about: the scan, then the rules."""
    engagement, stores = asking.request.engagement, {store.id for store in asking.stores}
    scanned = (SeriesKey(engagement.id, store, metric) for store in stores if metric in BY_METRIC)
    ruled = (
        one.key
        for one, _ in running_series(asking.work, engagement, asking.request.at)
        if one.key.metric == metric and stores.issuperset(store.id for store in one.stores)
    )
    return (*sorted(scanned, key=lambda one: one.store), *ruled)


def reasons_reply(work: Work, request: Request, series: SeriesKey, last: date) -> Reply:
    """Return what the mornings up to `last` said of one series, newest first."""
    wording = Wording(request.language)
    found = work.alerts.judgements(series, last - timedelta(days=SHOWN_DAYS - 1), last + ONE_DAY * SHOWN_DAYS)
    store = request.engagement.store(series.store)
    name = wording.say(METRICS[series.metric].name)
    subject = f"{place_name(series, request.engagement)} · {name}"
    if not found:
        headline = wording.labelled(subject, wording.say(phrase("not watched yet; the next morning will be the first")))
        return Reply(headline, request.language)
    newest = found[-1]
    if series.rule:
        reason = reason_text(newest, wording)
        rows = tuple(rule_row(judgement, store, wording) for judgement in reversed(found))
        return Reply(wording.labelled(subject, reason), request.language, table=Table(_columns(wording), rows))
    return Reply(
        wording.labelled(subject, reason_text(newest, wording)),
        request.language,
        table=Table(
            _columns(wording),
            tuple(_row(judgement, wording) for judgement in reversed(found)),
        ),
        notes=tuple(filter(None, (visible_text(subject, newest.finding, wording),))),
    )


def _columns(wording: Wording) -> tuple[str, ...]:
    return tuple(
        wording.say(column)
        for column in (phrase("day"), phrase("value"), phrase("usual or line"), phrase("score"), phrase("reason"))
    )


def _row(judgement: Judgement, wording: Wording) -> tuple[str, ...]:
    finding = judgement.finding
    metric = METRICS[judgement.series.metric]
    scored = finding.is_judged and finding.silence not in {Silence.LEARNING, Silence.FEW_EVENTS}
    return (
        wording.short_day(finding.day),
        _value(metric, finding, finding.observed, wording) if scored else "—",
        _value(metric, finding, finding.expected, wording) if scored else "—",
        wording.number(Decimal(str(round(finding.z, 1))), 1) if scored else "—",
        reason_text(judgement, wording),
    )


def _value(metric: Metric, finding: Finding, events: float, wording: Wording) -> str:
    if metric.kind is Kind.ADDITIVE:
        return wording.count(Decimal(round(events)))
    return value_text(metric, Decimal(str(round(events / max(finding.exposure, 1.0), 6))), None, wording)


def reason_text(judgement: Judgement, wording: Wording) -> str:
    """Return what a morning said, with why nobody was told where an alert stayed silent."""
    finding, remark = judgement.finding, judgement.remark
    if finding.by_rule is not None:
        words = rule_reason(finding, wording)
    else:
        words = wording.say(SILENCE_WORDS[finding.silence], days=finding.learnt_days)
    return f"{words} ({wording.say(remark.msgid, **dict(remark.params))})" if remark else words


def visible_text(subject: str, finding: Finding, wording: Wording) -> str:
    """Return how large a change the counts of a store could show, or an empty text where nothing is known.

    Where a change of a fifth cannot show within a week, it says how many events a day that would take.
    """
    if not finding.visible_week or not finding.is_judged:
        return ""
    a_day = finding.expected / max(finding.window, 1)
    params = {
        "series": subject,
        "count": wording.count(Decimal(round(a_day)))
        if a_day >= 1
        else wording.number(Decimal(str(round(a_day, 1))), 1),
        "week": wording.whole_percent(Decimal(str(round(finding.visible_week, 2)))),
        "fortnight": wording.whole_percent(Decimal(str(round(finding.visible_fortnight, 2)))),
    }
    if finding.visible_week <= WANTED_CHANGE:
        return wording.say(
            phrase(
                "%(series)s: about %(count)s a day can show a change of %(week)s within 7 days, %(fortnight)s in 14."
            ),
            **params,
        )
    # Chance shrinks with the root of the count: half the change takes four times the events.
    needed = a_day * (finding.visible_week / WANTED_CHANGE) ** 2
    return wording.say(
        phrase(
            "%(series)s: about %(count)s a day cannot show a change below %(week)s within 7 days (%(fortnight)s in 14);"
            " %(wanted)s would take some %(needed)s a day. It is watched over weeks, not days."
        ),
        wanted=wording.whole_percent(Decimal(str(WANTED_CHANGE))),
        needed=wording.count(Decimal(round(needed))),
        **params,
    )
