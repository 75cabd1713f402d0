"""Lines of Chinese and Latin words, and of both."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charts.line_breaks import lines_of


def measure(character: str) -> float:
    """Return the width of a character as terminals see it: a Chinese one is two wide."""
    return 2.0 if character >= "\u2e80" else 1.0


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("转化率从昨天开始下降", ["转化率从", "昨天开始", "下降"]),
        ("转化率从，昨天", ["转化率", "从，昨天"]),  # no line begins with a comma
        ("转化率（北京）", ["转化率", "（北京）"]),  # none ends with an opening bracket
        ("conversion fell", ["conversi", "on fell"]),  # a word wider than a line is broken
        ("it fell here", ["it fell", "here"]),
        ("Ana 接手了事件", ["Ana 接手", "了事件"]),
        ("a\nb", ["a", "b"]),
        ("", [""]),
        ("   ", [""]),
        ("，，，，，，", ["，，，，", "，，"]),  # nothing but commas: some line has to begin with one
    ],
)
def test_a_text_is_broken_where_a_reader_expects_it(text: str, lines: list[str]) -> None:
    """Eight wide."""
    assert lines_of(text, 8, measure) == lines


@given(st.text(st.sampled_from("ab 转，（）。x\n"), max_size=80), st.integers(3, 20))
def test_nothing_is_lost_and_no_line_is_too_wide(text: str, width: int) -> None:
    """Whatever was typed; only spaces at the end of a line go."""
    lines = lines_of(text, width, measure)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(sum(map(measure, line)) <= width for line in lines)
