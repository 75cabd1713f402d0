"""The present."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present as an aware UTC instant."""
    return datetime.now(UTC)
