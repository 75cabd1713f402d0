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
    listing = "product_id"                          # kept per listing as well; so for source, device, payment …
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kpi.errors import ConfigurationError
from kpi.metrics.dimensions import DIMENSIONS
from kpi.phrases import phrase
from kpi.sources.mapping_mistakes import TESTS, mistakes_in

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
    """A measure made from one table's rows; `parts` are the dimensions it is kept along, with their columns."""

    measure: str
    table: str
    day: str
    value: tuple[str, ...]
    where: tuple[Condition, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
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
    except (OSError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigurationError(
            phrase("%(file)s cannot be read: %(problem)s."), file=path.name, problem=error
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(
            phrase("%(file)s is not valid TOML: %(problem)s"), file=path.name, problem=error
        ) from error
    mistakes = list(mistakes_in(data))
    if mistakes:
        raise ConfigurationError(
            phrase("%(file)s has %(count)s mistakes:\n%(mistakes)s"),
            file=path.name,
            count=len(mistakes),
            mistakes="\n".join(f"  {mistake}" for mistake in mistakes),
        )
    return _mapping(data)


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
        tuple((dimension, measure[dimension]) for dimension in DIMENSIONS if measure.get(dimension)),
        measure.get("zero_days", True),
    )


def _condition(condition: Mapping[str, Any], on_time_by: str) -> Condition:
    test = next(test for test in TESTS if test in condition)
    by = condition.get("by", "timestamp")
    return Condition(condition["column"], test, condition[test], on_time_by if by == "on_time_by" else by)
