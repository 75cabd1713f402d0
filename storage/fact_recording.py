"""Stores a file's facts: new ones are added, changed ones keep what was shown before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, and_, bindparam, insert, select, update
from sqlmodel import col

from kpi.facts import Fact, FactStatus, ImportedFile, ImportOutcome
from storage.instants import to_micros
from storage.names import ensure_keys, store_keys
from storage.tables import (
    DimensionRow,
    EngagementRow,
    FactHistoryRow,
    FactRow,
    FileRow,
    MeasureRow,
    PartFactRow,
    SourceRow,
)

CHUNK = 5_000
"""Rows written by one statement."""
UNSETTLED = frozenset({FactStatus.PRELIMINARY, FactStatus.PARTIAL})
"""A value that was shown as not final settles; only one shown as final is restated."""

FactTable = type[FactRow | PartFactRow]
Place = tuple[int, int, int, int, str]
"""Keys of store, measure and dimension (0 for whole stores), the day, and the part."""


@dataclass(frozen=True, slots=True)
class _Keys:
    """The small keys of the names in one file, and its own."""

    stores: Mapping[str, int]
    measures: Mapping[str, int]
    dimensions: Mapping[str, int]
    sources: Mapping[str, int]
    file: int


@dataclass(slots=True)
class _Batch:
    """The rows of one file, sorted into what happens to them."""

    new: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    past: list[dict[str, Any]] = field(default_factory=list)
    restated: int = 0
    unchanged: int = 0


def record_file(connection: Connection, file: ImportedFile, facts: Iterable[Fact]) -> ImportOutcome:
    """Store a file's facts once; the same file again for the same engagement changes nothing.

    Raises KeyError for a fact of a store that is not the engagement's own.
    """
    _wait_for_other_imports(connection, file.engagement)
    if _is_known(connection, file):
        return ImportOutcome(0, 0, 0, is_repeat=True)
    given = list(facts)
    keys = _Keys(
        store_keys(connection, {fact.store for fact in given}, file.engagement),
        ensure_keys(connection, MeasureRow, {fact.measure for fact in given}),
        ensure_keys(connection, DimensionRow, {fact.dimension for fact in given if fact.part}),
        ensure_keys(connection, SourceRow, {fact.source for fact in given}),
        _add_file(connection, file),
    )
    outcome = ImportOutcome(0, 0, 0, is_repeat=False)
    tables: tuple[FactTable, ...] = (FactRow, PartFactRow)
    for table in tables:
        mine = (fact for fact in given if bool(fact.part) is (table is PartFactRow))
        outcome = _plus(outcome, _store(connection, table, dict(_rows(mine, keys, to_micros(file.imported_at)))))
    return outcome


def _wait_for_other_imports(connection: Connection, engagement: str) -> None:
    """Let one import of an engagement follow the other: two at once would both add what neither finds.

    On SQLite the one writing transaction is enough, and the lock is no part of the statement.
    """
    connection.execute(
        select(col(EngagementRow.id)).where(col(EngagementRow.id) == engagement).with_for_update(key_share=True)
    )


def _is_known(connection: Connection, file: ImportedFile) -> bool:
    found = connection.scalar(
        select(col(FileRow.key)).where(col(FileRow.engagement) == file.engagement, col(FileRow.sha256) == file.sha256)
    )
    return found is not None


def _add_file(connection: Connection, file: ImportedFile) -> int:
    key = connection.execute(
        insert(FileRow)
        .values(
            engagement=file.engagement,
            sha256=file.sha256,
            name=file.name,
            layout=file.layout,
            imported_at=file.imported_at,
            first=file.first,
            last=file.last,
            rows=file.rows,
            rejected=file.rejected,
        )
        .returning(col(FileRow.key))
    ).scalar_one()
    return int(key or 0)


def _rows(facts: Iterable[Fact], keys: _Keys, known_at: int) -> Iterator[tuple[Place, dict[str, Any]]]:
    for fact in facts:
        row: dict[str, Any] = {
            "store_key": keys.stores[fact.store],
            "measure_key": keys.measures[fact.measure],
            "day": fact.day.toordinal(),
            "value": fact.value,
            "status": int(fact.status),
            "source_key": keys.sources[fact.source],
            "file_key": keys.file,
            "known_at": known_at,
        }
        if fact.part:
            row |= {"dimension_key": keys.dimensions[fact.dimension], "part": fact.part}
        yield _place(row), row


def _place(row: dict[str, Any]) -> Place:
    return row["store_key"], row["measure_key"], row.get("dimension_key", 0), row["day"], row.get("part", "")


def _store(connection: Connection, table: FactTable, rows: dict[Place, dict[str, Any]]) -> ImportOutcome:
    batch = _Batch()
    known = _known(connection, table, rows)
    for place, row in rows.items():
        _sort_in(batch, row, known.get(place))
    for target, values in ((table, batch.new), (FactHistoryRow, batch.past)):
        for start in range(0, len(values), CHUNK):
            connection.execute(insert(target), values[start : start + CHUNK])
    _overwrite(connection, table, batch.changed)
    return ImportOutcome(len(batch.new), batch.restated, batch.unchanged, is_repeat=False)


def _known(connection: Connection, table: FactTable, rows: Iterable[Place]) -> dict[Place, dict[str, Any]]:
    """Return what is stored in the stretch of days each store, measure and dimension is given for."""
    spans: dict[tuple[int, int, int], tuple[int, int]] = {}
    for store, measure, dimension, day, _part in rows:
        first, last = spans.get((store, measure, dimension), (day, day))
        spans[store, measure, dimension] = (min(first, day), max(last, day))
    columns = table.__table__  # type: ignore[union-attr]
    found: dict[Place, dict[str, Any]] = {}
    for (store, measure, dimension), (first, last) in spans.items():
        statement = select(columns).where(
            columns.c.store_key == store, columns.c.measure_key == measure, columns.c.day.between(first, last)
        )
        if table is PartFactRow:
            statement = statement.where(columns.c.dimension_key == dimension)
        for row in connection.execute(statement).mappings():
            stored = dict(row)
            found[_place(stored)] = stored
    return found


def _sort_in(batch: _Batch, row: dict[str, Any], known: dict[str, Any] | None) -> None:
    if known is None:
        batch.new.append(row)
        return
    is_same = known["value"] == row["value"]
    row["status"] = int(_status(FactStatus(known["status"]), FactStatus(row["status"]), is_same=is_same))
    if is_same and row["status"] == known["status"]:
        batch.unchanged += 1
        return
    row["known_at"] = max(row["known_at"], known["known_at"])  # a clock set back never makes history run backwards
    batch.past.append({"dimension_key": 0, "part": "", **known, "superseded_at": row["known_at"]})
    batch.changed.append(row)
    batch.restated += not is_same
    batch.unchanged += is_same


def _status(known: FactStatus, new: FactStatus, *, is_same: bool) -> FactStatus:
    if new is not FactStatus.FINAL:
        return new
    if is_same:
        return FactStatus.RESTATED if known is FactStatus.RESTATED else FactStatus.FINAL
    return FactStatus.FINAL if known in UNSETTLED else FactStatus.RESTATED


def _overwrite(connection: Connection, table: FactTable, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    columns = table.__table__  # type: ignore[union-attr]
    names = [column.name for column in columns.primary_key]
    others = [name for name in rows[0] if name not in names]
    statement = (
        update(columns)
        .where(and_(*(columns.c[name] == bindparam(f"at_{name}") for name in names)))
        .values({name: bindparam(f"new_{name}") for name in others})
    )
    values = [
        {f"at_{name}": row[name] for name in names} | {f"new_{name}": row[name] for name in others} for row in rows
    ]
    for start in range(0, len(values), CHUNK):
        connection.execute(statement, values[start : start + CHUNK])


def _plus(one: ImportOutcome, other: ImportOutcome) -> ImportOutcome:
    return ImportOutcome(
        one.added + other.added, one.restated + other.restated, one.unchanged + other.unchanged, is_repeat=False
    )
