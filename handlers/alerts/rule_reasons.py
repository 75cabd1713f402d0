"""Why a rule raised an alert or none: what it said of a day, in words."""

from __future__ import annotations

from handlers.alerts.rule_message import rule_kind, rule_line_text, rule_value_text
from kpi.alerts.records import Finding, Judgement, Silence
from kpi.alerts.rule_days import CLEAR_FOR_DAYS, NEAR_FOR_DAYS
from kpi.alerts.rule_findings import LimitFinding, RedLineFinding, RuleFinding
from kpi.engagements import Store
from kpi.phrases import phrase
from kpi.wording.wording import Wording

UNJUDGED_WORDS: dict[Silence, str] = {
    Silence.NOT_SEEN: phrase("no data for this day yet"),
    Silence.NOT_FINAL: phrase("the day is not final yet"),
    Silence.NO_EXPOSURE: phrase("nothing to count against"),
    Silence.IMPOSSIBLE: phrase("impossible: more events than visits; two counters disagree"),
    Silence.LEARNING: phrase("too few days known to judge"),
    Silence.FEW_EVENTS: phrase("too few events to judge a day"),
}


def rule_reason(finding: Finding, wording: Wording) -> str:
    """Return what a rule said of a day: its kind, and the reason of the alert or of the silence."""
    found = finding.by_rule
    if found is None:
        return ""
    return wording.labelled(rule_kind(found, wording), _reason(finding.silence, found, wording))


def _reason(silence: Silence, found: RuleFinding, wording: Wording) -> str:
    if silence in UNJUDGED_WORDS:
        return wording.say(UNJUDGED_WORDS[silence])
    state = found.state
    for_days, clear_days = _patience(found)
    if state.is_firing and state.back_days:
        return wording.say(phrase("alert; back on day %(day)s of %(days)s"), day=state.back_days, days=clear_days)
    if state.is_firing:
        return wording.say(phrase("alert"))
    if state.beyond_days:
        return wording.say(
            phrase("beyond the line, day %(day)s of %(days)s; no alert yet"), day=state.beyond_days, days=for_days
        )
    return wording.say(phrase("inside the line"))


def _patience(found: RuleFinding) -> tuple[int, int]:
    match found:
        case LimitFinding():
            return found.terms.for_days, found.terms.clear_days
        case RedLineFinding():
            return NEAR_FOR_DAYS, CLEAR_FOR_DAYS
        case _:
            return 1, 1


def rule_row(judgement: Judgement, store: Store | None, wording: Wording) -> tuple[str, ...]:
    """Return a day of a rule as a row: day, value, the line, no score, the reason."""
    finding = judgement.finding
    metric, currency = judgement.series.metric, store.currency if store else None
    reason = rule_reason(finding, wording)
    return (
        wording.short_day(finding.day),
        rule_value_text(finding.by_rule, metric, currency, wording),
        rule_line_text(finding.by_rule, metric, currency, wording),
        "—",
        f"{reason} ({judgement.remark})" if judgement.remark else reason,
    )
