"""One day under watch: the findings of all series of a metric, and what becomes of their episodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np

from kpi.alerts.alert import DayJudged, Episode, Phase, begin, go_on
from kpi.alerts.detection.mornings import Morning, Verdict, judge
from kpi.alerts.detection.panel import Flags
from kpi.alerts.panels import Facts, Member, panel_of
from kpi.alerts.records import Finding, Silence
from kpi.alerts.watched import Watched

LOWEST_SCORE = -99.0
"""What stands for -inf (no window is valid): a score that JSON can carry."""

_SILENCES: dict[Verdict, Silence] = {
    Verdict.NOT_SEEN: Silence.NOT_SEEN,
    Verdict.NOT_FINAL: Silence.NOT_FINAL,
    Verdict.NO_EXPOSURE: Silence.NO_EXPOSURE,
    Verdict.LEARNING: Silence.LEARNING,
    Verdict.FEW_EVENTS: Silence.FEW_EVENTS,
    Verdict.USUAL: Silence.USUAL,
    Verdict.SMALL_CHANGE: Silence.SMALL_CHANGE,
    Verdict.WATCH: Silence.WATCH,
    Verdict.FIRES: Silence.FIRES,
}


@dataclass(frozen=True, slots=True)
class SeenDay:
    """A store's day: what was found, the episode before and after (None: none is open)."""

    store: str
    finding: Finding
    before: Episode | None
    after: Episode | None

    @property
    def is_opened(self) -> bool:
        """Whether an episode began."""
        return self.before is None and self.after is not None

    @property
    def is_closed(self) -> bool:
        """Whether an episode ended."""
        return self.before is not None and self.after is not None and not self.after.is_open


def watch_day(
    watched: Watched,
    day: date,
    members: Sequence[Member],
    facts: Facts,
    open_episodes: Mapping[str, Episode],
    known_by: datetime | None = None,
) -> tuple[SeenDay, ...]:
    """Judge `day` of every member; `open_episodes` are by store, `known_by` hides what came later."""
    if not members:
        return ()
    facts_panel = panel_of(watched, day, members, facts, known_by)
    morning = judge(facts_panel.panel, np.array([member.threshold for member in members]))
    findings = _findings(morning, day, facts_panel.is_impossible)
    return tuple(
        _seen(member.store.id, finding, open_episodes) for member, finding in zip(members, findings, strict=True)
    )


def _seen(store: str, finding: Finding, open_episodes: Mapping[str, Episode]) -> SeenDay:
    before = open_episodes.get(store)
    fires = finding.silence is Silence.FIRES
    if before is not None:
        return SeenDay(store, finding, before, go_on(before, _judged(finding)))
    return SeenDay(store, finding, None, begin(finding.day, finding.onset_days, finding.change) if fires else None)


def relived(episode: Episode, findings: Sequence[Finding]) -> Episode:
    """Return an open episode as the findings of its days (oldest first) leave it: a late day counts at its place.

    It does not end on a day after which it is known to have fired again.
    """
    days = [finding for finding in findings if finding.day > episode.since]
    last_fire = max(
        (one.day for one in days if one.silence is Silence.FIRES and not _judged(one).is_clear), default=episode.since
    )
    alive = Episode(episode.since, episode.onset, episode.since, effect=episode.effect)
    for finding in days:
        alive = go_on(alive, _judged(finding))
        if not alive.is_open and finding.day < last_fire:
            alive = replace(alive, phase=Phase.FIRING, clear_days=0)
    return alive


def _judged(finding: Finding) -> DayJudged:
    return DayJudged(finding.day, finding.is_judged, finding.silence is Silence.FIRES, finding.recent_z, finding.back)


def _findings(morning: Morning, day: date, is_impossible: Flags) -> Iterator[Finding]:
    """Yield what was found of each series, from columns made plain numbers all at once."""
    silences = [_SILENCES[verdict] for verdict in Verdict]
    columns = (
        np.maximum(morning.z, LOWEST_SCORE),
        morning.window,
        morning.observed,
        morning.expected,
        morning.spread,
        morning.exposure,
        morning.change,
        morning.is_pooled,
        morning.pooled_z,
        np.maximum(morning.recent_z, LOWEST_SCORE),
        morning.learnt_days.astype(int),
        morning.visible_week,
        morning.visible_fortnight,
        morning.onset_days,
        np.maximum(morning.back, LOWEST_SCORE),
    )
    rows = zip(*(column.tolist() for column in columns), strict=True)
    for verdict, impossible, row in zip(morning.verdict.tolist(), is_impossible.tolist(), rows, strict=True):
        yield Finding(day, Silence.IMPOSSIBLE if impossible else silences[verdict], *row)
