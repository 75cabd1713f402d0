"""What the watch would have said, morning after morning, over stored data as it was known then; nothing is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from handlers.alerts.members import expected_spans, firing_score_of
from handlers.ports import Work
from handlers.watch.alert_watch import JUDGED_FROM
from kpi.alerts.alert import Episode, Phase, frozen_spans
from kpi.alerts.detection.signals import THRESHOLDS, Preset
from kpi.alerts.judged_days import SeenDay, watch_day
from kpi.alerts.panels import Member, first_day_needed
from kpi.alerts.records import Finding
from kpi.alerts.watched import Watched
from kpi.days import ONE_DAY, Period
from kpi.engagements import Engagement, Store
from kpi.facts import FactVersions
from kpi.metrics.catalogue import METRICS

Progress = Callable[[str, int, int], None]
"""Called with what is replayed, mornings done and mornings in all."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What one morning said of one series; `state` is the episode's phase, or why there was silence.

    `rule` is the id of the rule that spoke, "" for the scan.
    """

    store: str
    metric: str
    day: date
    state: str
    finding: Finding
    onset: date | None = None
    is_opened: bool = False
    is_closed: bool = False
    rule: str = ""


@dataclass(frozen=True, slots=True)
class ReplayPlan:
    """What to replay; a `preset` overrides the engagement's own."""

    engagement: Engagement
    period: Period
    watched: tuple[Watched, ...]
    preset: Preset | None = None


@dataclass(slots=True)
class _Memory:
    """Episodes of one metric as a replay goes on."""

    episodes: dict[str, list[Episode]] = field(default_factory=lambda: defaultdict(list))

    def running(self) -> dict[str, Episode]:
        """Return the open episodes by store."""
        return {store: all_[-1] for store, all_ in self.episodes.items() if all_ and all_[-1].is_open}

    def keep(self, seen: SeenDay) -> None:
        """Remember what became of a store's episode."""
        if seen.after is None:
            return
        if seen.before is None:
            self.episodes[seen.store].append(seen.after)
        else:
            self.episodes[seen.store][-1] = seen.after


def replay(work: Work, plan: ReplayPlan, progress: Progress) -> Iterator[Replayed]:
    """Yield what each morning of the period would have said, metric by metric.

    A metric none of whose measures any store reports is left out. A day is judged when the marketplace no longer
    changes it, from what had been imported by then; history imported long after its days counts as known in time.
    """
    for watched in plan.watched:
        yield from _replay_metric(work, plan, watched, progress)


def _replay_metric(work: Work, plan: ReplayPlan, watched: Watched, progress: Progress) -> Iterator[Replayed]:
    stores = plan.engagement.stores
    ids = [store.id for store in stores]
    facts = work.facts.versions(
        ids, watched.measures, first_day_needed(plan.period.first), plan.period.last, with_history=True
    )
    reporting = [store for store in stores if _reports(facts, store, watched)]
    if not reporting:
        return
    memory = _Memory()
    expected = work.alerts.expected(plan.engagement.id, first_day_needed(plan.period.first))
    for number, day in enumerate(plan.period.days()):
        progress(METRICS[watched.metric].name, number, plan.period.length)
        members = [
            Member(
                store,
                _score(plan, watched),
                frozen_spans(memory.episodes[store.id]),
                expected_spans(expected, store.id),
                tuple(memory.episodes[store.id]),
            )
            for store in reporting
        ]
        for seen in watch_day(watched, day, members, facts, memory.running(), _morning(watched, reporting, day)):
            memory.keep(seen)
            yield _replayed(seen, watched)
    progress(METRICS[watched.metric].name, plan.period.length, plan.period.length)


def _reports(facts: FactVersions, store: Store, watched: Watched) -> bool:
    if store.id not in facts.stores:
        return False
    place = facts.stores.index(store.id)
    seen = {
        facts.measures[measure] for owner, measure in zip(facts.store, facts.measure, strict=True) if owner == place
    }
    return set(watched.measures) <= seen


def _score(plan: ReplayPlan, watched: Watched) -> float:
    return THRESHOLDS[plan.preset] if plan.preset else firing_score_of(plan.engagement, watched.metric)


def _morning(watched: Watched, stores: Sequence[Store], day: date) -> datetime:
    """Return the instant at which `day` is judged: once it is final for every store, at their hour."""
    metric = METRICS[watched.metric]
    return max(
        datetime.combine(
            day + ONE_DAY + timedelta(days=0 if watched.is_lagged else metric.final_after(store.marketplace)),
            JUDGED_FROM,
            store.zone,
        )
        for store in stores
    )


def _replayed(seen: SeenDay, watched: Watched) -> Replayed:
    state: str = seen.finding.silence
    onset = None
    if seen.after is not None and (seen.is_opened or seen.is_closed):
        state = Phase.FIRING if seen.is_opened else seen.after.phase
        onset = seen.after.onset
    elif seen.before is not None and seen.after is not None:
        state, onset = seen.after.phase, seen.after.onset
        if not seen.finding.is_judged:
            state = seen.finding.silence
    return Replayed(
        seen.store, watched.metric, seen.finding.day, state, seen.finding, onset, seen.is_opened, seen.is_closed
    )
