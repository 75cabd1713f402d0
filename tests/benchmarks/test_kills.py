"""Killed (SIGKILL) and started again at random moments of the main journey: every page comes once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.killed_journey import killed

A_FEW = 4
"""`tests/benchmarks/kills.py` does the same 200 times."""


@pytest.mark.benchmark
async def test_a_process_killed_at_any_moment_loses_no_page_and_repeats_none(tmp_path: Path) -> None:
    """The database is the timer and the truth; what may have arrived is asked for in Slack, and marked in WeCom."""
    result = await killed(A_FEW, 1, tmp_path)
    assert result.faults == []
    assert result.kills >= A_FEW
    assert result.pages == 2 * 5 * result.journeys, "each call in the room and to its person alone"
