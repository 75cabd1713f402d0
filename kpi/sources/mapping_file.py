"""A mapping file: tables recognised by their headers, and the measures made from their columns.

Every mistake in the file is reported at once. The words are those an account manager reads:

    [tables.orders]
    headers = ["order_id", "order_status"]         # recognised by these
    lookups = [{ table = "items", on = "order_id", column = "limit", from = "shipping_limit_date", take = "earliest" }]

    [[measures]]
    measure = "orders_cancelled"
    table = "orders"
    day = "order_purchase_timestamp"
    value = "distinct order_id"                     # count | distinct COLUMN | sum COLUMN | seconds FROM TO
    where = [{ column = "order_status", is = ["canceled"] }]
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kpi.errors import ConfigurationError
from kpi.measures import MEASURES
from kpi.phrases import phrase

TAKES = ("first", "earliest", "latest")
VALUES = {"count": 0, "distinct": 1, "sum": 1, "seconds": 2}
"""Kinds of value and how many columns each names."""
TESTS = ("is", "filled", "at_most", "at_least", "not_after", "after")
LARGEST_FILE = 200_000


@dataclass(frozen=True, slots=True)
class Lookup:
    """A column brought over from another table by a shared key."""

    table: str
    on: str
    source: str
    column: str
    take: str


@dataclass(frozen=True, slots=True)
class MappedTable:
    """A table recognised by its headers; `lookups` add columns from other tables."""

    name: str
    headers: tuple[str, ...]
    lookups: tuple[Lookup, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """A test on a column: one of TESTS; `by` compares instants by "date" or "timestamp"."""

    column: str
    test: str
    operand: Any
    by: str = "timestamp"


@dataclass(frozen=True, slots=True)
class MappedMeasure:
    """A measure made from one table's rows."""

    measure: str
    table: str
    day: str
    value: tuple[str, ...]
    where: tuple[Condition, ...] = ()
    listing: str = ""
    zero_days: bool = True


@dataclass(frozen=True, slots=True)
class FileMapping:
    """A whole mapping; days after the last one of `complete_until` (table, column) are partial."""

    name: str
    store: str
    on_time_by: str
    complete_until: tuple[str, str] | None
    tables: Mapping[str, MappedTable]
    measures: tuple[MappedMeasure, ...]


def read_mapping(path: Path) -> FileMapping:
    """Return the mapping a file describes; raises ConfigurationError naming every mistake."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ConfigurationError(phrase("%(file)s is larger than a mapping file can be."), file=path.name)
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            phrase("%(file)s cannot be read: %(problem)s."), file=path.name, problem=error
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(
            phrase("%(file)s is not valid TOML: %(problem)s"), file=path.name, problem=error
        ) from error
    mistakes = list(_mistakes(data))
    if mistakes:
        raise ConfigurationError(
            phrase("%(file)s has %(count)s mistakes:\n%(mistakes)s"),
            file=path.name,
            count=len(mistakes),
            mistakes="\n".join(f"  {mistake}" for mistake in mistakes),
        )
    return _mapping(data)


def _mistakes(data: Mapping[str, Any]) -> Iterator[str]:
    head, tables, measures = data.get("mapping"), data.get("tables"), data.get("measures")
    if not isinstance(head, dict) or not isinstance(head.get("name"), str):
        yield '[mapping]: name is missing (for example name = "olist")'
    elif head.get("on_time_by", "date") not in {"date", "timestamp"}:
        yield '[mapping] on_time_by: write "date" or "timestamp"'
    if not isinstance(tables, dict) or not tables:
        yield "[tables.…]: describe at least one table"
        return
    if not isinstance(measures, list) or not measures:
        yield "[[measures]]: describe at least one measure"
        return
    for name, table in tables.items():
        yield from _table_mistakes(name, table, tables)
    for number, measure in enumerate(measures, start=1):
        yield from (f"[[measures]] {number}: {mistake}" for mistake in _measure_mistakes(measure, tables))


def _table_mistakes(name: str, table: Any, tables: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(table, dict) or not _is_texts(table.get("headers")):
        yield f"[tables.{name}] headers: list the column names that identify the table"
        return
    for lookup in table.get("lookups", []):
        missing = {"table", "on", "from"} - set(lookup)
        if missing:
            yield f"[tables.{name}] lookups: {', '.join(sorted(missing))} is missing"
        elif lookup["table"] not in tables:
            yield f"[tables.{name}] lookups: there is no table “{lookup['table']}”"
        if lookup.get("take", "first") not in TAKES:
            yield f"[tables.{name}] lookups take: write one of {', '.join(TAKES)}"


def _measure_mistakes(measure: Any, tables: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(measure, dict):
        yield "is not a table of settings"
        return
    for key in ("measure", "table", "day", "value"):
        if not isinstance(measure.get(key), str):
            yield f"{key} is missing"
    unknown = set(measure) - {"measure", "table", "day", "value", "where", "listing", "zero_days"}
    if unknown:
        yield f"unknown key {', '.join(sorted(unknown))}"
    if isinstance(measure.get("measure"), str) and measure["measure"] not in MEASURES:
        yield f"“{measure['measure']}” is not a measure"
    if isinstance(measure.get("table"), str) and measure["table"] not in tables:
        yield f"there is no table “{measure['table']}”"
    words = str(measure.get("value", "count")).split()
    if words and (words[0] not in VALUES or len(words) != VALUES[words[0]] + 1):
        yield "value: write count, distinct COLUMN, sum COLUMN or seconds FROM TO"
    for condition in measure.get("where", []):
        yield from _condition_mistakes(condition)


def _condition_mistakes(condition: Any) -> Iterator[str]:
    if not isinstance(condition, dict) or not isinstance(condition.get("column"), str):
        yield "where: each condition names a column"
        return
    if sum(test in condition for test in TESTS) != 1:
        yield f"where {condition['column']}: give exactly one of {', '.join(TESTS)}"
    if condition.get("by", "timestamp") not in {"date", "timestamp", "on_time_by"}:
        yield f'where {condition["column"]} by: write "date", "timestamp" or "on_time_by"'


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)


def _mapping(data: Mapping[str, Any]) -> FileMapping:
    head = data["mapping"]
    until = head.get("complete_until")
    on_time_by = head.get("on_time_by", "date")
    return FileMapping(
        head["name"],
        head.get("store", ""),
        on_time_by,
        (until["table"], until["column"]) if until else None,
        {name: _table(name, table) for name, table in data["tables"].items()},
        tuple(_measure(measure, on_time_by) for measure in data["measures"]),
    )


def _table(name: str, table: Mapping[str, Any]) -> MappedTable:
    return MappedTable(
        name,
        tuple(table["headers"]),
        tuple(
            Lookup(one["table"], one["on"], one["from"], one.get("column", one["from"]), one.get("take", "first"))
            for one in table.get("lookups", [])
        ),
    )


def _measure(measure: Mapping[str, Any], on_time_by: str) -> MappedMeasure:
    return MappedMeasure(
        measure["measure"],
        measure["table"],
        measure["day"],
        tuple(measure["value"].split()),
        tuple(_condition(one, on_time_by) for one in measure.get("where", [])),
        measure.get("listing", ""),
        measure.get("zero_days", True),
    )


def _condition(condition: Mapping[str, Any], on_time_by: str) -> Condition:
    test = next(test for test in TESTS if test in condition)
    by = condition.get("by", "timestamp")
    return Condition(condition["column"], test, condition[test], on_time_by if by == "on_time_by" else by)
