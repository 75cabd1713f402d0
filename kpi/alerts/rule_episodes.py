"""From the days of a rule to its episodes: what began, what goes on, what is over, what restated data took back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby

from kpi.alerts.alert import Episode, Phase
from kpi.alerts.records import AlertEpisode, Finding, SeriesKey, Silence
from kpi.alerts.rule_findings import RedLineFinding, is_worse
from kpi.rule_states import RuleState, Turn
from kpi.severities import Evidence, Severity, grade

_SAYING = frozenset({Silence.FIRES, Silence.USUAL})
"""A day on which the rule made up its mind."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Unbroken days on which a rule fired; `findings` are its judged days, as far as they were looked at."""

    episode: Episode
    findings: tuple[Finding, ...]

    @property
    def worst(self) -> Finding | None:
        """The finding furthest beyond the line, or None where no day was judged."""
        worst: Finding | None = None
        for finding in self.findings:
            worst = finding if worst is None else worse_of(worst, finding)
        return worst

    @property
    def severity(self) -> Severity:
        """How bad the newest day is."""
        return severity_of(self.findings[-1]) if self.findings else Severity.S3


def worse_of(one: Finding, other: Finding) -> Finding:
    """Return the worse of two findings of one rule, the first of two equal ones."""
    return other if one.by_rule and other.by_rule and is_worse(other.by_rule, one.by_rule) else one


def severity_of(finding: Finding) -> Severity:
    """Return how bad a rule's finding is: a crossed red line S1, a near one S2, what people set S3."""
    evidence = Evidence(is_firing=True)
    if isinstance(finding.by_rule, RedLineFinding):
        line = finding.by_rule.line
        evidence = Evidence(is_firing=True, is_limit_breached=line.is_breached, limit_days=line.days_to_breach)
    found = grade(evidence)
    return found.severity if found else Severity.S3


def stretches(findings: Iterable[Finding]) -> tuple[Stretch, ...]:
    """Return the stretches of a rule's days, oldest first; only the last one may still be open."""
    burning = [
        (state, finding)
        for finding in findings
        if (state := _state(finding)) is not None and (state.is_firing or state.turn is Turn.CLEARED)
    ]
    return tuple(_stretch(list(pairs)) for _, pairs in groupby(burning, key=lambda pair: pair[0].since))


def _state(finding: Finding) -> RuleState | None:
    return finding.by_rule.state if finding.by_rule is not None else None


def _stretch(pairs: Sequence[tuple[RuleState, Finding]]) -> Stretch:
    state, newest = pairs[-1]
    open_phase = Phase.RECOVERING if state.back_days else Phase.FIRING
    return Stretch(
        Episode(
            state.since or newest.day,
            state.onset or newest.day,
            newest.day,
            open_phase if state.is_firing else Phase.RESOLVED,
            state.back_days,
        ),
        tuple(finding for _, finding in pairs if finding.silence in _SAYING),
    )


class Change(StrEnum):
    """What became of an episode."""

    BEGAN = "began"
    WORSENED = "worsened"
    """It goes on, and is worse than people were told."""
    WENT_ON = "went_on"
    ENDED = "ended"
    PASSED = "passed"
    """It began and ended before anybody looked."""


@dataclass(frozen=True, slots=True)
class RuledEpisode:
    """An episode as it is now, and what became of it."""

    alert: AlertEpisode
    change: Change


@dataclass(frozen=True, slots=True)
class Ruling:
    """A series' days judged anew from `first` on, what was known of its episodes, and how a new one is called."""

    series: SeriesKey
    findings: tuple[Finding, ...]
    known: tuple[AlertEpisode, ...]
    first: date
    made_at: datetime
    new_id: Callable[[], str]
    lost: Phase = Phase.RETRACTED
    """How an open episode ends that the days do not show any more."""

    def changes(self) -> tuple[RuledEpisode, ...]:
        """Return what became of each episode."""
        left = [alert for alert in self.known if holds_on(alert.episode, self.first)]
        left.sort(key=lambda alert: (not alert.episode.is_open, -alert.episode.since.toordinal()))
        found = []
        for stretch in stretches(self.findings):
            alert = next((alert for alert in left if _is_same(alert.episode, stretch.episode)), None)
            if alert is not None:
                left.remove(alert)
                found.append(_lived_on(alert, stretch))
            elif stretch.findings:
                found.append(self._begun(stretch))
        return (*found, *(self._lost(alert) for alert in left if alert.episode.is_open))

    def _begun(self, stretch: Stretch) -> RuledEpisode:
        first, newest = stretch.findings[0], stretch.findings[-1]
        alert = AlertEpisode(
            self.new_id(),
            self.series,
            stretch.episode,
            first,
            newest,
            stretch.worst or first,
            self.made_at,
            stretch.severity,
        )
        return RuledEpisode(alert, Change.BEGAN if stretch.episode.is_open else Change.PASSED)

    def _lost(self, alert: AlertEpisode) -> RuledEpisode:
        last = max(alert.episode.last, self.findings[-1].day) if self.findings else alert.episode.last
        return RuledEpisode(replace(alert, episode=replace(alert.episode, phase=self.lost, last=last)), Change.ENDED)


def holds_on(episode: Episode, first: date) -> bool:
    """Tell whether days from `first` on may be those of an episode; what was called expected holds to its end."""
    return episode.is_open or episode.last >= first or episode.phase is Phase.EXPECTED


def _is_same(known: Episode, now: Episode) -> bool:
    """Tell whether two episodes are one: their days overlap, whichever day they are told to have begun on."""
    return known.since == now.since or (known.onset <= now.last and now.onset <= known.last)


def _lived_on(alert: AlertEpisode, stretch: Stretch) -> RuledEpisode:
    """Return an episode after more days; its first day stays as it was told, its severity never falls.

    What people called expected stays so to the end of its stretch.
    """
    newest = stretch.findings[-1] if stretch.findings else alert.newest
    if alert.episode.phase is Phase.EXPECTED:
        last = max(alert.episode.last, stretch.episode.last)
        return RuledEpisode(replace(alert, episode=replace(alert.episode, last=last), newest=newest), Change.WENT_ON)
    is_worse_now = stretch.episode.is_open and stretch.severity.is_worse_than(Severity(alert.severity))
    after = replace(
        alert,
        episode=replace(
            stretch.episode, since=alert.episode.since, onset=min(alert.episode.onset, stretch.episode.onset)
        ),
        newest=newest,
        worst=worse_of(alert.worst, stretch.worst) if stretch.worst else alert.worst,
        severity=stretch.severity if is_worse_now else alert.severity,
    )
    if not stretch.episode.is_open:
        return RuledEpisode(after, Change.ENDED if alert.episode.is_open else Change.WENT_ON)
    if not alert.episode.is_open:
        return RuledEpisode(after, Change.BEGAN)
    return RuledEpisode(after, Change.WORSENED if is_worse_now else Change.WENT_ON)
