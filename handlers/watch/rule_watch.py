"""The rules people set, and the marketplaces' red lines, every morning: judged beside the scan, told in its notice.

A day that is restated or comes late is judged anew with the days after it, up to two weeks back: an episode its days do
not show any more is taken back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from handlers.alerts.notices import Changed, Turn, muted_by
from handlers.alerts.running_rules import running_series
from handlers.ports import Work
from kpi.alerts.alert import Phase
from kpi.alerts.records import AlertEpisode, ExpectedDays, Finding, Judgement, Mute, Remark, SeriesKey
from kpi.alerts.rule_days import counted_days, first_needed, judge_days
from kpi.alerts.rule_episodes import Change, Ruling, holds_on
from kpi.alerts.ruled_series import Ruled
from kpi.days import ONE_DAY, Period
from kpi.engagements import Engagement
from kpi.facts import DaySum
from kpi.phrases import phrase
from kpi.readings.series import query_of
from kpi.readings.store_days import measures_of, store_days
from kpi.rule_states import UNTOUCHED, RuleState

JUDGED_ANEW_DAYS = 14
"""Days judged anew each time: marketplaces restate about two weeks."""
IMPORT_TIME = timedelta(hours=1)
"""An import says when it began; what it brought may become readable only so much later."""
ALERT_ID_LENGTH = 6
JUDGED_AT_ONCE = 1_000
"""Series whose days are read, judged and stored together."""
EXPECTED_BY = phrase("expected by %(by)s: %(name)s")
_PASSED = phrase("began and ended before anybody looked: no news any more")
_TURNS = {
    Change.BEGAN: Turn.OPENED,
    Change.WORSENED: Turn.WORSE,
    Change.WENT_ON: Turn.WENT_ON,
    Change.ENDED: Turn.ENDED,
    Change.PASSED: Turn.ENDED,
}


def watch_rules(work: Work, engagement: Engagement, now: datetime) -> list[Changed]:
    """Judge every series of an engagement under a rule whose newest day or data is new; store and return what changed.

    So many of them at a time that their days stay small: each time facts, earlier days, episodes and judgements are
    read or written together.
    """
    running = running_series(work, engagement, now)
    due = _due(work, engagement, running)
    morning = _morning(work, engagement, now, min((one.first for one in due), default=now.date()))
    changed: list[Changed] = []
    for start in range(0, len(due), JUDGED_AT_ONCE):
        changed.extend(_settle(morning, _rulings(morning, due[start : start + JUDGED_AT_ONCE])))
    left = morning.alerts.keys() - {ruled.key for ruled, _ in running}
    gone = (
        Ruling(series, (), tuple(morning.alerts[series]), now.date(), now, _new_id, Phase.WITHDRAWN)
        for series in sorted(left, key=lambda series: (series.store, series.metric, series.rule))
        if series.rule
    )
    changed.extend(_settle(morning, [(ruling, {}) for ruling in gone]))
    return changed


@dataclass(frozen=True, slots=True)
class _Morning:
    """One engagement's morning, inside one unit of work: its episodes, and what keeps its rooms from being told."""

    work: Work
    engagement: Engagement
    now: datetime
    alerts: Mapping[SeriesKey, Sequence[AlertEpisode]]
    expected: Sequence[ExpectedDays]
    mutes: Sequence[Mute]

    def remark(self, alert: AlertEpisode, change: Change) -> Remark | None:
        """Return why rooms are told nothing, or None where they are."""
        if change is Change.PASSED:
            return Remark(_PASSED)
        onset = alert.episode.onset
        for days in self.expected:
            if any(days.covers(store, onset) for store in alert.series.store.split("+")):
                return Remark(EXPECTED_BY, (("by", days.by), ("name", days.name)))
        return muted_by(self.mutes, alert.series, self.now, passes_snooze=change is not Change.BEGAN)


def _morning(work: Work, engagement: Engagement, now: datetime, first: date) -> _Morning:
    alerts: dict[SeriesKey, list[AlertEpisode]] = defaultdict(list)
    for alert in work.alerts.of_engagement(engagement.id, first):
        alerts[alert.series].append(alert)
    expected = work.alerts.expected(engagement.id, date.min)
    return _Morning(work, engagement, now, alerts, expected, work.alerts.mutes(engagement.id, now))


@dataclass(frozen=True, slots=True)
class _Due:
    """A series under a rule whose newest final day must be looked at; `newest` is what was said of it last."""

    ruled: Ruled
    day: date
    newest: Judgement | None

    @property
    def first(self) -> date:
        """The first day that may be judged anew."""
        return self.day - timedelta(days=JUDGED_ANEW_DAYS - 1)

    @property
    def is_other_rule(self) -> bool:
        """Whether the rule is another one than that which judged last."""
        if self.newest is None or self.newest.finding.by_rule is None:
            return False
        return self.newest.finding.by_rule.terms != self.ruled.terms

    def is_new(self, imported_at: datetime) -> bool:
        """Tell whether there is anything to judge: a day, data that came since, or another rule."""
        if self.newest is None or self.newest.finding.day < self.day or self.is_other_rule:
            return True
        return self.newest.judged_at < imported_at + IMPORT_TIME

    def start(self, sums: Sequence[DaySum]) -> date:
        """Return the day from which to judge anew: the first one that was not judged with all that is known now."""
        if self.newest is None or self.is_other_rule:
            return self.first
        judged_at = self.newest.judged_at
        came = (row.day for row in sums if row.known_at + IMPORT_TIME > judged_at)
        return max(self.first, min((*came, self.newest.finding.day + ONE_DAY, self.day)))


def _due(work: Work, engagement: Engagement, running: Sequence[tuple[Ruled, date]]) -> list[_Due]:
    newest = {one.series: one for one in work.alerts.rule_judgements(engagement.id)}
    imported_at = _imported_at(work, engagement)
    every = [_Due(ruled, day, newest.get(ruled.key)) for ruled, day in running]
    return [one for one in every if one.is_new(imported_at)]


def _imported_at(work: Work, engagement: Engagement) -> datetime:
    files = work.facts.files(engagement.id, 1)
    return files[0].imported_at if files else datetime.min.replace(tzinfo=UTC)


def _sums(work: Work, due: Sequence[_Due]) -> Mapping[SeriesKey, Sequence[DaySum]]:
    """Return the days each series needs; stores whose metric is watched alone are read together, as columns."""
    found: dict[SeriesKey, Sequence[DaySum]] = {}
    single: dict[str, list[_Due]] = defaultdict(list)
    for one in due:
        if len(one.ruled.stores) == 1:
            single[one.ruled.key.metric].append(one)
        else:
            found[one.ruled.key] = work.facts.daily(query_of(one.ruled.metric, *_needed([one])))
    for together in single.values():
        metric, (stores, days) = together[0].ruled.metric, _needed(together)
        facts = work.facts.versions(stores, measures_of(metric), days.first, days.last, with_history=False)
        by_store = store_days(metric, facts)
        found.update((one.ruled.key, by_store.get(one.ruled.stores[0].id, ())) for one in together)
    return found


def _needed(together: Sequence[_Due]) -> tuple[tuple[str, ...], Period]:
    """Return the stores and all days that some series of one metric need."""
    stores = tuple(dict.fromkeys(store.id for one in together for store in one.ruled.stores))
    first = min(min(first_needed(one.ruled, one.first), one.first) for one in together)
    return stores, Period(first, max(one.day for one in together))


_Told = Mapping[date, Judgement]
"""What was said of a series' days before."""


def _rulings(morning: _Morning, due: Sequence[_Due]) -> Iterator[tuple[Ruling, _Told]]:
    """Yield what the rules say of some series, each with what was said of its days before."""
    sums = _sums(morning.work, due)
    starts = {one.ruled.key: one.start(sums[one.ruled.key]) for one in due}
    told: dict[SeriesKey, list[Judgement]] = defaultdict(list)
    stores = [key.store for key in starts]
    for judgement in morning.work.alerts.rule_days(
        morning.engagement.id, stores, min(starts.values(), default=morning.now.date()) - ONE_DAY
    ):
        if starts.get(judgement.series, date.max) - ONE_DAY <= judgement.finding.day:
            told[judgement.series].append(judgement)
    for one in due:
        yield _ruling(morning, one, starts[one.ruled.key], sums[one.ruled.key], told[one.ruled.key])


def _ruling(
    morning: _Morning, due: _Due, start: date, sums: Sequence[DaySum], told: Sequence[Judgement]
) -> tuple[Ruling, _Told]:
    ruled = due.ruled
    known = morning.alerts.get(ruled.key, ())
    again = tuple(alert for alert in known if holds_on(alert.episode, start))
    state = UNTOUCHED if due.is_other_rule else _state_before(start, told[:1], due.newest, has_episode=bool(again))
    findings = judge_days(ruled, counted_days(ruled.metric, sums), Period(start, due.day), state)
    lost = Phase.WITHDRAWN if due.is_other_rule else Phase.RETRACTED
    ruling = Ruling(ruled.key, findings, again, start, morning.now, _new_id, lost)
    return ruling, {one.finding.day: one for one in told}


def _state_before(
    start: date, oldest: Sequence[Judgement], newest: Judgement | None, *, has_episode: bool
) -> RuleState:
    """Return where the rule stood before `start`; nobody watched lately: where it stood last.

    A state that fires without an episode is left from before the rule was switched off: it begins anew.
    """
    for judgement in (*oldest, *filter(None, (newest,))):
        if judgement.finding.day < start and judgement.finding.by_rule is not None:
            state = judgement.finding.by_rule.state
            return state if has_episode or not state.is_firing else UNTOUCHED
    return UNTOUCHED


def _settle(morning: _Morning, rulings: Iterable[tuple[Ruling, _Told]]) -> list[Changed]:
    """Store what became of the episodes of some series and what their days said; return what rooms are told."""
    changed: list[Changed] = []
    moved: list[AlertEpisode] = []
    judgements: list[Judgement] = []
    for ruling, told in rulings:
        remarks: dict[date, Remark | None] = {}
        for one in ruling.changes():
            alert, remark = one.alert, None
            if one.change is not Change.WENT_ON:
                remark = remarks[alert.newest.day] = morning.remark(alert, one.change)
            elif alert in ruling.known:
                continue
            if one.change is Change.WORSENED:
                is_told = remark is None
                alert = replace(alert, graded_at=morning.now) if is_told else _as_told(alert, ruling.known)
            if alert not in ruling.known:
                moved.append(alert)
            changed.append(Changed(alert, _TURNS[one.change], remark))
        judgements.extend(_judgements(morning, ruling, told, remarks))
    morning.work.alerts.save_all(moved)
    morning.work.alerts.record(judgements)
    return changed


def _as_told(alert: AlertEpisode, known: Sequence[AlertEpisode]) -> AlertEpisode:
    """Return an alert as severe as rooms know it: that it is worse is found anew once they may be told."""
    return replace(alert, severity=next(one.severity for one in known if one.id == alert.id))


def _judgements(
    morning: _Morning, ruling: Ruling, told: _Told, remarks: Mapping[date, Remark | None]
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
