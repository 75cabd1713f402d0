"""A clock that moves only when it is told to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

A_SUNDAY_NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
"""09:00 in São Paulo and 20:00 in Beijing: both sides of an engagement are awake, and on the same date."""


class FakeClock:
    """Tells the instant it was set to, as an aware UTC datetime."""

    def __init__(self, at: datetime = A_SUNDAY_NOON) -> None:
        self.set(at)

    def now(self) -> datetime:
        """Return the current instant, aware, in UTC."""
        return self._at

    def __call__(self) -> datetime:
        """Return the current instant: the clock also fits where a plain function is asked for."""
        return self._at

    def set(self, at: datetime) -> None:
        """Move to the aware instant `at`; a naive one is a mistake in the test and raises ValueError."""
        if at.tzinfo is None:
            msg = "the fake clock takes aware instants only"
            raise ValueError(msg)
        self._at = at.astimezone(UTC)

    def advance(self, by: timedelta) -> datetime:
        """Move `by` and return the new instant."""
        self._at += by
        return self._at
