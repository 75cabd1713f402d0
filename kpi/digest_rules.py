"""How a digest is composed from readings: coverage, verdict, order, worst first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from kpi.digests import Coverage, CoverageState
from kpi.engagements import Store
from kpi.readings.reading import Reading
from kpi.tones import Tone

HEADLINE_METRICS: tuple[str, ...] = (
    "gmv",
    "orders",
    "conversion_rate",
    "acos",
    "claims_rate",
    "negative_review_rate",
    "stockout_rate",
    "late_shipment_rate",
    "cancellation_rate",
    "on_time_delivery_rate",
)
"""What a digest may show, in order of interest; those without any data stay out."""

MOST_FIGURES = 6
"""Numbers in a digest: more are not read on a phone."""

CORE_MEASURES: frozenset[str] = frozenset({"orders_paid", "orders_created", "gmv_gross"})
"""What must be in before a day counts as delivered at all."""

USUAL_DAYS = 14
"""A measure reported on most of these days before is expected today too."""

_RANK: dict[Tone, int] = {Tone.BAD: 0, Tone.WATCH: 1, Tone.GOOD: 2, Tone.NEUTRAL: 2, Tone.UNKNOWN: 3}


def usual_measures(reported: Mapping[tuple[str, date], frozenset[str]], store: str, day: date) -> frozenset[str]:
    """Return the measures `store` reported on at least half of the reporting days of the two weeks before `day`."""
    days = [
        measures
        for back in range(1, USUAL_DAYS + 1)
        if (measures := reported.get((store, day - timedelta(days=back)))) is not None
    ]
    names = frozenset().union(*days) if days else frozenset()
    return frozenset(name for name in names if 2 * sum(name in measures for measures in days) >= len(days))


def coverage_of(
    store: Store,
    day: date,
    reported: Mapping[tuple[str, date], frozenset[str]],
    last_day: date | None,
    lagging: frozenset[str] = frozenset(),
    known_at: datetime | None = None,
) -> Coverage:
    """Return how complete `store`'s data of `day` is.

    `lagging` measures (ads, traffic) are known to arrive later and are not missed on the data day.
    """
    present = reported.get((store.id, day), frozenset())
    expected = usual_measures(reported, store.id, day) - lagging
    if not present & CORE_MEASURES:
        return Coverage(store.id, CoverageState.MISSING, tuple(sorted(expected - present)), last_day, known_at)
    missing = expected - present
    state = CoverageState.PARTIAL if missing else CoverageState.COMPLETE
    return Coverage(store.id, state, tuple(sorted(missing)), last_day, known_at)


def tone_of(readings: Sequence[Reading], coverage: Sequence[Coverage]) -> Tone:
    """Return the digest's tone: the worst of what is judged; unknown when no store delivered anything."""
    if coverage and all(one.state is CoverageState.MISSING for one in coverage):
        return Tone.UNKNOWN
    judged = [reading.tone for reading in readings if reading.is_judged]
    if not judged:
        return Tone.UNKNOWN
    worst = min(judged, key=_RANK.__getitem__)
    return Tone.GOOD if worst is Tone.NEUTRAL else worst


def is_good_day(readings: Sequence[Reading], coverage: Sequence[Coverage]) -> bool:
    """Tell whether one line is enough: everything delivered, nothing worse than normal."""
    complete = all(one.state is CoverageState.COMPLETE for one in coverage)
    return complete and tone_of(readings, coverage) is Tone.GOOD


def in_reading_order(readings: Sequence[Reading]) -> tuple[Reading, ...]:
    """Return readings worst first; equal tones keep their order."""
    return tuple(sorted(readings, key=lambda reading: _RANK[reading.tone]))


def leading(readings: Sequence[Reading]) -> Reading | None:
    """Return the reading the verdict speaks of: the worst one that is judged."""
    judged = [reading for reading in readings if reading.is_judged and reading.tone in {Tone.BAD, Tone.WATCH}]
    return min(judged, key=lambda reading: _RANK[reading.tone], default=None)


def digest_id(day: date, number: int) -> str:
    """Return the id people quote: "D-20261122-07" is the seventh digest frozen for that data day."""
    return f"D-{day:%Y%m%d}-{number:02d}"
