"""Runs a mapping over its files: joins tables by their keys, tests rows, sums measures per day and per part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

from kpi.days import business_day
from kpi.engagements import Store
from kpi.errors import ConfigurationError
from kpi.facts import Fact, FactStatus
from kpi.metrics.measures import MEASURES
from kpi.phrases import phrase
from kpi.sources.dates import EARLIEST, DateOrder, date_order, instant
from kpi.sources.dates import day as day_of
from kpi.sources.extraction import LONGEST_CELL, SCALED_UNITS
from kpi.sources.headers import normal
from kpi.sources.lines import LinesOf
from kpi.sources.mapping_file import Condition, FileMapping, Lookup, MappedMeasure, MappedTable
from kpi.sources.numbers import DECIMAL_MARKS, WHOLE_UNITS, DecimalMark, is_blank, number, scaled, whole
from kpi.sources.previews import MOST_SHOWN, Extract, ImportContext, MappedColumn, Reason, RejectedRow
from kpi.sources.tables import ROW, Table


@dataclass(frozen=True, slots=True)
class Named:
    """A table whose columns are addressed by their (normalised) header names, lookups included."""

    name: str
    file: str
    frame: pl.LazyFrame
    schema: Mapping[str, pl.DataType]
    mark: DecimalMark
    lines: LinesOf

    def number(self, header: str, *, is_whole: bool = False) -> pl.Expr:
        """Return a column as numbers, null where blank or no number."""
        return number(self.column(header), self.dtype(header), self.mark, is_whole=is_whole)

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
    mark = DECIMAL_MARKS[store.market]
    plain = {name: _named(name, table, mark) for name, table in tables.items()}
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
    rejected, count = _rejections(named, usable, orders, business_day(context.now, store.zone))
    rows = sum(int(table.frame.select(pl.len()).collect(engine="streaming").item()) for table in plain.values())
    mapped = tuple(MappedColumn(f"{measure.table}: {' '.join(measure.value)}", measure.measure) for measure in usable)
    return Extract(tuple(facts), mapped, rows, rejected, count, tuple(_warnings(mapping, named)))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where facts go and how long the files are complete."""

    store: Store
    context: ImportContext
    until: date | None


def _named(name: str, table: Table, mark: DecimalMark) -> Named:
    schema = table.frame.collect_schema()
    places = {header: found[0] for header, found in table.places.items() if header}
    frame = table.frame.select(ROW, **{header: pl.col(str(place)) for header, place in places.items()})
    types = {ROW: schema[ROW], **{header: schema[str(place)] for header, place in places.items()}}
    return Named(name, table.name, frame, types, mark, table.lines)


def _with_lookups(described: MappedTable, tables: Mapping[str, Named]) -> Named:
    table = tables[described.name]
    frame, schema = table.frame, dict(table.schema)
    for lookup in described.lookups:
        if lookup.table not in tables:
            continue
        other = tables[lookup.table]
        brought = normal(lookup.column)
        wanted = _wanted(other, lookup).alias(brought)
        # As text on both sides: a number in a workbook is a text in a CSV file.
        key = other.column(lookup.on).cast(pl.String).alias("__key")
        mine = table.column(lookup.on).cast(pl.String)
        frame = frame.join(other.frame.group_by(key).agg(wanted), left_on=mine, right_on="__key", how="left")
        schema[brought] = other.dtype(lookup.source)
    return replace(table, frame=frame, schema=schema)


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
    day = day_of(table.column(measures[0].day), table.dtype(measures[0].day), order)
    today = business_day(place.context.now, place.store.zone)
    split = [(index, *part) for index, measure in enumerate(measures) for part in measure.parts]
    # Cells are parsed before rows are grouped: how a number is written shows in its whole column.
    frame = table.frame.select(
        pl.when(day.is_between(EARLIEST, today)).then(day).alias("day"),
        *(_kept(table, measure).alias(f"kept{index}") for index, measure in enumerate(measures)),
        *(_cell(table, measure).alias(f"cell{index}") for index, measure in enumerate(measures)),
        *(table.column(column).alias(f"{dimension}{index}") for index, dimension, column in split),
    )
    sums = frame.group_by("day").agg(
        _value(measure, index).alias(f"v{index}") for index, measure in enumerate(measures)
    )
    by_part = [
        frame.group_by("day", pl.col(f"{dimension}{index}").cast(pl.String).alias("part")).agg(
            _value(measures[index], index).alias("value")
        )
        for index, dimension, _ in split
    ]
    found, *found_parts = pl.collect_all([sums, *by_part], engine="streaming")
    for index, measure in enumerate(measures):
        yield from _store_facts(mapping, measure, found, f"v{index}", place)
    for (index, dimension, _), rows in zip(split, found_parts, strict=True):
        for row_day, part, value in rows.sort("day", "part").iter_rows():
            if row_day is not None and part and value:
                yield replace(_fact(mapping, measures[index], row_day, value, place), part=part, dimension=dimension)


def _store_facts(
    mapping: FileMapping, measure: MappedMeasure, sums: pl.DataFrame, name: str, place: _Place
) -> Iterator[Fact]:
    values = {day: value for day, value in sums.select("day", name).iter_rows() if day is not None}
    if not values:
        return
    first, last = min(values), max(values)
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        value = values.get(day, 0 if measure.zero_days else None)
        if value is not None:
            yield _fact(mapping, measure, day, value, place)


def _fact(mapping: FileMapping, measure: MappedMeasure, day: date, value: int, place: _Place) -> Fact:
    is_late = place.until is not None and day > place.until
    is_open = day >= business_day(place.context.now, place.store.zone)
    status = FactStatus.PARTIAL if is_late or is_open else FactStatus.FINAL
    return Fact(place.store.id, day, measure.measure, int(value), mapping.name, status)


def _kept(table: Named, measure: MappedMeasure) -> pl.Expr:
    row = pl.col(ROW).is_not_null()  # true on every row, so that a measure without conditions counts them all
    return pl.all_horizontal(row, *(_test(table, one).fill_null(value=False) for one in measure.where))


def _cell(table: Named, measure: MappedMeasure) -> pl.Expr:
    """Return what a row brings to a measure: a number, an instant's distance, or the thing to be counted."""
    kind, *headers = measure.value
    if kind == "count":
        return pl.lit(1, pl.Int64)
    if kind == "distinct":
        return table.column(headers[0])
    if kind == "seconds":
        start, end = (instant(table.column(header), table.dtype(header)) for header in headers)
        return (end - start).dt.total_seconds()
    unit = MEASURES[measure.measure].unit
    value = table.number(headers[0], is_whole=unit in WHOLE_UNITS)
    return scaled(value) if unit in SCALED_UNITS else whole(value)


def _value(measure: MappedMeasure, index: int) -> pl.Expr:
    """Return a group's value; null where rows are kept but all of them are blank: unknown, not zero."""
    kept = pl.col(f"kept{index}")
    mine = pl.col(f"cell{index}").filter(kept)
    if measure.value[0] == "distinct":
        return mine.drop_nulls().n_unique().cast(pl.Int64)
    return pl.when(mine.is_not_null().any() | ~kept.any()).then(mine.sum())


def _test(table: Named, condition: Condition) -> pl.Expr:
    column = table.column(condition.column)
    match condition.test:
        case "is":
            return column.cast(pl.String).is_in([str(one) for one in condition.operand])
        case "filled":
            return ~is_blank(column) if condition.operand else is_blank(column)
        case "at_most":
            return table.number(condition.column) <= float(condition.operand)
        case "at_least":
            return table.number(condition.column) >= float(condition.operand)
        case _:
            return _compared(table, condition)


def _compared(table: Named, condition: Condition) -> pl.Expr:
    mine = instant(table.column(condition.column), table.dtype(condition.column))
    other = instant(table.column(condition.operand), table.dtype(condition.operand))
    if condition.by == "date":
        mine, other = mine.dt.date(), other.dt.date()
    return mine <= other if condition.test == "not_after" else mine > other


def _rejections(
    named: Mapping[str, Named],
    measures: Sequence[MappedMeasure],
    orders: Mapping[tuple[str, str], DateOrder],
    today: date,
) -> tuple[tuple[RejectedRow, ...], int]:
    """Return the rows whose day or number cannot be read; a blank day only means that nothing happened yet."""
    found: list[RejectedRow] = []
    count = 0
    for name, header, reason, broken in _checks(named, measures, orders, today):
        table = named[name]
        bad = table.frame.filter(broken).select(ROW, table.column(header).cast(pl.String).alias("cell"))
        rows = bad.collect(engine="streaming")
        count += rows.height
        shown = rows.sort(ROW).head(MOST_SHOWN)
        lines = table.lines(shown[ROW].to_list())
        cells = (cell[:LONGEST_CELL] for cell in shown["cell"])
        found.extend(RejectedRow(table.file, line, reason, cell) for line, cell in zip(lines, cells, strict=True))
    return tuple(found[:MOST_SHOWN]), count


def _checks(
    named: Mapping[str, Named],
    measures: Sequence[MappedMeasure],
    orders: Mapping[tuple[str, str], DateOrder],
    today: date,
) -> Iterator[tuple[str, str, str, pl.Expr]]:
    """Yield (table, header, reason, where it is broken) of every day and every number that is summed."""
    for name, header in dict.fromkeys((measure.table, measure.day) for measure in measures):
        column = named[name].column(header)
        day = day_of(column, named[name].dtype(header), orders[name, header])
        yield name, header, Reason.NO_DATE, day.is_null() & ~is_blank(column)
        yield name, header, Reason.FUTURE, day > today
        yield name, header, Reason.TOO_EARLY, day < EARLIEST
    sums = {(one.table, one.value[1], MEASURES[one.measure].unit) for one in measures if one.value[0] == "sum"}
    for name, header, unit in sorted(sums):
        is_whole = unit in WHOLE_UNITS
        value = named[name].number(header, is_whole=is_whole)
        yield name, header, Reason.NO_NUMBER, value.is_null() & ~is_blank(named[name].column(header))


def _warnings(mapping: FileMapping, named: Mapping[str, Named]) -> Iterator[str]:
    missing = sorted(set(mapping.tables) - set(named))
    if missing:
        yield f"{', '.join(missing)}: —"
