"""Alerts: judgements, episodes, notices, mutes and expected days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, or_, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from kpi.alerts.records import (
    UNREAD,
    AlertEpisode,
    AlertNotice,
    ExpectedDays,
    Finding,
    Judgement,
    Mute,
    Remark,
    SeriesKey,
    Silence,
)
from storage.bodies import Body
from storage.names import MOST_PARAMETERS
from storage.once import insert_once, insert_or_replace
from storage.tables import AlertEpisodeRow, AlertJudgementRow, AlertMuteRow, AlertNoticeRow, ExpectedDaysRow

AT_ONCE = 5_000
"""Judgements or episodes written by one statement."""

_FINDING = Body(Finding)
_EPISODE = Body(AlertEpisode)
_NOTICE = Body(AlertNotice)
_REMARK = Body(Remark)


class StoredAlerts:
    """Fits `handlers.ports.AlertBook`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def judged_until(self, metric: str) -> Mapping[str, date]:
        """Return the newest day the scan judged of each store."""
        rows = self._connection.execute(
            select(col(AlertJudgementRow.store), func.max(col(AlertJudgementRow.day)))
            .where(col(AlertJudgementRow.metric) == metric, col(AlertJudgementRow.rule) == "")
            .group_by(col(AlertJudgementRow.store))
        )
        return {store: day for store, day in rows}  # noqa: C416 - rows are no pairs to mypy

    def first_judged(self, engagement_id: str) -> date | None:
        """Return the first day of the engagement that was ever judged, or None."""
        return self._connection.scalar(
            select(func.min(col(AlertJudgementRow.day))).where(col(AlertJudgementRow.engagement) == engagement_id)
        )

    def unread(self, metric: str, first: date) -> tuple[Judgement, ...]:
        """Return the scan's judgements of days that could not be read yet."""
        table = AlertJudgementRow.__table__  # type: ignore[attr-defined]
        rows = self._connection.execute(
            select(table)
            .where(
                table.c.metric == metric,
                table.c.rule == "",
                table.c.day >= first,
                table.c.silence.in_([silence.value for silence in UNREAD]),
            )
            .order_by(table.c.day, table.c.store)
        )
        return tuple(map(_judgement, rows))

    def rule_judgements(self, engagement_id: str) -> tuple[Judgement, ...]:
        """Return the newest judgement of each series under a rule."""
        table = AlertJudgementRow.__table__  # type: ignore[attr-defined]
        newest = (
            select(table.c.store, table.c.metric, table.c.rule, func.max(table.c.day).label("day"))
            .where(table.c.engagement == engagement_id, table.c.rule != "")
            .group_by(table.c.store, table.c.metric, table.c.rule)
            .subquery()
        )
        rows = self._connection.execute(
            select(table)
            .join(newest, and_(*(table.c[name] == newest.c[name] for name in ("store", "metric", "rule", "day"))))
            .where(table.c.engagement == engagement_id)
            .order_by(table.c.store, table.c.metric, table.c.rule)
        )
        return tuple(map(_judgement, rows))

    def record(self, judgements: Iterable[Judgement]) -> None:
        """Store judgements, replacing those of the same series and day."""
        given = iter(judgements)
        while some := list(islice(given, AT_ONCE)):
            rows = {(one.series, one.finding.day): _judgement_row(one) for one in some}  # the last of a day counts
            insert_or_replace(self._connection, AlertJudgementRow, list(rows.values()))

    def judgements(self, series: SeriesKey, first: date, last: date) -> tuple[Judgement, ...]:
        """Return the judgements of a series, oldest first."""
        table = AlertJudgementRow.__table__  # type: ignore[attr-defined]
        rows = self._connection.execute(
            select(table)
            .where(
                *(table.c[name] == value for name, value in _place(series).items()),
                table.c.day.between(first, last),
            )
            .order_by(table.c.day)
        )
        return tuple(map(_judgement, rows))

    def rule_days(self, engagement_id: str, stores: Sequence[str], first: date) -> tuple[Judgement, ...]:
        """Return what rules said from `first` on of the series with these stores."""
        table = AlertJudgementRow.__table__  # type: ignore[attr-defined]
        found: list[Judgement] = []
        names = sorted(set(stores))
        for start in range(0, len(names), MOST_PARAMETERS):
            rows = self._connection.execute(
                select(table)
                .where(
                    table.c.engagement == engagement_id,
                    table.c.store.in_(names[start : start + MOST_PARAMETERS]),
                    table.c.rule != "",
                    table.c.day >= first,
                )
                .order_by(table.c.store, table.c.metric, table.c.rule, table.c.day)
            )
            found.extend(map(_judgement, rows))
        return tuple(found)

    def on_watch(self, engagement_id: str, since: datetime) -> tuple[Judgement, ...]:
        """Return what was judged since an instant and is unusual without being an alert."""
        table = AlertJudgementRow.__table__  # type: ignore[attr-defined]
        rows = self._connection.execute(
            select(table)
            .where(
                table.c.engagement == engagement_id,
                table.c.judged_at >= since,
                table.c.silence == Silence.WATCH.value,
            )
            .order_by(table.c.store, table.c.metric, table.c.day)
        )
        return tuple(map(_judgement, rows))

    def save(self, alert: AlertEpisode) -> None:
        """Create or replace an episode; raises ValueError when another one of its series began the same day."""
        self.save_all((alert,))

    def save_all(self, alerts: Iterable[AlertEpisode]) -> None:
        """Save many episodes; raises ValueError when another one of a series began the same day."""
        given = iter({alert.id: alert for alert in alerts}.values())  # the last of an id counts
        while some := list(islice(given, AT_ONCE)):
            try:
                insert_or_replace(self._connection, AlertEpisodeRow, list(map(_episode_row, some)))
            except IntegrityError as error:
                msg = "another episode of the same series began on the same day"
                raise ValueError(msg) from error

    def get(self, alert_id: str) -> AlertEpisode | None:
        """Return an episode, or None."""
        body = self._connection.scalar(select(col(AlertEpisodeRow.body)).where(col(AlertEpisodeRow.id) == alert_id))
        return None if body is None else _EPISODE.read(body)

    def get_all(self, alert_ids: Iterable[str]) -> tuple[AlertEpisode, ...]:
        """Return the episodes with these ids that there are, ordered by id."""
        given = iter(sorted(set(alert_ids)))
        found: list[AlertEpisode] = []
        while some := list(islice(given, AT_ONCE)):
            bodies = self._connection.scalars(
                select(col(AlertEpisodeRow.body))
                .where(col(AlertEpisodeRow.id).in_(some))
                .order_by(col(AlertEpisodeRow.id))
            )
            found.extend(map(_EPISODE.read, bodies))
        return tuple(found)

    def episodes(self, metric: str, since: date) -> tuple[AlertEpisode, ...]:
        """Return the scan's episodes of a metric that were open on or after `since`."""
        bodies = self._connection.scalars(
            select(col(AlertEpisodeRow.body))
            .where(col(AlertEpisodeRow.metric) == metric, col(AlertEpisodeRow.rule) == "", _open_since(since))
            .order_by(col(AlertEpisodeRow.since), col(AlertEpisodeRow.store))
        )
        return tuple(map(_EPISODE.read, bodies))

    def of_engagement(self, engagement_id: str, since: date) -> tuple[AlertEpisode, ...]:
        """Return an engagement's episodes that were open on or after `since`, newest first."""
        bodies = self._connection.scalars(
            select(col(AlertEpisodeRow.body))
            .where(col(AlertEpisodeRow.engagement) == engagement_id, _open_since(since))
            .order_by(
                col(AlertEpisodeRow.since).desc(),
                col(AlertEpisodeRow.store),
                col(AlertEpisodeRow.metric),
                col(AlertEpisodeRow.rule),
            )
        )
        return tuple(map(_EPISODE.read, bodies))

    def freeze_notice(self, notice: AlertNotice) -> None:
        """Store a notice; raises ValueError when its id is taken."""
        values = {
            "id": notice.id,
            "engagement": notice.engagement,
            "made_at": notice.made_at,
            "body": _NOTICE.write(notice),
        }
        if not insert_once(self._connection, AlertNoticeRow, values):
            msg = f"notice {notice.id} is frozen already"
            raise ValueError(msg)

    def notice(self, notice_id: str) -> AlertNotice | None:
        """Return a notice, or None."""
        body = self._connection.scalar(select(col(AlertNoticeRow.body)).where(col(AlertNoticeRow.id) == notice_id))
        return None if body is None else _NOTICE.read(body)

    def mute(self, mute: Mute) -> None:
        """Store a mute."""
        values = {name: getattr(mute, name) for name in Mute.__dataclass_fields__}
        self._connection.execute(insert(AlertMuteRow).values(**values))

    def mutes(self, engagement_id: str, at: datetime) -> tuple[Mute, ...]:
        """Return the mutes of an engagement that end after `at`, ordered by their end."""
        table = AlertMuteRow.__table__  # type: ignore[attr-defined]
        rows = self._connection.execute(
            select(table)
            .where(table.c.engagement == engagement_id, table.c.until > at)
            .order_by(table.c.until, table.c.id)
        )
        return tuple(Mute(*(getattr(row, name) for name in Mute.__dataclass_fields__)) for row in rows)

    def expect(self, days: ExpectedDays) -> None:
        """Store days that were expected."""
        insert_once(
            self._connection,
            ExpectedDaysRow,
            {name: getattr(days, name) for name in ExpectedDays.__dataclass_fields__},
        )

    def expected(self, engagement_id: str, since: date) -> tuple[ExpectedDays, ...]:
        """Return the expected days of an engagement that end on or after `since`."""
        table = ExpectedDaysRow.__table__  # type: ignore[attr-defined]
        rows = self._connection.execute(
            select(table)
            .where(table.c.engagement == engagement_id, table.c.last >= since)
            .order_by(table.c.first, table.c.last, table.c.store)
        )
        return tuple(ExpectedDays(*(getattr(row, name) for name in ExpectedDays.__dataclass_fields__)) for row in rows)


def _episode_row(alert: AlertEpisode) -> dict[str, Any]:
    return {
        "id": alert.id,
        **_place(alert.series),
        "since": alert.episode.since,
        "last": alert.episode.last,
        "is_open": alert.episode.is_open,
        "body": _EPISODE.write(alert),
    }


def _place(series: SeriesKey) -> dict[str, Any]:
    return {"engagement": series.engagement, "store": series.store, "metric": series.metric, "rule": series.rule}


def _open_since(since: date) -> Any:
    return or_(col(AlertEpisodeRow.is_open), col(AlertEpisodeRow.last) >= since)


def _judgement_row(one: Judgement) -> dict[str, Any]:
    return {
        **_place(one.series),
        "day": one.finding.day,
        "silence": one.finding.silence.value,
        "finding": _FINDING.write(one.finding),
        "judged_at": one.judged_at,
        "remark": _REMARK.write(one.remark) if one.remark else "",
    }


def _judgement(row: Row[Any]) -> Judgement:
    return Judgement(
        SeriesKey(row.engagement, row.store, row.metric, row.rule),
        _FINDING.read(row.finding),
        row.judged_at,
        _remark(row.remark),
    )


def _remark(text: str) -> Remark | None:
    """Return a stored remark; the oldest ones are plain English sentences."""
    if not text:
        return None
    return _REMARK.read(text) if text.startswith("{") else Remark(text.replace("%", "%%"))
