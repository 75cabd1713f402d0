"""Facts as a panel: which counts of which stores a morning looks at, and what was known of them by then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import numpy.typing as npt

from kpi.alerts.alert import Episode, Span
from kpi.alerts.detection.panel import DAYS, Flags, Floats, Panel
from kpi.alerts.detection.standings import standing_of
from kpi.alerts.watched import Watched
from kpi.calendars import is_special
from kpi.days import ONE_DAY
from kpi.engagements import Store
from kpi.facts import FactStatus, FactVersions

LAG_FIRST, LAG_LAST = 21, 3
"""Days before an event that the orders it comes from were made."""
LEAST_LAGGED_DAYS = 5
CONSTANT_EXPOSURE = 1_000_000.0
"""Exposure of a plain number: so large that no count comes near it."""
BACKFILL_DAYS = 14
"""A day first imported later than this was no late report but history: it counts as known the morning after."""
HISTORY_DAYS = DAYS + LAG_FIRST
MICROSECONDS_A_DAY = 86_400_000_000
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


Facts = FactVersions | Iterable[FactVersions]
"""What a panel is filled from: all at once, or in parts."""


@dataclass(frozen=True, slots=True)
class Member:
    """A store under watch: from how many standard deviations, its frozen days, days people said were expected.

    `lives` are its episodes so far, oldest first.
    """

    store: Store
    threshold: float
    frozen: tuple[Span, ...] = ()
    expected: tuple[Span, ...] = ()
    lives: tuple[Episode, ...] = ()


@dataclass(frozen=True, slots=True)
class FactPanel:
    """A panel and which of its judged days no shop can have (more events than exposure)."""

    panel: Panel
    is_impossible: Flags


def first_day_needed(day: date) -> date:
    """Return the first day whose facts the panel of `day` reads."""
    return day - timedelta(days=HISTORY_DAYS - 1)


def panel_of(
    watched: Watched, day: date, members: Sequence[Member], facts: Facts, known_by: datetime | None = None
) -> FactPanel:
    """Return the panel whose newest day is `day`, from what was known by an instant (None: everything).

    `facts` may come in parts, each of other stores: many stores' facts then need not be held all at once.
    """
    grids = _Grids(watched.measures, [member.store.id for member in members], day)
    for part in (facts,) if isinstance(facts, FactVersions) else facts:
        grids.fill(part, known_by)
    events, seen, final = grids.of(watched.events)
    if watched.exposure is None:
        exposure = np.where(seen, CONSTANT_EXPOSURE, 0.0)
    else:
        exposure, has_exposure, is_exposure_final = grids.of(watched.exposure)
        if watched.is_lagged:
            exposure, has_exposure = _lagged(exposure, has_exposure)
            exposure = np.where(exposure > 0, np.maximum(exposure, events), exposure)  # weeks may come back on one day
        else:
            final &= is_exposure_final
        seen &= has_exposure
    days = [day - timedelta(days=DAYS - 1 - row) for row in range(DAYS)]
    rows = slice(HISTORY_DAYS - DAYS, HISTORY_DAYS)
    exposure, events = exposure[rows], events[rows]
    impossible = (events > exposure) & seen[rows]
    exposure[impossible] = 0.0
    panel = Panel(
        watched.signal,
        exposure,
        events,
        seen[rows],
        final[rows],
        _promotions(members, days),
        _days_of([member.frozen for member in members], days),
        np.array([one.weekday() for one in days]),
        _groups(members),
        standing_of([member.lives for member in members], day),
    )
    return FactPanel(panel, impossible[-1])


class _Grids:
    """Facts as grids of days x stores: of each measure its values, which are there, and which are final."""

    def __init__(self, measures: Sequence[str], stores: Sequence[str], day: date) -> None:
        self._place = {store: number for number, store in enumerate(stores)}
        self._first = day.toordinal() - HISTORY_DAYS + 1
        shape = (HISTORY_DAYS, len(stores))
        self._grids = {
            measure: (np.zeros(shape), np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)) for measure in measures
        }

    def fill(self, facts: FactVersions, known_by: datetime | None) -> None:
        """Enter what was known by an instant; a later version overwrites an earlier one."""
        column = np.array([self._place.get(store, -1) for store in facts.stores] or [-1])[_whole(facts.store)]
        row = _whole(facts.day) - self._first
        keep = (column >= 0) & (row >= 0) & (row < HISTORY_DAYS)
        if known_by is not None:
            keep &= _known(facts, known_by)
        value, status, measures = _whole(facts.value), _whole(facts.status), _whole(facts.measure)
        for number, measure in enumerate(facts.measures):
            if measure in self._grids:
                own = np.flatnonzero(keep & (measures == number))
                places = row[own], column[own]
                values, seen, final = self._grids[measure]
                values[places] = value[own]
                seen[places] = True
                final[places] = status[own] <= FactStatus.RESTATED

    def of(self, measure: str) -> tuple[Floats, Flags, Flags]:
        """Return values, which are there, and which are final."""
        return self._grids[measure]


def _whole(column: Sequence[int]) -> npt.NDArray[np.int64]:
    return np.asarray(column, dtype=np.int64)


def _known(facts: FactVersions, known_by: datetime) -> Flags:
    known_at = _whole(facts.known_at)
    day = _whole(facts.day)
    place = (_whole(facts.store) * len(facts.measures) + _whole(facts.measure)) * 4_000_000 + day
    is_first = np.zeros(len(place), np.bool_)
    is_first[np.unique(place, return_index=True)[1]] = True
    closed_at = (day + 1 - EPOCH_ORDINAL) * MICROSECONDS_A_DAY
    is_backfill = is_first & (known_at > closed_at + BACKFILL_DAYS * MICROSECONDS_A_DAY)
    limit = int(known_by.timestamp() * 1_000_000)
    known: Flags = (known_at <= limit) | (is_backfill & (closed_at <= limit))
    return known


def counts_as_known_at(day: date, known_at: datetime, *, is_first: bool) -> datetime:
    """Return since when a version of a fact of `day` counts as known; `is_first` says that none was known before.

    History imported long after its days was no late report: it counts as known when its day was over.
    """
    closed_at = datetime.combine(day + ONE_DAY, time(), UTC)
    is_backfill = is_first and known_at > closed_at + BACKFILL_DAYS * ONE_DAY
    return closed_at if is_backfill else known_at


def _lagged(exposure: Floats, seen: Flags) -> tuple[Floats, Flags]:
    """Return the mean exposure of the days 21 to 3 before each day, where enough of them are there."""
    total = np.cumsum(np.where(seen, exposure, 0.0), axis=0)
    count = np.cumsum(seen, axis=0)
    mean, enough = np.zeros_like(exposure), np.zeros_like(seen)
    for row in range(LAG_FIRST, len(exposure)):
        last, before = row - LAG_LAST, row - LAG_FIRST - 1
        days = count[last] - (count[before] if before >= 0 else 0)
        sums = total[last] - (total[before] if before >= 0 else 0)
        enough[row] = days >= LEAST_LAGGED_DAYS
        mean[row] = np.rint(sums / np.maximum(days, 1))
    return mean, enough


def _promotions(members: Sequence[Member], days: Sequence[date]) -> Flags:
    kinds = {(member.store.market, member.store.marketplace) for member in members}
    special = {kind: np.array([is_special(day, *kind) for day in days]) for kind in kinds}
    flags = np.stack([special[member.store.market, member.store.marketplace] for member in members], axis=1)
    flags |= _days_of([member.expected for member in members], days)
    return flags


def _days_of(spans: Sequence[Sequence[Span]], days: Sequence[date]) -> Flags:
    flags = np.zeros((len(days), len(spans)), np.bool_)
    for column, own in enumerate(spans):
        for span in own:
            flags[:, column] |= np.array([span.first <= day <= span.last for day in days])
    return flags


def _groups(members: Sequence[Member]) -> npt.NDArray[np.int64]:
    numbers: dict[tuple[str, str], int] = {}
    return np.array(
        [numbers.setdefault((member.store.marketplace, member.store.market), len(numbers)) for member in members],
        np.int64,
    )
