"""Runs a mapping over its files: joins tables by their keys, tests rows, sums measures per day and listing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from kpi.days import business_day
from kpi.engagements import Store
from kpi.errors import ConfigurationError
from kpi.facts import Fact, FactStatus
from kpi.measures import MEASURES
from kpi.phrases import phrase
from kpi.sources.dates import DateOrder, date_order, instant
from kpi.sources.dates import day as day_of
from kpi.sources.extraction import SCALED_UNITS
from kpi.sources.headers import normal
from kpi.sources.mapping_file import Condition, FileMapping, Lookup, MappedMeasure, MappedTable
from kpi.sources.numbers import is_blank, number, scaled, whole
from kpi.sources.previews import MOST_SHOWN, Extract, ImportContext, MappedColumn, Reason, RejectedRow
from kpi.sources.tables import ROW, Table


@dataclass(frozen=True, slots=True)
class Named:
    """A table whose columns are addressed by their (normalised) header names, lookups included."""

    name: str
    file: str
    frame: pl.LazyFrame
    schema: Mapping[str, pl.DataType]

    def column(self, header: str) -> pl.Expr:
        """Return a column; raises ConfigurationError when the mapping names one that is not there."""
        return pl.col(self.key(header))

    def key(self, header: str) -> str:
        """Return a column's name in the frame; raises ConfigurationError when it is not there."""
        name = normal(header)
        if name not in self.schema:
            raise ConfigurationError(
                phrase("The mapping names the column “%(column)s”, which the table “%(table)s” does not have."),
                column=header,
                table=self.name,
            )
        return name

    def dtype(self, header: str) -> pl.DataType:
        """Return a column's type."""
        return self.schema[self.key(header)]


def read_mapped(mapping: FileMapping, tables: Mapping[str, Table], store: Store, context: ImportContext) -> Extract:
    """Return the facts a mapping makes of its tables; raises ConfigurationError for a column that is not there."""
    plain = {name: _named(name, table) for name, table in tables.items()}
    named = {name: _with_lookups(mapping.tables[name], plain) for name in plain}
    usable = [measure for measure in mapping.measures if measure.table in named]
    orders = {(measure.table, measure.day): _order(named[measure.table], measure.day, context) for measure in usable}
    until = _complete_until(mapping, named, orders)
    facts: list[Fact] = []
    for place, day_key in enumerate(dict.fromkeys((measure.table, measure.day) for measure in usable)):
        context.progress(mapping.name, place, len(orders))
        mine = [measure for measure in usable if (measure.table, measure.day) == day_key]
        facts.extend(_facts(mapping, named[day_key[0]], mine, orders[day_key], _Place(store, context, until)))
    context.progress(mapping.name, len(orders), len(orders))
    rejected, count = _rejections(named, usable, orders)
    rows = sum(int(table.frame.select(pl.len()).collect(engine="streaming").item()) for table in plain.values())
    mapped = tuple(MappedColumn(f"{measure.table}: {' '.join(measure.value)}", measure.measure) for measure in usable)
    return Extract(tuple(facts), mapped, rows, rejected, count, tuple(_warnings(mapping, named)))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where facts go and how long the files are complete."""

    store: Store
    context: ImportContext
    until: date | None


def _named(name: str, table: Table) -> Named:
    schema = table.frame.collect_schema()
    places = {header: found[0] for header, found in table.places.items() if header}
    frame = table.frame.select(ROW, **{header: pl.col(str(place)) for header, place in places.items()})
    return Named(
        name, table.name, frame, {ROW: schema[ROW], **{header: schema[str(place)] for header, place in places.items()}}
    )


def _with_lookups(described: MappedTable, tables: Mapping[str, Named]) -> Named:
    table = tables[described.name]
    frame, schema = table.frame, dict(table.schema)
    for lookup in described.lookups:
        if lookup.table not in tables:
            continue
        other = tables[lookup.table]
        brought = normal(lookup.column)
        wanted = _wanted(other, lookup).alias(brought)
        right = other.frame.group_by(other.column(lookup.on).alias("__key")).agg(wanted)
        frame = frame.join(right, left_on=table.key(lookup.on), right_on="__key", how="left")
        schema[brought] = other.dtype(lookup.source)
    return Named(table.name, table.file, frame, schema)


def _wanted(other: Named, lookup: Lookup) -> pl.Expr:
    column = other.column(lookup.source)
    if lookup.take == "earliest":
        return column.filter(column.is_not_null()).min()
    if lookup.take == "latest":
        return column.filter(column.is_not_null()).max()
    return column.first()


def _order(table: Named, header: str, context: ImportContext) -> DateOrder:
    return date_order(table.frame, table.column(header), table.dtype(header), context.date_order)


def _complete_until(
    mapping: FileMapping, named: Mapping[str, Named], orders: Mapping[tuple[str, str], DateOrder]
) -> date | None:
    if mapping.complete_until is None or mapping.complete_until[0] not in named:
        return None
    table, header = named[mapping.complete_until[0]], mapping.complete_until[1]
    order = orders.get(mapping.complete_until, DateOrder.DAY_FIRST)
    last = day_of(table.column(header), table.dtype(header), order).max()
    value = table.frame.select(last).collect(engine="streaming").item()
    return value if isinstance(value, date) else None


def _facts(
    mapping: FileMapping, table: Named, measures: Sequence[MappedMeasure], order: DateOrder, place: _Place
) -> Iterator[Fact]:
    day = day_of(table.column(measures[0].day), table.dtype(measures[0].day), order).alias("day")
    sums = table.frame.group_by(day).agg(
        _value(table, measure).alias(f"v{index}") for index, measure in enumerate(measures)
    )
    listed = [(index, measure) for index, measure in enumerate(measures) if measure.listing]
    by_listing = [
        table.frame.group_by(day, table.column(measure.listing).alias("listing")).agg(
            _value(table, measure).alias("value")
        )
        for _, measure in listed
    ]
    found, *found_listings = pl.collect_all([sums, *by_listing], engine="streaming")
    for index, measure in enumerate(measures):
        yield from _store_facts(mapping, measure, found, f"v{index}", place)
    for (_, measure), rows in zip(listed, found_listings, strict=True):
        for row_day, listing, value in rows.sort("day", "listing").iter_rows():
            if row_day is not None and listing and value:
                yield _fact(mapping, measure, row_day, value, place, listing=str(listing))


def _store_facts(
    mapping: FileMapping, measure: MappedMeasure, sums: pl.DataFrame, name: str, place: _Place
) -> Iterator[Fact]:
    values = {day: value for day, value in sums.select("day", name).iter_rows() if day is not None}
    if not values:
        return
    first, last = min(values), max(values)
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if day in values or measure.zero_days:
            yield _fact(mapping, measure, day, values.get(day) or 0, place)


def _fact(
    mapping: FileMapping, measure: MappedMeasure, day: date, value: int, place: _Place, *, listing: str = ""
) -> Fact:
    is_late = place.until is not None and day > place.until
    is_open = day >= business_day(place.context.now, place.store.zone)
    status = FactStatus.PARTIAL if is_late or is_open else FactStatus.FINAL
    return Fact(place.store.id, day, measure.measure, int(value), mapping.name, status, listing)


def _value(table: Named, measure: MappedMeasure) -> pl.Expr:
    row = pl.col(ROW).is_not_null()  # true on every row, so that a measure without conditions counts them all
    kept = pl.all_horizontal(row, *(_test(table, one).fill_null(value=False) for one in measure.where))
    kind, *headers = measure.value
    if kind == "count":
        return kept.cast(pl.Int64).sum()
    if kind == "distinct":
        return table.column(headers[0]).filter(kept).n_unique().cast(pl.Int64)
    if kind == "seconds":
        start, end = (instant(table.column(header), table.dtype(header)) for header in headers)
        return (end - start).dt.total_seconds().filter(kept).sum()
    value = number(table.column(headers[0]), table.dtype(headers[0]), ".")
    is_scaled = MEASURES[measure.measure].unit in SCALED_UNITS
    return (scaled(value) if is_scaled else whole(value)).filter(kept).sum()


def _test(table: Named, condition: Condition) -> pl.Expr:
    column, dtype = table.column(condition.column), table.dtype(condition.column)
    match condition.test:
        case "is":
            return column.cast(pl.String).is_in([str(one) for one in condition.operand])
        case "filled":
            return ~is_blank(column) if condition.operand else is_blank(column)
        case "at_most":
            return number(column, dtype, ".") <= float(condition.operand)
        case "at_least":
            return number(column, dtype, ".") >= float(condition.operand)
        case _:
            return _compared(table, condition)


def _compared(table: Named, condition: Condition) -> pl.Expr:
    mine = instant(table.column(condition.column), table.dtype(condition.column))
    other = instant(table.column(condition.operand), table.dtype(condition.operand))
    if condition.by == "date":
        mine, other = mine.dt.date(), other.dt.date()
    return mine <= other if condition.test == "not_after" else mine > other


def _rejections(
    named: Mapping[str, Named], measures: Sequence[MappedMeasure], orders: Mapping[tuple[str, str], DateOrder]
) -> tuple[tuple[RejectedRow, ...], int]:
    """Return the rows whose day or number cannot be read; a blank day only means that nothing happened yet."""
    found: list[RejectedRow] = []
    count = 0
    checks = {(measure.table, measure.day): Reason.NO_DATE for measure in measures}
    sums = {(measure.table, measure.value[1]): Reason.NO_NUMBER for measure in measures if measure.value[0] == "sum"}
    for (name, header), reason in {**checks, **sums}.items():
        table = named[name]
        column = table.column(header)
        value = (
            day_of(column, table.dtype(header), orders[name, header])
            if reason == Reason.NO_DATE
            else number(column, table.dtype(header), ".")
        )
        bad = table.frame.filter(value.is_null() & ~is_blank(column)).select(ROW, column.cast(pl.String).alias("cell"))
        rows = bad.collect(engine="streaming")
        count += rows.height
        found.extend(RejectedRow(table.file, int(line), reason, cell[:80]) for line, cell in rows.head(20).iter_rows())
    return tuple(found[:MOST_SHOWN]), count


def _warnings(mapping: FileMapping, named: Mapping[str, Named]) -> Iterator[str]:
    missing = sorted(set(mapping.tables) - set(named))
    if missing:
        yield f"{', '.join(missing)}: —"
