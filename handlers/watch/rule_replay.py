"""What rules would have said, morning after morning, over stored data as it was known then; nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from handlers.alerts.rule_message import place_name, rule_value_text
from handlers.alerts.rule_notices import rule_line
from handlers.ports import Work
from handlers.readings.trends import worded
from handlers.watch.alert_replay import Progress, Replayed
from handlers.watch.alert_watch import JUDGED_FROM
from kpi.alerts.alert import Phase
from kpi.alerts.rule_days import counted_days, first_needed, judge_day
from kpi.alerts.ruled_series import Ruled, ruled_series
from kpi.days import ONE_DAY, Period
from kpi.engagements import Engagement
from kpi.languages import Language
from kpi.phrases import phrase
from kpi.pictures import Label, TrendPicture
from kpi.readings.known_days import KnownDays
from kpi.rule_states import UNTOUCHED, Turn
from kpi.tones import Tone
from kpi.wording.wording import Wording

SHOWN_DAYS = 120
"""Days of a preview's picture: a year of points is a smear on a phone."""


@dataclass(frozen=True, slots=True)
class RulePlan:
    """Which rules to replay: those of `engagement`, over `period`."""

    engagement: Engagement
    period: Period


def replay_rules(work: Work, plan: RulePlan, progress: Progress) -> Iterator[Replayed]:
    """Yield what each morning of the period would have said of each series under a rule."""
    for ruled in ruled_in(work, plan):
        yield from _replay(work, plan, ruled, progress)


def ruled_in(work: Work, plan: RulePlan) -> tuple[Ruled, ...]:
    """Return the series under a rule that have a day in the period."""
    found = ruled_series(plan.engagement, work.targets.all_of(plan.engagement.id))
    return tuple(ruled for ruled in found if _days_of(ruled, plan.period) is not None)


def _days_of(ruled: Ruled, period: Period) -> Period | None:
    """Return the days of the period that the rule judges: of a pace those of its target."""
    if ruled.target is None:
        return period
    first, last = max(period.first, ruled.target.period.first), min(period.last, ruled.target.period.last)
    return Period(first, last) if first <= last else None


def _replay(work: Work, plan: RulePlan, ruled: Ruled, progress: Progress) -> Iterator[Replayed]:
    days = _days_of(ruled, plan.period)
    if days is None:
        return
    first = min(first_needed(ruled, days.first), days.first)
    measures = ruled.metric.measures + ruled.metric.sample_measures
    stores = [store.id for store in ruled.stores]
    known = KnownDays(ruled.metric, work.facts.versions(stores, measures, first, days.last, with_history=True))
    state = UNTOUCHED
    for number, day in enumerate(days.days()):
        progress(ruled.metric.name, number, days.length)
        needed = Period(min(first_needed(ruled, day), day), day)
        finding = judge_day(ruled, counted_days(ruled.metric, known.sums(needed, _morning(ruled, day))), day, state)
        state = finding.by_rule.state if finding.by_rule is not None else state
        is_opened, is_closed = state.turn is Turn.FIRED, state.turn is Turn.CLEARED
        said: str = finding.silence
        if finding.is_judged and state.is_firing:
            said = Phase.RECOVERING if state.back_days else Phase.FIRING
        elif is_closed:
            said = Phase.RESOLVED
        onset = state.onset if state.is_firing or is_closed else None
        yield Replayed(
            ruled.key.store, ruled.key.metric, day, said, finding, onset, is_opened, is_closed, ruled.key.rule
        )
    progress(ruled.metric.name, days.length, days.length)


def _morning(ruled: Ruled, day: date) -> datetime:
    """Return the instant at which `day` is judged: once it is final for every store, at their hour."""
    return max(
        datetime.combine(day + ONE_DAY + timedelta(days=ruled.settles_after), JUDGED_FROM, store.zone)
        for store in ruled.stores
    )


def rule_pictures(work: Work, plan: RulePlan, rows: Sequence[Replayed]) -> Mapping[str, TrendPicture]:
    """Return a picture of each series that would have been alerted, by store."""
    found = {}
    for ruled in ruled_in(work, plan):
        opened = [row for row in rows if row.is_opened and row.store == ruled.key.store and row.rule == ruled.key.rule]
        if opened:
            found[ruled.key.store or plan.engagement.id] = _picture(work, plan, ruled, opened)
    return found


def _picture(work: Work, plan: RulePlan, ruled: Ruled, opened: Sequence[Replayed]) -> TrendPicture:
    wording = Wording(Language.EN)
    newest = opened[-1]
    last = min(plan.period.last, newest.day + timedelta(days=SHOWN_DAYS // 4))
    found = newest.finding.by_rule
    if found is None:
        raise ValueError(f"{ruled.key} was not judged by a rule")
    line = rule_line(work, ruled.stores, ruled.key.metric, found, last, min(SHOWN_DAYS, plan.period.length))
    place = {day: index for index, day in enumerate(line.days)}
    marks = tuple(
        Label(place[row.onset], rule_value_text(row.finding.by_rule, ruled.key.metric, line.currency, wording))
        for row in opened
        if row.onset in place
    )
    name = wording.say(ruled.metric.name)
    return TrendPicture(
        title=wording.say(phrase("%(metric)s · alerts: %(count)s"), metric=name, count=len(opened)),
        subtitle=f"{place_name(ruled.key, plan.engagement)} · {plan.period.first} – {plan.period.last} · {ruled.terms}",
        tone=Tone.WATCH,
        trend=replace(worded(line, ruled.metric, wording), marks=marks),
        footer=wording.say(phrase("marks: where an alert would have begun")),
        alt_text=f"{place_name(ruled.key, plan.engagement)}: {len(opened)}",
    )
