"""Small files and small functions: the budget that keeps reading pleasant."""

from __future__ import annotations

from statistics import median

from tests.habits.sources import Function, all_tests, rooms

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
MAX_MEDIAN_FUNCTION_LINES = 10
RECORDS = "storage/migrations/versions/"
"""A migration is a list of statements that was true on its day; it is not cut into functions afterwards."""


def _lines(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_no_file_is_longer_than_its_budget() -> None:
    """Past 400 lines a file has two subjects."""
    long = [f"{s.path}: {n} lines" for s in (*rooms(), *all_tests()) if (n := s.text.count("\n")) > MAX_FILE_LINES]
    assert long == []


def test_no_function_is_longer_than_its_budget() -> None:
    """Past 60 lines a function no longer fits a screen."""
    long = [
        f"{source.path}:{function.lineno} {function.name}: {_lines(function)} lines"
        for source in (*rooms(), *all_tests())
        for function in source.functions()
        if _lines(function) > MAX_FUNCTION_LINES and not source.path.startswith(RECORDS)
    ]
    assert long == []


def test_most_functions_are_ten_lines_or_fewer() -> None:
    """The middle function tells how the code reads."""
    sizes = [_lines(function) for source in rooms() for function in source.functions()]
    assert median(sizes) <= MAX_MEDIAN_FUNCTION_LINES
