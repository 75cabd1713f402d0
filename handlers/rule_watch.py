"""The rules people set, and the marketplaces' red lines, every morning: judged beside the scan, told in its notice.

The last two weeks are judged anew with what is known now, so that a restated day counts at its place: an episode its
days do not show any more is taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from handlers.alert_notices import Changed, Turn, mute_of
from handlers.ports import Work
from kpi.alert_records import AlertEpisode, Finding, Judgement, Remark
from kpi.alerts import Phase
from kpi.days import ONE_DAY, Period
from kpi.engagements import Engagement
from kpi.phrases import phrase
from kpi.rule_days import CountedDays, counted_days, first_needed, judge_days
from kpi.rule_episodes import Change, Ruling
from kpi.rule_states import UNTOUCHED, RuleState
from kpi.ruled_series import Ruled, ruled_series
from kpi.series import query_of
from kpi.staleness import newest_due

JUDGED_ANEW_DAYS = 14
"""Days judged anew each time: marketplaces restate about two weeks."""
IMPORT_TIME = timedelta(hours=1)
"""An import says when it began; what it brought may become readable only so much later."""
ALERT_ID_LENGTH = 6
EXPECTED_BY = phrase("expected by %(by)s: %(name)s")
_PASSED = phrase("began and ended before anybody looked: no news any more")
_TURNS = {
    Change.BEGAN: Turn.OPENED,
    Change.WORSENED: Turn.WORSE,
    Change.WENT_ON: Turn.WENT_ON,
    Change.ENDED: Turn.ENDED,
    Change.PASSED: Turn.ENDED,
}


def watch_rules(work: Work, now: datetime) -> list[Changed]:
    """Judge every series under a rule whose newest day or whose data is new; store and return what changed."""
    return [one for engagement in work.engagements.all() for one in _watch(work, engagement, now)]


@dataclass(frozen=True, slots=True)
class _Morning:
    """One engagement's morning, inside one unit of work."""

    work: Work
    engagement: Engagement
    now: datetime

    def remark(self, alert: AlertEpisode, change: Change) -> Remark | None:
        """Return why rooms are told nothing, or None where they are."""
        if change is Change.PASSED:
            return Remark(_PASSED)
        onset = alert.episode.onset
        for days in self.work.alerts.expected(self.engagement.id, onset):
            if any(days.covers(store, onset) for store in alert.series.store.split("+")):
                return Remark(EXPECTED_BY, (("by", days.by), ("name", days.name)))
        return mute_of(self.work, alert.series, self.now, passes_snooze=change is not Change.BEGAN)


def _watch(work: Work, engagement: Engagement, now: datetime) -> Iterator[Changed]:
    newest = {one.series: one for one in work.alerts.rule_judgements(engagement.id)}
    open_alerts = {
        alert.series: alert
        for alert in work.alerts.of_engagement(engagement.id, now.date())
        if alert.series.rule and alert.episode.is_open
    }
    morning = _Morning(work, engagement, now)
    ruled_now = running_series(work, engagement, now)
    imported_at = _imported_at(work, engagement)
    for ruled, day in ruled_now:
        if _is_due(ruled, day, newest.get(ruled.key), imported_at):
            yield from _judge(morning, ruled, day, newest.get(ruled.key))
    known = {ruled.key for ruled, _ in ruled_now}
    for series, alert in open_alerts.items():
        if series not in known:
            yield from _settle(morning, Ruling(series, (), (alert,), now.date(), now, _new_id, Phase.WITHDRAWN), {})


def running_series(work: Work, engagement: Engagement, now: datetime) -> list[tuple[Ruled, date]]:
    """Return each series under a rule with the newest day that is final for it; targets whose time is over are gone."""
    found = []
    for ruled in ruled_series(engagement, work.targets.all_of(engagement.id)):
        day = min(newest_due(now, store.zone, ruled.settles_after) for store in ruled.stores)
        if ruled.target is None or day in ruled.target.period:
            found.append((ruled, day))
    return found


def _imported_at(work: Work, engagement: Engagement) -> datetime:
    files = work.facts.files(engagement.id, 1)
    return files[0].imported_at if files else datetime.min.replace(tzinfo=UTC)


def _is_due(ruled: Ruled, day: date, newest: Judgement | None, imported_at: datetime) -> bool:
    if newest is None or newest.finding.day < day:
        return True
    return newest.judged_at < imported_at + IMPORT_TIME or _is_changed(ruled, newest)


def _is_changed(ruled: Ruled, newest: Judgement) -> bool:
    """Tell whether the rule is another one than that which judged last."""
    return newest.finding.by_rule is None or newest.finding.by_rule.terms != ruled.terms


def _judge(morning: _Morning, ruled: Ruled, day: date, newest: Judgement | None) -> Iterator[Changed]:
    work, first = morning.work, day - timedelta(days=JUDGED_ANEW_DAYS - 1)
    told = work.alerts.judgements(ruled.key, first - ONE_DAY, day)
    known = [alert for alert in work.alerts.of_engagement(morning.engagement.id, first) if alert.series == ruled.key]
    is_changed = newest is not None and _is_changed(ruled, newest)
    state = UNTOUCHED if is_changed else _state_before(first, told[:1], newest, has_episode=bool(known))
    period = Period(first, day)
    findings = judge_days(ruled, facts_of(work, ruled, period), period, state)
    lost = Phase.WITHDRAWN if is_changed else Phase.RETRACTED
    yield from _settle(
        morning,
        Ruling(ruled.key, findings, tuple(known), first, morning.now, _new_id, lost),
        {one.finding.day: one for one in told},
    )


def facts_of(work: Work, ruled: Ruled, period: Period) -> CountedDays:
    """Return the days needed to judge a period."""
    stores = tuple(store.id for store in ruled.stores)
    needed = Period(min(first_needed(ruled, period.first), period.first), period.last)
    return counted_days(ruled.metric, work.facts.daily(query_of(ruled.metric, stores, needed)))


def _state_before(
    first: date, oldest: Sequence[Judgement], newest: Judgement | None, *, has_episode: bool
) -> RuleState:
    """Return where the rule stood before `first`; nobody watched lately: where it stood last.

    A state that fires without an episode is left from before the rule was switched off: it begins anew.
    """
    for judgement in (*oldest, *filter(None, (newest,))):
        if judgement.finding.day < first and judgement.finding.by_rule is not None:
            state = judgement.finding.by_rule.state
            return state if has_episode or not state.is_firing else UNTOUCHED
    return UNTOUCHED


def _settle(morning: _Morning, ruling: Ruling, told: Mapping[date, Judgement]) -> Iterator[Changed]:
    """Store what became of a series' episodes and what its days said; yield what rooms are told."""
    remarks: dict[date, Remark | None] = {}
    for one in ruling.changes():
        if one.alert not in ruling.known:
            morning.work.alerts.save(one.alert)
        elif one.change is Change.WENT_ON:
            continue
        remark = None if one.change is Change.WENT_ON else morning.remark(one.alert, one.change)
        if one.change is not Change.WENT_ON:
            remarks[one.alert.newest.day] = remark
        yield Changed(one.alert, _TURNS[one.change], remark)
    morning.work.alerts.record(_judgements(morning, ruling, told, remarks))


def _judgements(
    morning: _Morning, ruling: Ruling, told: Mapping[date, Judgement], remarks: Mapping[date, Remark | None]
) -> list[Judgement]:
    """Return what must be recorded: days that say something new, and the newest with the instant it was looked at."""

    def judgement(finding: Finding) -> Judgement:
        before = told.get(finding.day)
        same = before.remark if before is not None and before.finding == finding else None
        return Judgement(ruling.series, finding, morning.now, remarks.get(finding.day, same))

    return [
        judgement(finding)
        for finding in ruling.findings
        if finding is ruling.findings[-1]
        or finding.day in remarks
        or finding.day not in told
        or told[finding.day].finding != finding
    ]


def _new_id() -> str:
    return uuid4().hex[:ALERT_ID_LENGTH]
