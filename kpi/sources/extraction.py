"""From a table's columns to daily facts: one pass that parses, rejects, sums by day and by part of the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

import polars as pl

from kpi.days import business_day
from kpi.engagements import Store
from kpi.errors import SourceError
from kpi.facts import Fact, FactStatus
from kpi.metrics.dimensions import LISTING
from kpi.metrics.measures import MEASURES, MeasureUnit
from kpi.phrases import phrase
from kpi.sources.dates import EARLIEST, date_order
from kpi.sources.dates import day as day_of
from kpi.sources.numbers import DECIMAL_MARKS, WHOLE_UNITS, is_blank, number, scaled, whole
from kpi.sources.previews import MOST_SHOWN, Extract, ImportContext, MappedColumn, Reason, RejectedRow
from kpi.sources.tables import ROW, Table

SCALED_UNITS = frozenset({MeasureUnit.MONEY, MeasureUnit.SHARE})
BAD, FIRST = "bad", "first"
LONGEST_CELL = 80


class Level(StrEnum):
    """Which facts an amount makes."""

    STORE = "store"
    PART = "part"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Amount:
    """One measure to be summed per day: `value` is an Int64 expression, null where nothing is known.

    With `zero_days`, days inside the file's span without any row are zero (an order export is complete for its span).
    """

    measure: str
    value: pl.Expr
    level: Level = Level.STORE
    zero_days: bool = False


@dataclass
class Reader:
    """Parses a table's cells for one store and remembers what could not be parsed."""

    table: Table
    context: ImportContext
    store: Store
    source: str
    mapped: list[MappedColumn] = field(default_factory=list)
    checks: list[tuple[str, pl.Expr, pl.Expr]] = field(default_factory=list)
    parsed: list[pl.Expr] = field(default_factory=list)
    used: list[pl.Expr] = field(default_factory=list)
    order: pl.Expr | None = None

    @cached_property
    def schema(self) -> Mapping[str, pl.DataType]:
        """The types of the frame's columns."""
        return self.table.frame.collect_schema()

    @cached_property
    def today(self) -> date:
        """The day that is not over yet in the store's zone."""
        return business_day(self.context.now, self.store.zone)

    def dtype(self, header: str) -> pl.DataType:
        """Return the type of a header's column."""
        return self.schema[self.table.column_name(header)]

    def text(self, header: str, becomes: str) -> pl.Expr:
        """Return a column as stripped text, null where blank."""
        column = self._read(header, becomes).cast(pl.String).str.strip_chars()
        return self._once(pl.when(column != "").then(column))

    def first_of(self, header: str, counts: pl.Expr | None = None) -> pl.Expr:
        """Return where an order number stands for the first time among the good rows (that count).

        A row without its order number is rejected; a rejected row is never an order's first one.
        """
        number = self.text(header, "order id")
        self.checks.append((Reason.NO_ORDER, number.is_null(), self.table.column(header)))
        self.order = number if counts is None else pl.when(counts).then(number)
        return pl.col(FIRST)

    def day(self, header: str) -> pl.Expr:
        """Return a column as days; rows without a readable day are rejected."""
        column, dtype = self._read(header, "day"), self.dtype(header)
        order = date_order(self.table.frame, column, dtype, self.context.date_order)
        value = self._once(day_of(column, dtype, order))
        self.checks.append((Reason.NO_DATE, value.is_null(), column))
        self.checks.append((Reason.FUTURE, (value > self.today).fill_null(value=False), column))
        self.checks.append((Reason.TOO_EARLY, (value < EARLIEST).fill_null(value=False), column))
        return value

    def amount(self, header: str, measure: str, *, absolute: bool = False) -> pl.Expr:
        """Return a column as whole numbers of a measure; a cell that is no number is rejected, a blank stays null."""
        column, unit = self._read(header, measure), MEASURES[measure].unit
        is_whole = unit in WHOLE_UNITS
        mark = DECIMAL_MARKS[self.store.market]
        value = self._once(number(column, self.dtype(header), mark, is_whole=is_whole))
        self.checks.append((Reason.NO_NUMBER, value.is_null() & ~is_blank(column), column))
        if is_whole:
            self.checks.append((Reason.NOT_WHOLE, (value != value.round(0)).fill_null(value=False), column))
        if absolute:
            value = value.abs()
        else:
            self.checks.append((Reason.NEGATIVE, (value < 0).fill_null(value=False), column))
        return scaled(value) if unit in SCALED_UNITS else whole(value)

    def check(self, reason: str, broken: pl.Expr, header: str) -> None:
        """Reject the rows where `broken` is true, naming the cell under a header."""
        self.checks.append((reason, broken.fill_null(value=False), self.table.column(header)))

    def once_a_day(self, day: pl.Expr, header: str, part: pl.Expr | None = None) -> None:
        """Reject every row of a day (and part) but its first good one; call it when all other checks are known."""
        place = day if part is None else pl.struct(day.alias("day"), part.alias("part"))
        good = pl.when(~pl.any_horizontal([check[1] for check in self.checks])).then(place)
        self.check(Reason.REPEATED_DAY, good.is_not_null() & ~good.is_first_distinct(), header)

    def _read(self, header: str, becomes: str) -> pl.Expr:
        column = self.table.column(header)
        self.mapped.append(MappedColumn(header, becomes))
        self.used.append(column)
        return column

    def _once(self, value: pl.Expr) -> pl.Expr:
        """Return a column that holds `value`, so that a cell is parsed once however often it is asked for."""
        name = f"parsed{len(self.parsed)}"
        self.parsed.append(value.alias(name))
        return pl.col(name)

    def extract(
        self,
        day: pl.Expr,
        amounts: Sequence[Amount],
        part: pl.Expr | None = None,
        dimension: str = LISTING,
        warnings: Sequence[str] = (),
    ) -> Extract:
        """Sum the amounts per day (and per part of a dimension) over the rows that passed every check."""
        bad = self._there() & pl.any_horizontal([check[1] for check in self.checks])
        # The one pass over the file: what it leaves in memory are days, parts and whole numbers.
        read = (
            self.table.frame.with_columns(self.parsed)
            .with_columns(bad.alias(BAD))
            .with_columns(self._first().alias(FIRST))
            .select(
                pl.col(BAD),
                self._there().alias("there"),
                day.alias("day"),
                *([part.cast(pl.Categorical).alias("part")] if part is not None else []),
                *(amount.value.alias(_name(place)) for place, amount in enumerate(amounts)),
            )
            .collect(engine="streaming")
        )
        rejected = int(read[BAD].sum() or 0)
        height = int(read["there"].sum() or 0)
        good = (read.filter(~pl.col(BAD) & pl.col("there")) if rejected or height < read.height else read).lazy()
        by_store = _sums(good, ["day"], amounts, Level.STORE)
        by_part = _sums(good.filter(_part_there(part)), ["day", "part"], amounts, Level.PART)
        stores, parts = pl.collect_all([by_store, by_part])
        facts = (*self._store_facts(stores, amounts), *self._part_facts(parts, amounts, dimension))
        return Extract(
            tuple(facts), tuple(self.mapped), height, self._rejected(bad, rejected), rejected, tuple(warnings)
        )

    def _there(self) -> pl.Expr:
        """Tell rows from blank lines: a row has something in one of the columns that are read."""
        return pl.any_horizontal([column.is_not_null() for column in self.used])

    def _first(self) -> pl.Expr:
        if self.order is None:
            return pl.lit(value=False)
        number = pl.when(~pl.col(BAD)).then(self.order)
        return number.is_first_distinct() & number.is_not_null()

    def _store_facts(self, sums: pl.DataFrame, amounts: Sequence[Amount]) -> Iterator[Fact]:
        days = [row for row in sums["day"] if row is not None]
        span = _days(min(days), max(days)) if days else []
        rows = {row["day"]: row for row in sums.iter_rows(named=True)}
        for place, amount in enumerate(amounts):
            if amount.level is Level.PART:
                continue
            for day in span if amount.zero_days else days:
                value = rows[day][_name(place)] if day in rows else None
                if value is None and amount.zero_days:
                    value = 0
                if value is not None:
                    yield Fact(self.store.id, day, amount.measure, int(value), self.source, self._status(day))

    def _part_facts(self, sums: pl.DataFrame, amounts: Sequence[Amount], dimension: str) -> Iterator[Fact]:
        listed = [(place, amount) for place, amount in enumerate(amounts) if amount.level is not Level.STORE]
        if not listed or sums.is_empty():
            return
        rows = sums.select("day", "part", *(_name(place) for place, _ in listed))
        for day, part, *values in rows.iter_rows():
            status = self._status(day)
            for (_, amount), value in zip(listed, values, strict=True):
                if value is not None:
                    yield Fact(self.store.id, day, amount.measure, int(value), self.source, status, part, dimension)

    def _status(self, day: date) -> FactStatus:
        """Return PARTIAL for a day that is not over in the store's zone."""
        return FactStatus.FINAL if day < self.today else FactStatus.PARTIAL

    def _rejected(self, bad: pl.Expr, count: int) -> tuple[RejectedRow, ...]:
        if not count:
            return ()
        checks = [
            pl.when(broken).then(cell.cast(pl.String).fill_null("")).alias(f"c{place}")
            for place, (_, broken, cell) in enumerate(self.checks)
        ]
        frame = self.table.frame.with_columns(self.parsed)
        # Tested before the bad rows are chosen: a day that comes twice does not among them alone.
        tested = frame.select(pl.col(ROW), bad.alias(BAD), *checks).filter(pl.col(BAD)).drop(BAD)
        rows = tested.head(MOST_SHOWN).collect(engine="streaming")
        found = []
        for line, (_, *cells) in zip(self.table.lines(rows[ROW].to_list()), rows.iter_rows(), strict=True):
            place = next(index for index, cell in enumerate(cells) if cell is not None)
            found.append(RejectedRow(self.table.name, line, self.checks[place][0], cells[place][:LONGEST_CELL]))
        return tuple(found)


def _name(place: int) -> str:
    return f"v{place}"


def _part_there(part: pl.Expr | None) -> pl.Expr:
    return pl.lit(value=False) if part is None else pl.col("part").is_not_null()


def _sums(frame: pl.LazyFrame, keys: list[str], amounts: Sequence[Amount], level: Level) -> pl.LazyFrame:
    """Sum per key; a day on which an amount is nowhere known stays null instead of becoming zero."""
    names = [_name(place) for place, amount in enumerate(amounts) if amount.level in {level, Level.BOTH}]
    if level is Level.PART and (not names or "part" not in frame.collect_schema()):
        return pl.LazyFrame(schema={"day": pl.Date, "part": pl.String})
    known = [pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum()).alias(name) for name in names]
    return frame.group_by(keys).agg(known).sort(keys)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def chosen_store(context: ImportContext, file: str) -> Store:
    """Return the store chosen with --store, or the engagement's only one; raises SourceError when it is not clear."""
    if context.store is not None:
        return context.store
    if len(context.stores) == 1:
        return context.stores[0]
    raise SourceError(
        phrase("%(file)s does not say which store it is from; choose one with --store (%(stores)s)."),
        file=file,
        stores=", ".join(store.id for store in context.stores),
    )
