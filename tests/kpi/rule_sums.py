"""Days of one store as sums, for tests of rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from kpi.facts import DaySum, FactStatus

LAST = date(2026, 11, 20)
"""A Friday."""
KNOWN_AT = datetime(2026, 11, 21, 9, tzinfo=UTC)


def sums(*days: Sequence[int] | None, last: date = LAST, status: FactStatus = FactStatus.FINAL) -> Iterator[DaySum]:
    """Yield days in a row that end on `last`, each with its measures' values; None is a missing day."""
    for back, values in enumerate(reversed(days)):
        if values is not None:
            yield DaySum("s", last - timedelta(days=back), tuple(values), 1, status, ("export",), KNOWN_AT)
