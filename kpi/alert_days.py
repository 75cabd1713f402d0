"""One day under watch: the findings of all series of a metric, and what becomes of their episodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np

from kpi.alert_panels import Member, panel_of
from kpi.alert_records import Finding, Silence
from kpi.alerts import DayJudged, Episode, Phase, begin, go_on
from kpi.detection.mornings import Morning, Verdict, judge
from kpi.facts import FactVersions
from kpi.watched import Watched

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
    facts: FactVersions,
    open_episodes: Mapping[str, Episode],
    known_by: datetime | None = None,
) -> tuple[SeenDay, ...]:
    """Judge `day` of every member; `open_episodes` are by store, `known_by` hides what came later."""
    if not members:
        return ()
    facts_panel = panel_of(watched, day, members, facts, known_by)
    morning = judge(facts_panel.panel, np.array([member.threshold for member in members]))
    return tuple(
        _seen(member.store.id, _finding(morning, place, day, bool(facts_panel.is_impossible[place])), open_episodes)
        for place, member in enumerate(members)
    )


def _seen(store: str, finding: Finding, open_episodes: Mapping[str, Episode]) -> SeenDay:
    before = open_episodes.get(store)
    fires = finding.silence is Silence.FIRES
    if before is not None:
        return SeenDay(store, finding, before, go_on(before, _judged(finding)))
    return SeenDay(store, finding, None, begin(finding.day, finding.onset_days) if fires else None)


def relived(episode: Episode, findings: Sequence[Finding]) -> Episode:
    """Return an open episode as the findings of its days (oldest first) leave it: a late day counts at its place.

    It does not end on a day after which it is known to have fired again.
    """
    days = [finding for finding in findings if finding.day > episode.since]
    last_fire = max((one.day for one in days if one.silence is Silence.FIRES), default=episode.since)
    alive = Episode(episode.since, episode.onset, episode.since)
    for finding in days:
        alive = go_on(alive, _judged(finding))
        if not alive.is_open and finding.day < last_fire:
            alive = replace(alive, phase=Phase.FIRING, clear_days=0)
    return alive


def _judged(finding: Finding) -> DayJudged:
    return DayJudged(finding.day, finding.is_judged, finding.silence is Silence.FIRES, finding.recent_z)


def _finding(morning: Morning, place: int, day: date, is_impossible: bool) -> Finding:  # noqa: FBT001 - one of a row
    silence = Silence.IMPOSSIBLE if is_impossible else _SILENCES[Verdict(int(morning.verdict[place]))]
    return Finding(
        day,
        silence,
        _finite(morning.z[place]),
        int(morning.window[place]),
        float(morning.observed[place]),
        float(morning.expected[place]),
        float(morning.spread[place]),
        float(morning.exposure[place]),
        float(morning.change[place]),
        bool(morning.is_pooled[place]),
        float(morning.pooled_z[place]),
        _finite(morning.recent_z[place]),
        int(morning.learnt_days[place]),
        float(morning.visible_week[place]),
        float(morning.visible_fortnight[place]),
        int(morning.onset_days[place]),
    )


def _finite(z: float) -> float:
    """Return a score that JSON can carry: -inf (no window is valid) becomes a very small number."""
    return max(float(z), -99.0)
