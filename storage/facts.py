"""Facts as known now and as known before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, func, select
from sqlmodel import col

from kpi.days import Period
from kpi.facts import DaySum, Fact, FactQuery, FactVersion, FactVersions, ImportedFile, ImportOutcome, PartSum
from storage.fact_recording import record_file
from storage.fact_story import every_version
from storage.fact_sums import Names, daily_sums, read_names
from storage.fact_versions import Wanted, fact_versions
from storage.instants import to_micros
from storage.names import keys_of, store_keys
from storage.tables import DimensionRow, FactHistoryRow, FactRow, FileRow, MeasureRow, PartFactRow, StoreRow


class StoredFacts:
    """Fits `handlers.ports.FactBook`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._names: Names | None = None

    def record(self, file: ImportedFile, facts: Iterable[Fact]) -> ImportOutcome:
        """Store a file's facts once, keeping what was shown before."""
        self._names = None  # a file may bring new names
        return record_file(self._connection, file, facts)

    def daily(self, query: FactQuery) -> tuple[DaySum, ...]:
        """Return sums per key and day."""
        if self._names is None:
            self._names = read_names(self._connection)
        return daily_sums(self._connection, query, self._names)

    def largest(self, stores: Sequence[str], measure: str, period: Period, most: int) -> tuple[str, ...]:
        """Return the stores with the largest sums of a measure over the period, largest first."""
        key = keys_of(self._connection, MeasureRow).get(measure, -1)
        ids = {number: name for name, number in store_keys(self._connection, stores).items()}
        rows = self._connection.execute(
            select(col(FactRow.store_key))
            .where(
                col(FactRow.store_key).in_(ids),
                col(FactRow.measure_key) == key,
                col(FactRow.day).between(period.first.toordinal(), period.last.toordinal()),
            )
            .group_by(col(FactRow.store_key))
            .order_by(func.sum(col(FactRow.value)).desc(), col(FactRow.store_key))
            .limit(most)
        )
        ranked = [ids[row[0]] for row in rows]
        rest = sorted(name for name in ids.values() if name not in set(ranked)) if len(ranked) < most else []
        return tuple((ranked + rest)[:most])

    def parts(
        self, stores: Sequence[str], measures: Sequence[str], period: Period, dimension: str = ""
    ) -> tuple[PartSum, ...]:
        """Return sums per part over the period; a measure that nobody reported of a part is None."""
        known = keys_of(self._connection, MeasureRow)
        wanted = {known[name]: place for place, name in enumerate(measures) if name in known}
        store_ids = {key: name for name, key in store_keys(self._connection, stores).items()}
        dimensions = {
            key: name for name, key in keys_of(self._connection, DimensionRow).items() if dimension in {"", name}
        }
        place = (col(PartFactRow.store_key), col(PartFactRow.dimension_key), col(PartFactRow.part))
        rows = self._connection.execute(
            select(*place, col(PartFactRow.measure_key), func.sum(col(PartFactRow.value)))
            .where(
                col(PartFactRow.store_key).in_(store_ids),
                col(PartFactRow.measure_key).in_(wanted),
                col(PartFactRow.dimension_key).in_(dimensions),  # names every one, so that each run of days is one seek
                col(PartFactRow.day).between(period.first.toordinal(), period.last.toordinal()),
            )
            .group_by(*place, col(PartFactRow.measure_key))
        )
        sums: dict[tuple[str, str, str], list[int | None]] = {}
        for store, which, part, measure, value in rows:
            values = sums.setdefault((store_ids[store], dimensions[which], part), [None] * len(measures))
            values[wanted[measure]] = int(value)
        return tuple(PartSum(*place, tuple(values)) for place, values in sorted(sums.items()))

    def last_days(self, stores: Sequence[str]) -> Mapping[str, date]:
        """Return the newest day with any fact, for the stores that have one."""
        keys = store_keys(self._connection, stores)
        newest = (
            select(func.max(col(FactRow.day)))
            .where(col(FactRow.store_key) == col(StoreRow.key), col(FactRow.measure_key) == col(MeasureRow.key))
            .scalar_subquery()
        )
        rows = self._connection.execute(
            select(col(StoreRow.id), newest)
            .select_from(StoreRow)
            .join(MeasureRow, col(MeasureRow.key) > -1)
            .where(col(StoreRow.key).in_(keys.values()))
        )
        found: dict[str, int] = {}
        for store, day in rows:
            if day is not None:
                found[store] = max(day, found.get(store, 0))
        return {store: date.fromordinal(day) for store, day in found.items()}

    def measures_on(self, stores: Sequence[str], first: date, last: date) -> Mapping[tuple[str, date], frozenset[str]]:
        """Return which measures each store reported on each day of the period."""
        names = {key: name for name, key in keys_of(self._connection, MeasureRow).items()}
        store_ids = {key: name for name, key in store_keys(self._connection, stores).items()}
        rows = self._connection.execute(
            select(col(FactRow.store_key), col(FactRow.measure_key), col(FactRow.day)).where(
                col(FactRow.store_key).in_(store_ids),
                col(FactRow.measure_key).in_(names),  # names every measure, so that each run of days is one seek
                col(FactRow.day).between(first.toordinal(), last.toordinal()),
            )
        )
        found: dict[tuple[str, date], set[str]] = {}
        for store, measure, day in rows:
            found.setdefault((store_ids[store], date.fromordinal(day)), set()).add(names[measure])
        return {place: frozenset(measures) for place, measures in found.items()}

    def restated_since(self, stores: Sequence[str], since: datetime) -> tuple[tuple[str, date, str], ...]:
        """Return (store, day, measure) of every value that differs from what was known at `since`."""
        store_ids = {key: name for name, key in store_keys(self._connection, stores).items()}
        names = {key: name for name, key in keys_of(self._connection, MeasureRow).items()}
        micros = to_micros(since)
        rows = self._connection.execute(
            select(col(FactHistoryRow.store_key), col(FactHistoryRow.day), col(FactHistoryRow.measure_key))
            .join(
                FactRow,
                (col(FactRow.store_key) == col(FactHistoryRow.store_key))
                & (col(FactRow.measure_key) == col(FactHistoryRow.measure_key))
                & (col(FactRow.day) == col(FactHistoryRow.day)),
            )
            .where(
                col(FactHistoryRow.store_key).in_(store_ids),
                col(FactHistoryRow.part) == "",
                col(FactHistoryRow.known_at) <= micros,
                col(FactHistoryRow.superseded_at) > micros,
                col(FactHistoryRow.value) != col(FactRow.value),
            )
        )
        return tuple(sorted((store_ids[store], date.fromordinal(day), names[measure]) for store, day, measure in rows))

    def versions(
        self, stores: Sequence[str], measures: Sequence[str], first: date, last: date, *, with_history: bool
    ) -> FactVersions:
        """Return store-level facts as columns, with history ordered by when they were known."""
        return fact_versions(self._connection, Wanted(tuple(stores), tuple(measures), first, last), with_history)

    def every_version(self, stores: Sequence[str]) -> Iterator[FactVersion]:
        """Yield every version of every fact of the stores, listings too, oldest knowledge first."""
        return every_version(self._connection, stores)

    def files(self, engagement_id: str, limit: int) -> tuple[ImportedFile, ...]:
        """Return the newest imports of an engagement, newest first."""
        table = FileRow.__table__  # type: ignore[attr-defined]
        rows = self._connection.execute(
            select(table).where(table.c.engagement == engagement_id).order_by(table.c.key.desc()).limit(limit)
        )
        return tuple(
            ImportedFile(
                row.sha256,
                row.name,
                row.layout,
                row.engagement,
                row.imported_at,
                row.first,
                row.last,
                row.rows,
                row.rejected,
            )
            for row in rows
        )
