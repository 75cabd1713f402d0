"""How long a million order lines take beside DuckDB, and how much memory they need."""

from __future__ import annotations

import pytest

from tests.benchmarks.import_orders import MOST_MEMORY_MB, MOST_TIMES_DUCKDB, compare

pytestmark = pytest.mark.benchmark


def test_a_million_order_lines_cost_at_most_four_times_duckdb() -> None:
    """The same file, the same question, each reader in a process of its own; both find the same amount."""
    vigia, rival = compare()
    print(  # noqa: T201
        f"\nVigia {vigia.seconds:.2f} s, {vigia.megabytes:.0f} MB; DuckDB {rival.seconds:.2f} s,"
        f" {rival.megabytes:.0f} MB; ratio {vigia.seconds / rival.seconds:.2f}"
    )
    assert vigia.amount == pytest.approx(rival.amount, abs=0.01)
    assert vigia.seconds <= MOST_TIMES_DUCKDB * rival.seconds
    assert vigia.megabytes < MOST_MEMORY_MB
