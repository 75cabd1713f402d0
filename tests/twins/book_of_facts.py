"""Facts in memory, each place with all its versions: the plain meaning that the SQL must have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from kpi.days import Period
from kpi.facts import (
    DaySum,
    Fact,
    FactQuery,
    FactStatus,
    FactVersion,
    FactVersions,
    Grain,
    ImportedFile,
    ImportOutcome,
    PartSum,
)
from kpi.metrics.dimensions import LISTING
from tests.twins.book_state import WHOLE, BookState, Place, Version

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class MemoryFacts:
    """Fits `handlers.ports.FactBook`."""

    def __init__(self, state: BookState) -> None:
        self._state = state

    def record(self, file: ImportedFile, facts: Iterable[Fact]) -> ImportOutcome:
        """Store a file's facts once, keeping what was shown before."""
        if (file.engagement, file.sha256) in self._state.files:
            return ImportOutcome(0, 0, 0, is_repeat=True)
        given = {place_of(fact): fact for fact in facts}
        for fact in given.values():
            if self._state.stores[fact.store].engagement != file.engagement:
                raise KeyError(fact.store)
        self._state.files[file.engagement, file.sha256] = file
        ends = [self._put(fact, file.imported_at) for fact in given.values()]
        return ImportOutcome(ends.count("added"), ends.count("restated"), ends.count("unchanged"), is_repeat=False)

    def _put(self, fact: Fact, at: datetime) -> str:
        place = place_of(fact)
        versions = self._state.facts.get(place, ())
        if not versions:
            self._state.facts[place] = (Version(fact.value, fact.status, fact.source, at),)
            return "added"
        known = versions[-1]
        status = _status(known, fact)
        if (known.value, known.status) != (fact.value, status):
            fresh = Version(fact.value, status, fact.source, max(at, known.known_at))
            self._state.facts[place] = (*versions, fresh)
        return "unchanged" if known.value == fact.value else "restated"

    def _shown(self, store: str, measure: str, day: date, known_at: datetime | None = None) -> Version | None:
        versions = self._state.facts.get((store, WHOLE, measure, day), ())
        return next((one for one in reversed(versions) if known_at is None or one.known_at <= known_at), None)

    def daily(self, query: FactQuery) -> tuple[DaySum, ...]:
        """Return sums per key and day."""
        counted: dict[tuple[str, date], list[list[Version | None]]] = {}
        if not query.required:
            return ()
        for store in sorted(set(query.stores) & self._state.stores.keys()):
            key = store if query.grain is Grain.STORE else self._state.stores[store].store.segment
            for day in _days(query.first, query.last):
                row = [self._shown(store, name, day, query.known_at) for name in (*query.required, *query.optional)]
                if None not in row[: len(query.required)]:
                    counted.setdefault((key, day), []).append(row)
        return tuple(_day_sum(key, day, rows) for (key, day), rows in sorted(counted.items()))

    def largest(self, stores: Sequence[str], measure: str, period: Period, most: int) -> tuple[str, ...]:
        """Return the stores with the largest sums of a measure over the period, largest first."""
        wanted = [store for store in self._state.stores if store in set(stores)]  # of equal sums the older store leads
        sums: dict[str, int] = {}
        for store in wanted:
            shown = [one for day in period.days() if (one := self._shown(store, measure, day))]
            if shown:
                sums[store] = sum(one.value for one in shown)
        ranked = sorted(sums, key=lambda store: -sums[store])
        return tuple([*ranked, *sorted(set(wanted) - sums.keys())][:most])

    def parts(
        self, stores: Sequence[str], measures: Sequence[str], period: Period, dimension: str = ""
    ) -> tuple[PartSum, ...]:
        """Return sums per part over the period; a measure that nobody reported of a part is None."""
        sums: dict[tuple[str, str, str], list[int | None]] = {}
        for (store, (along, part), measure, day), versions in self._state.facts.items():
            if part and store in stores and measure in measures and dimension in {"", along} and day in period:
                row = sums.setdefault((store, along, part), [None] * len(measures))
                place = list(measures).index(measure)
                row[place] = (row[place] or 0) + versions[-1].value
        return tuple(PartSum(*place, tuple(row)) for place, row in sorted(sums.items()))

    def last_days(self, stores: Sequence[str]) -> Mapping[str, date]:
        """Return the newest day with any store-level fact, for the stores that have one."""
        newest: dict[str, date] = {}
        for store, part, _, day in self._state.facts:
            if store in stores and part == WHOLE:
                newest[store] = max(day, newest.get(store, day))
        return newest

    def measures_on(self, stores: Sequence[str], first: date, last: date) -> Mapping[tuple[str, date], frozenset[str]]:
        """Return which measures each store reported on each day of the period."""
        found: dict[tuple[str, date], set[str]] = {}
        for store, part, measure, day in self._state.facts:
            if store in stores and part == WHOLE and first <= day <= last:
                found.setdefault((store, day), set()).add(measure)
        return {place: frozenset(measures) for place, measures in found.items()}

    def restated_since(self, stores: Sequence[str], since: datetime) -> tuple[tuple[str, date, str], ...]:
        """Return (store, day, measure) of every value that differs from what was known at `since`."""
        changed = []
        for (store, part, measure, day), versions in self._state.facts.items():
            then = self._shown(store, measure, day, since)
            if store in stores and part == WHOLE and then and then.value != versions[-1].value:
                changed.append((store, day, measure))
        return tuple(sorted(changed))

    def versions(
        self, stores: Sequence[str], measures: Sequence[str], first: date, last: date, *, with_history: bool
    ) -> FactVersions:
        """Return store-level facts as columns, with history ordered by when they were known."""
        owned = tuple(store for store in dict.fromkeys(stores) if store in self._state.stores)
        rows = (
            (_micros(one.known_at), owned.index(store), measures.index(measure), day.toordinal(), one.value, one.status)
            for (store, part, measure, day), versions in self._state.facts.items()
            if store in owned and measure in measures and part == WHOLE and first <= day <= last
            for one in (versions if with_history else versions[-1:])
        )
        ordered = sorted(rows, key=None if with_history else lambda row: row[1:])
        columns: list[tuple[int, ...]] = list(zip(*ordered, strict=True)) if ordered else [()] * 6
        known_at, store, measure, day, value, status = columns
        return FactVersions(owned, tuple(measures), store, measure, day, value, status, known_at)

    def every_version(self, stores: Sequence[str]) -> Iterator[FactVersion]:
        """Yield every version of every fact of the stores, their parts too, oldest knowledge first."""
        found = [
            FactVersion(
                Fact(store, day, measure, one.value, one.source, one.status, part, dimension or LISTING), one.known_at
            )
            for (store, (dimension, part), measure, day), versions in self._state.facts.items()
            if store in stores
            for one in versions
        ]
        return iter(sorted(found, key=lambda one: one.known_at))

    def files(self, engagement_id: str, limit: int) -> tuple[ImportedFile, ...]:
        """Return the newest imports of an engagement, newest first."""
        found = [file for (engagement, _), file in self._state.files.items() if engagement == engagement_id]
        return tuple(reversed(found))[:limit]


def place_of(fact: Fact) -> Place:
    """Return where a fact belongs."""
    return fact.store, (fact.dimension, fact.part) if fact.part else WHOLE, fact.measure, fact.day


def _status(known: Version, fact: Fact) -> FactStatus:
    """Return the status a place has after `fact`: only what was shown as final is restated."""
    if fact.status is not FactStatus.FINAL:
        return fact.status
    if known.value == fact.value:
        return FactStatus.RESTATED if known.status is FactStatus.RESTATED else FactStatus.FINAL
    was_settled = known.status not in {FactStatus.PRELIMINARY, FactStatus.PARTIAL}
    return FactStatus.RESTATED if was_settled else FactStatus.FINAL


def _micros(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


def _days(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def _day_sum(key: str, day: date, rows: Sequence[Sequence[Version | None]]) -> DaySum:
    columns = [[one.value for one in column if one is not None] for column in zip(*rows, strict=True)]
    shown = [one for row in rows for one in row if one is not None]
    return DaySum(
        key,
        day,
        tuple(sum(column) if column else None for column in columns),
        len(rows),
        max(one.status for one in shown),
        tuple(sorted({one.source for one in shown})),
        max(one.known_at for one in shown),
    )
