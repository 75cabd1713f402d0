"""What can be wrong in a mapping file: every mistake is one sentence, and all of them are found at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kpi.metrics.dimensions import DIMENSIONS
from kpi.metrics.measures import MEASURES
from kpi.sources.headers import is_personal

TAKES = ("first", "earliest", "latest")
VALUES = {"count": 0, "distinct": 1, "sum": 1, "seconds": 2}
"""Kinds of value and how many columns each names."""
TESTS = ("is", "filled", "at_most", "at_least", "not_after", "after")
INSTANTS = ("date", "timestamp")

_TOP = {"mapping", "tables", "measures"}
_HEAD = {"name", "store", "on_time_by", "complete_until"}
_TABLE = {"headers", "lookups"}
_LOOKUP = {"table", "on", "from", "column", "take"}
_MEASURE = {"measure", "table", "day", "value", "where", "zero_days", *DIMENSIONS}
_CONDITION = {"column", "by", *TESTS}


def mistakes_in(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield every mistake of a mapping file."""
    tables, measures = data.get("tables"), data.get("measures")
    yield from (f"[{name}]: there is no such part" for name in sorted(set(data) - _TOP))
    yield from (f"[mapping]{mistake}" for mistake in _head_mistakes(data.get("mapping"), tables))
    if not isinstance(tables, dict) or not tables:
        yield "[tables.…]: describe at least one table"
        return
    if not isinstance(measures, list) or not measures:
        yield "[[measures]]: describe at least one measure"
        return
    for name, table in tables.items():
        yield from (f"[tables.{name}] {mistake}" for mistake in _table_mistakes(table, tables))
    named: set[str] = set()
    for number, measure in enumerate(measures, start=1):
        yield from (f"[[measures]] {number}: {mistake}" for mistake in _measure_mistakes(measure, tables))
        name = measure.get("measure") if isinstance(measure, dict) else None
        if isinstance(name, str) and name in named:
            yield f"[[measures]] {number}: “{name}” is described twice"
        named.add(str(name))


def _head_mistakes(head: Any, tables: Any) -> Iterator[str]:
    if not isinstance(head, dict) or not isinstance(head.get("name"), str) or not head["name"].strip():
        yield ': name is missing (for example name = "olist")'
        return
    yield from (f": {mistake}" for mistake in _unknown_keys(head, _HEAD))
    if head.get("on_time_by", "date") not in INSTANTS:
        yield ' on_time_by: write "date" or "timestamp"'
    if not isinstance(head.get("store", ""), str):
        yield ' store: write the store\'s id, for example "acme-br"'
    until = head.get("complete_until")
    if until is not None and (
        not isinstance(until, dict) or not all(isinstance(until.get(key), str) for key in ("table", "column"))
    ):
        yield ' complete_until: write { table = "…", column = "…" }'
    elif until is not None and isinstance(tables, dict) and until["table"] not in tables:
        yield f" complete_until: there is no table “{until['table']}”"


def _table_mistakes(table: Any, tables: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(table, dict) or not _is_texts(table.get("headers")):
        yield "headers: list the column names that identify the table"
        return
    yield from _unknown_keys(table, _TABLE)
    lookups = table.get("lookups", [])
    if not isinstance(lookups, list) or not all(isinstance(one, dict) for one in lookups):
        yield 'lookups: write a list of { table = "…", on = "…", from = "…" }'
        return
    for lookup in lookups:
        yield from (f"lookups: {mistake}" for mistake in _lookup_mistakes(lookup, tables))


def _lookup_mistakes(lookup: Mapping[str, Any], tables: Mapping[str, Any]) -> Iterator[str]:
    yield from _unknown_keys(lookup, _LOOKUP)
    missing = sorted(key for key in ("from", "on", "table") if not isinstance(lookup.get(key), str))
    if missing:
        yield f"{', '.join(missing)} is missing"
    elif lookup["table"] not in tables:
        yield f"there is no table “{lookup['table']}”"
    if not isinstance(lookup.get("column", ""), str):
        yield "column: write the name the column gets"
    if lookup.get("take", "first") not in TAKES:
        yield f"take: write one of {', '.join(TAKES)}"


def _measure_mistakes(measure: Any, tables: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(measure, dict):
        yield "is not a table of settings"
        return
    yield from (f"{key} is missing" for key in ("measure", "table", "day") if not isinstance(measure.get(key), str))
    yield from _unknown_keys(measure, _MEASURE)
    if isinstance(measure.get("measure"), str) and measure["measure"] not in MEASURES:
        yield f"“{measure['measure']}” is not a measure"
    if isinstance(measure.get("table"), str) and measure["table"] not in tables:
        yield f"there is no table “{measure['table']}”"
    words = measure["value"].split() if isinstance(measure.get("value"), str) else []
    if not words or words[0] not in VALUES or len(words) != VALUES[words[0]] + 1:
        yield "value: write count, distinct COLUMN, sum COLUMN or seconds FROM TO"
    for dimension in DIMENSIONS:
        yield from (f"{dimension}: {mistake}" for mistake in _part_mistakes(measure.get(dimension, "")))
    if not isinstance(measure.get("zero_days", True), bool):
        yield "zero_days: write true or false"
    conditions = measure.get("where", [])
    if not isinstance(conditions, list):
        yield "where: write a list of conditions in brackets, [{ … }]"
        return
    for condition in conditions:
        yield from (f"where{mistake}" for mistake in _condition_mistakes(condition))


def _part_mistakes(column: Any) -> Iterator[str]:
    if not isinstance(column, str):
        yield "write the name of a column"
    elif is_personal(column):
        yield f"“{column}” holds buyers' personal data, which is never kept"


def _condition_mistakes(condition: Any) -> Iterator[str]:
    if not isinstance(condition, dict) or not isinstance(condition.get("column"), str):
        yield ": each condition names a column"
        return
    name = condition["column"]
    yield from (f" {name}: {mistake}" for mistake in _unknown_keys(condition, _CONDITION))
    if condition.get("by", "timestamp") not in {*INSTANTS, "on_time_by"}:
        yield f' {name} by: write "date", "timestamp" or "on_time_by"'
    tests = [test for test in TESTS if test in condition]
    if len(tests) != 1:
        yield f" {name}: give exactly one of {', '.join(TESTS)}"
    else:
        yield from (f" {name} {tests[0]}: {mistake}" for mistake in _operand_mistakes(tests[0], condition[tests[0]]))


def _operand_mistakes(test: str, operand: Any) -> Iterator[str]:
    if test == "is" and not (isinstance(operand, list) and operand):
        yield 'write a list, for example ["canceled"]'
    elif test == "filled" and not isinstance(operand, bool):
        yield "write true or false"
    elif test in {"at_most", "at_least"} and (isinstance(operand, bool) or not isinstance(operand, int | float)):
        yield "write a number without quotation marks"
    elif test in {"not_after", "after"} and not isinstance(operand, str):
        yield "write the name of a column"


def _unknown_keys(part: Mapping[str, Any], known: set[str]) -> Iterator[str]:
    unknown = sorted(set(part) - known)
    if unknown:
        yield f"unknown key {', '.join(unknown)}"


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)
