"""The morning watch: days that became final are judged once, episodes live on, rooms are told of what changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import astuple, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from uuid import uuid4

from handlers.alerts.members import expected_spans, firing_score_of
from handlers.alerts.notices import Changed, Turn, mute_of, tell
from handlers.alerts.reminders import remind
from handlers.alerts.severity import severity_of
from handlers.ports import UnitOfWork, Work
from handlers.watch.alert_incidents import follow_alerts, measure_incidents
from handlers.watch.alert_restatements import take_back
from handlers.watch.rule_watch import EXPECTED_BY, watch_rules
from kpi.alerts.alert import Episode, frozen_spans
from kpi.alerts.detection.panel import DAYS
from kpi.alerts.judged_days import SeenDay, relived, watch_day
from kpi.alerts.panels import Member, first_day_needed
from kpi.alerts.records import AlertEpisode, Finding, Judgement, Remark, SeriesKey, Silence
from kpi.alerts.watched import WATCHED, Watched
from kpi.days import ONE_DAY
from kpi.engagements import Engagement, Store
from kpi.facts import FactVersions
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Metric
from kpi.phrases import phrase

JUDGED_FROM = time(6)
"""Local time from which the newest final day of a store is judged."""
MOST_DAYS_BEHIND = 14
"""Days judged one after the other when nobody watched for a while; older ones are history, not news."""
NEWS_DAYS = 3
"""An episode that turns out to have begun on a day judged later than this pings nobody."""
IMPORT_TIME = timedelta(hours=1)
"""An import says when it began; what it brought may become readable only so much later."""
ALERT_ID_LENGTH = 6
READ_AT_ONCE = 4_096
"""Stores whose facts are read by one query."""
CAUSE, CONSEQUENCE = "conversion_rate", "orders"

_NO_NEWS = phrase("found later than three days after: no news any more")
_SAME_CAUSE = phrase("same cause as the store's fall of conversion")
_KEPT_UP = phrase("alert %(id)s is open; its message is kept up to date")


@dataclass(frozen=True, slots=True)
class WatchReport:
    """What one sweep did; `notices` counts the new messages queued, not the changes of earlier ones."""

    judged: int = 0
    opened: int = 0
    closed: int = 0
    notices: int = 0


@dataclass(frozen=True, slots=True)
class _Place:
    """A store of an engagement."""

    engagement: Engagement
    store: Store

    def series(self, watched: Watched) -> SeriesKey:
        """Return the key of the store's series of a metric."""
        return SeriesKey(self.engagement.id, self.store.id, watched.metric)


def sweep_alerts(unit_of_work: UnitOfWork, now: datetime) -> WatchReport:
    """Judge every day that is due and not judged yet, and queue what rooms must be told.

    The scan and the rules of each engagement have a unit of work each, and the engagement with most stores comes last:
    one that takes long keeps few others waiting and one that fails none. What it raised is raised again when all have
    had their turn.
    """
    with unit_of_work() as work:
        engagements = [one.id for one in sorted(work.engagements.all(), key=lambda one: (len(one.stores), one.id))]
    reports: list[WatchReport] = []

    def take(part: Callable[[Work], WatchReport]) -> None:
        with unit_of_work() as work:
            report = part(work)
        reports.append(report)

    with ExitStack() as each:  # calls all of them, also after one has raised
        for engagement in reversed(engagements):
            each.callback(take, partial(_keep_up, engagement_id=engagement, now=now))
            each.callback(take, partial(_by_rules, engagement_id=engagement, now=now))
        each.callback(take, partial(_scan, now=now))
    return WatchReport(*(sum(numbers) for numbers in zip(*map(astuple, reports), strict=True)))


def _scan(work: Work, now: datetime) -> WatchReport:
    places = [_Place(engagement, store) for engagement in work.engagements.all() for store in engagement.stores]
    changed: list[Changed] = take_back(work, now)
    judged = 0
    for watched in WATCHED:
        days = _days_due(work, watched, places, now)
        for day, due in sorted(days.items()):
            found = _watch(_Watch(work, watched, day, now), due, places)
            judged += len(due)
            changed.extend(found)
    return _told(work, changed, _without_consequences(work, changed), now, judged)


def _by_rules(work: Work, engagement_id: str, now: datetime) -> WatchReport:
    engagement = work.engagements.get(engagement_id)
    changed = watch_rules(work, engagement, now) if engagement is not None else []
    return _told(work, changed, changed, now)


def _told(
    work: Work, changed: Sequence[Changed], heard: Sequence[Changed], now: datetime, judged: int = 0
) -> WatchReport:
    """Tell rooms what they must hear of what changed, and let incidents follow it."""
    notices = tell(work, heard, now)
    follow_alerts(work, heard, now)
    turns = Counter(one.turn for one in changed)
    return WatchReport(judged, turns[Turn.OPENED], turns[Turn.ENDED], notices)


def _keep_up(work: Work, engagement_id: str, now: datetime) -> WatchReport:
    """Remind an engagement of the answers it owes, and bring its incidents up to date."""
    engagement = work.engagements.get(engagement_id)
    if engagement is None:
        return WatchReport()
    notices = remind(work, engagement, now)
    measure_incidents(work, engagement, now)
    return WatchReport(notices=notices)


def newest_final_day(metric: Metric, watched: Watched, store: Store, now: datetime) -> date:
    """Return the newest day of a store that is final for a metric and past its hour."""
    local = now.astimezone(store.zone)
    settles = 0 if watched.is_lagged else metric.final_after(store.marketplace)
    today = local.date() if local.time() >= JUDGED_FROM else local.date() - ONE_DAY
    return today - timedelta(days=1 + settles)


def _days_due(work: Work, watched: Watched, places: Sequence[_Place], now: datetime) -> Mapping[date, list[_Place]]:
    metric = METRICS[watched.metric]
    until = work.alerts.judged_until(watched.metric)
    due: dict[date, list[_Place]] = defaultdict(list)
    newest = {place.store.id: newest_final_day(metric, watched, place.store, now) for place in places}
    for place in places:
        last = newest[place.store.id]
        known = until.get(place.store.id)
        first = last if known is None else max(known + ONE_DAY, last - timedelta(days=MOST_DAYS_BEHIND - 1))
        for offset in range((last - first).days + 1):
            due[first + timedelta(days=offset)].append(place)
    for place, day in _unread(work, watched, places, now):
        due[day].append(place)
    return due


def _unread(work: Work, watched: Watched, places: Sequence[_Place], now: datetime) -> Iterable[tuple[_Place, date]]:
    """Yield days that could not be read and may be readable now: their counts are there since an import."""
    by_store = {place.store.id: place for place in places}
    imported = {engagement: _imported_at(work, engagement) for engagement in {one.engagement.id for one in places}}
    first = (now - timedelta(days=MOST_DAYS_BEHIND)).date()
    waiting = [
        (by_store[one.series.store], one.finding.day)
        for one in work.alerts.unread(watched.metric, first)
        if one.series.store in by_store
        and one.judged_at < imported[by_store[one.series.store].engagement.id] + IMPORT_TIME
    ]
    if not waiting:
        return
    needed = {watched.events} if watched.is_lagged else set(watched.measures)
    reported = work.facts.measures_on([place.store.id for place, _ in waiting], first, now.date())
    for place, day in waiting:
        if needed <= reported.get((place.store.id, day), frozenset()):
            yield place, day


def _imported_at(work: Work, engagement: str) -> datetime:
    files = work.facts.files(engagement, 1)
    return files[0].imported_at if files else datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Watch:
    """One metric on one day, inside one unit of work."""

    work: Work
    watched: Watched
    day: date
    now: datetime


def _watch(watch: _Watch, due: Sequence[_Place], everywhere: Sequence[_Place]) -> list[Changed]:
    """Judge the day of the places that are due; others of their marketplace and country show what they share."""
    since = watch.day - timedelta(days=DAYS)
    known: dict[str, list[AlertEpisode]] = defaultdict(list)
    for alert in watch.work.alerts.episodes(watch.watched.metric, since):
        known[alert.series.store].append(alert)
    places = [*due, *_beside(due, everywhere)]
    facts = _facts(watch, places)
    members = _members(watch, places, known, since)
    running = {store: alerts[-1] for store, alerts in known.items() if alerts and alerts[-1].episode.is_open}
    seen = watch_day(
        watch.watched, watch.day, members, facts, {store: alert.episode for store, alert in running.items()}
    )
    changed = []
    judgements = []
    for place, one in zip(due, seen, strict=False):
        change = _lived_on(watch, place, one, running.get(place.store.id), known[place.store.id])
        if change is not None:
            changed.append(change)
        remark = _remark_on(watch, place, one.finding, change)
        judgements.append(Judgement(place.series(watch.watched), one.finding, watch.now, remark))
    watch.work.alerts.record(judgements)
    return changed


def _beside(due: Sequence[_Place], everywhere: Sequence[_Place]) -> Iterable[_Place]:
    stores = {place.store.id for place in due}
    groups = {(place.store.marketplace, place.store.market) for place in due}
    return (
        place
        for place in everywhere
        if place.store.id not in stores and (place.store.marketplace, place.store.market) in groups
    )


def _facts(watch: _Watch, places: Sequence[_Place]) -> Iterator[FactVersions]:
    """Yield what is known of the places, so many of them at a time that their columns stay small."""
    first = first_day_needed(watch.day)
    for start in range(0, len(places), READ_AT_ONCE):
        stores = [place.store.id for place in places[start : start + READ_AT_ONCE]]
        yield watch.work.facts.versions(stores, watch.watched.measures, first, watch.day, with_history=False)


def _members(
    watch: _Watch, places: Sequence[_Place], known: Mapping[str, Sequence[AlertEpisode]], since: date
) -> list[Member]:
    engagements = {place.engagement.id for place in places}
    expected = {engagement: watch.work.alerts.expected(engagement, since) for engagement in engagements}
    return [
        Member(
            place.store,
            firing_score_of(place.engagement, watch.watched.metric),
            frozen_spans([alert.episode for alert in known.get(place.store.id, ())]),
            expected_spans(expected[place.engagement.id], place.store.id),
            tuple(alert.episode for alert in known.get(place.store.id, ())),
        )
        for place in places
    ]


def _lived_on(
    watch: _Watch, place: _Place, seen: SeenDay, running: AlertEpisode | None, known: Sequence[AlertEpisode]
) -> Changed | None:
    """Store what became of a series' episode; return it when the day moved it."""
    if running is not None and seen.after is not None:
        alert = _after(watch.work, running, seen.finding, seen.after)
        if alert == running:
            return None
        watch.work.alerts.save(alert)
        return Changed(alert, Turn.WENT_ON if alert.episode.is_open else Turn.ENDED)
    if seen.after is None or _is_known(seen.finding.day, known) or _expectation(watch, place, seen.finding):
        return None
    alert = AlertEpisode(
        uuid4().hex[:ALERT_ID_LENGTH],
        place.series(watch.watched),
        seen.after,
        seen.finding,
        seen.finding,
        seen.finding,
        watch.now,
        severity_of(watch.work, place.engagement, watch.watched, seen.finding),
    )
    watch.work.alerts.save(alert)
    return Changed(alert, Turn.OPENED, _silencer(watch, place, alert))


def _after(work: Work, alert: AlertEpisode, finding: Finding, after: Episode) -> AlertEpisode:
    """Return an open alert after one more day, which may be one that came late."""
    episode = alert.episode
    if finding.day < episode.since:
        return alert
    if finding.day <= episode.last:
        told = {
            one.finding.day: one.finding for one in work.alerts.judgements(alert.series, episode.since, episode.last)
        }
        told[finding.day] = finding
        after = relived(episode, [told[day] for day in sorted(told)])
    worst = finding if finding.is_judged and finding.z > alert.worst.z else alert.worst
    return replace(
        alert, episode=after, newest=finding if finding.day >= alert.newest.day else alert.newest, worst=worst
    )


def _is_known(day: date, known: Sequence[AlertEpisode]) -> bool:
    """Tell whether an episode holds the day, or began after it: a day may arrive late."""
    return any(alert.episode.since <= day <= alert.episode.last or alert.episode.since > day for alert in known)


def _silencer(watch: _Watch, place: _Place, alert: AlertEpisode) -> Remark | None:
    """Return why rooms are not told of an alert that began."""
    newest = newest_final_day(METRICS[watch.watched.metric], watch.watched, place.store, watch.now)
    if (newest - watch.day).days > NEWS_DAYS:
        return Remark(_NO_NEWS)
    return mute_of(watch.work, alert.series, watch.now)


def _remark_on(watch: _Watch, place: _Place, finding: Finding, change: Changed | None) -> Remark | None:
    """Return why a day is no new message: every silence has its reason on record."""
    if change is None:
        return _expectation(watch, place, finding) if finding.silence is Silence.FIRES else None
    if change.turn is Turn.WENT_ON and change.alert.notice:
        return Remark(_KEPT_UP, (("id", change.alert.id),))
    return change.remark


def _expectation(watch: _Watch, place: _Place, finding: Finding) -> Remark | None:
    """Return who expected a day, or None."""
    for days in watch.work.alerts.expected(place.engagement.id, finding.day):
        if days.covers(place.store.id, finding.day):
            return Remark(EXPECTED_BY, (("by", days.by), ("name", days.name)))
    return None


def _without_consequences(work: Work, changed: Sequence[Changed]) -> list[Changed]:
    """Leave out what nobody is told, and fewer orders where the store's conversion fell: one cause, one message."""
    kept = []
    for one in changed:
        series = one.alert.series
        day = one.alert.first.day
        is_new = one.turn is Turn.OPENED
        if is_new and series.metric == CONSEQUENCE and _is_open(work, replace(series, metric=CAUSE), day):
            known = work.alerts.judgements(series, day, day)
            work.alerts.record(replace(judgement, remark=Remark(_SAME_CAUSE)) for judgement in known)
        else:
            kept.append(one)
    return kept


def _is_open(work: Work, series: SeriesKey, day: date) -> bool:
    return any(
        alert.series == series and alert.episode.is_open for alert in work.alerts.of_engagement(series.engagement, day)
    )
