"""Alerts in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from kpi.alerts.records import UNREAD, AlertEpisode, AlertNotice, ExpectedDays, Judgement, Mute, SeriesKey, Silence
from tests.twins.book_state import BookState


class MemoryAlerts:
    """Fits `handlers.ports.AlertBook`."""

    def __init__(self, state: BookState) -> None:
        self._state = state

    def judged_until(self, metric: str) -> Mapping[str, date]:
        """Return the newest day the scan judged of each store."""
        newest: dict[str, date] = {}
        for series, day in self._state.judgements:
            if series.metric == metric and not series.rule:
                newest[series.store] = max(day, newest.get(series.store, day))
        return newest

    def first_judged(self, engagement_id: str) -> date | None:
        """Return the first day of the engagement that was ever judged, or None."""
        return min((day for series, day in self._state.judgements if series.engagement == engagement_id), default=None)

    def unread(self, metric: str, first: date) -> tuple[Judgement, ...]:
        """Return the scan's judgements of days that could not be read yet."""
        found = [
            one
            for (series, day), one in self._state.judgements.items()
            if series.metric == metric and not series.rule and day >= first and one.finding.silence in UNREAD
        ]
        return tuple(sorted(found, key=lambda one: (one.finding.day, one.series.store)))

    def rule_judgements(self, engagement_id: str) -> tuple[Judgement, ...]:
        """Return the newest judgement of each series under a rule."""
        newest: dict[SeriesKey, Judgement] = {}
        for (series, day), one in self._state.judgements.items():
            if series.engagement != engagement_id or not series.rule:
                continue
            if series not in newest or day > newest[series].finding.day:
                newest[series] = one
        return tuple(
            one for _, one in sorted(newest.items(), key=lambda item: (item[0].store, item[0].metric, item[0].rule))
        )

    def record(self, judgements: Iterable[Judgement]) -> None:
        """Store judgements, replacing those of the same series and day."""
        self._state.judgements.update(((one.series, one.finding.day), one) for one in judgements)

    def judgements(self, series: SeriesKey, first: date, last: date) -> tuple[Judgement, ...]:
        """Return the judgements of a series, oldest first."""
        found = [one for (key, day), one in self._state.judgements.items() if key == series and first <= day <= last]
        return tuple(sorted(found, key=lambda one: one.finding.day))

    def rule_days(self, engagement_id: str, stores: Sequence[str], first: date) -> tuple[Judgement, ...]:
        """Return what rules said from `first` on of the series with these stores."""
        found = [
            one
            for (series, day), one in self._state.judgements.items()
            if series.engagement == engagement_id and series.rule and series.store in stores and day >= first
        ]
        return tuple(
            sorted(found, key=lambda one: (one.series.store, one.series.metric, one.series.rule, one.finding.day))
        )

    def on_watch(self, engagement_id: str, since: datetime) -> tuple[Judgement, ...]:
        """Return what was judged since an instant and is unusual without being an alert."""
        found = [
            one
            for (series, _), one in self._state.judgements.items()
            if series.engagement == engagement_id and one.judged_at >= since and one.finding.silence is Silence.WATCH
        ]
        return tuple(sorted(found, key=lambda one: (one.series.store, one.series.metric, one.finding.day)))

    def save(self, alert: AlertEpisode) -> None:
        """Create or replace an episode; raises ValueError when another one of its series began the same day."""
        for other in self._state.alerts.values():
            same = (other.series, other.episode.since) == (alert.series, alert.episode.since)
            if same and other.id != alert.id:
                msg = f"an episode of {alert.series} began on {alert.episode.since} already"
                raise ValueError(msg)
        self._state.alerts[alert.id] = alert

    def save_all(self, alerts: Iterable[AlertEpisode]) -> None:
        """Save many episodes; raises ValueError when another one of a series began the same day."""
        for alert in alerts:
            self.save(alert)

    def get(self, alert_id: str) -> AlertEpisode | None:
        """Return an episode, or None."""
        return self._state.alerts.get(alert_id)

    def get_all(self, alert_ids: Iterable[str]) -> tuple[AlertEpisode, ...]:
        """Return the episodes with these ids that there are, ordered by id."""
        return tuple(self._state.alerts[one] for one in sorted(set(alert_ids)) if one in self._state.alerts)

    def episodes(self, metric: str, since: date) -> tuple[AlertEpisode, ...]:
        """Return the scan's episodes of a metric that were open on or after `since`."""
        found = [
            one
            for one in self._state.alerts.values()
            if one.series.metric == metric
            and not one.series.rule
            and (one.episode.is_open or one.episode.last >= since)
        ]
        return tuple(sorted(found, key=lambda one: (one.episode.since, one.series.store)))

    def of_engagement(self, engagement_id: str, since: date) -> tuple[AlertEpisode, ...]:
        """Return an engagement's episodes that were open on or after `since`, newest first."""
        found = [
            one
            for one in self._state.alerts.values()
            if one.series.engagement == engagement_id and (one.episode.is_open or one.episode.last >= since)
        ]
        return tuple(
            sorted(
                found,
                key=lambda one: (
                    -one.episode.since.toordinal(),
                    one.series.store,
                    one.series.metric,
                    one.series.rule,
                ),
            )
        )

    def freeze_notice(self, notice: AlertNotice) -> None:
        """Store a notice; raises ValueError when its id is taken."""
        if notice.id in self._state.notices:
            msg = f"notice {notice.id} is frozen already"
            raise ValueError(msg)
        self._state.notices[notice.id] = notice

    def notice(self, notice_id: str) -> AlertNotice | None:
        """Return a notice, or None."""
        return self._state.notices.get(notice_id)

    def mute(self, mute: Mute) -> None:
        """Store a mute."""
        self._state.mutes[mute.id] = mute

    def mutes(self, engagement_id: str, at: datetime) -> tuple[Mute, ...]:
        """Return the mutes of an engagement that end after `at`, ordered by their end."""
        found = [one for one in self._state.mutes.values() if one.engagement == engagement_id and one.until > at]
        return tuple(sorted(found, key=lambda one: (one.until, one.id)))

    def expect(self, days: ExpectedDays) -> None:
        """Store days that were expected."""
        self._state.expected.setdefault((days.engagement, days.store, days.first, days.last), days)

    def expected(self, engagement_id: str, since: date) -> tuple[ExpectedDays, ...]:
        """Return the expected days of an engagement that end on or after `since`."""
        found = [one for one in self._state.expected.values() if one.engagement == engagement_id and one.last >= since]
        return tuple(sorted(found, key=lambda one: (one.first, one.last, one.store)))
