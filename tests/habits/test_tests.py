"""The tests keep the rules they ask of others."""

from __future__ import annotations

import ast

from tests.habits.sources import Function, all_tests


def _test_functions() -> list[tuple[str, Function]]:
    return [(s.path, f) for s in all_tests() for f in s.functions() if f.name.startswith("test_")]


def test_every_test_says_in_one_line_why_it_is_there() -> None:
    """The docstring is what a newcomer reads when the test fails."""
    silent = [f"{path}:{f.lineno} {f.name}" for path, f in _test_functions() if not ast.get_docstring(f)]
    assert silent == []


def test_every_test_is_named_as_a_sentence() -> None:
    """`test_import` names a subject; `test_a_blank_cell_is_missing_and_not_zero` says what is true."""
    least_words = 3
    short = [f"{path} {f.name}" for path, f in _test_functions() if len(f.name.split("_")) <= least_words]
    assert short == []


def test_no_test_waits_for_real_time() -> None:
    """A sleeping test is slow on a good day and red on a bad one; the fake clock is advanced instead."""
    waits = [
        f"{source.path}:{node.lineno}"
        for source in all_tests()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"time.sleep", "sleep"}
    ]
    assert waits == []


def test_tests_have_no_front_doors() -> None:
    """An `__init__.py` would make tests a package that clashes with other projects' tests."""
    assert [source.path for source in all_tests() if source.path.endswith("__init__.py")] == []
