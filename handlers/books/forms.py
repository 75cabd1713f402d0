"""What forms behind links need from storage; a part of `handlers.ports`."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class FormUseBook(Protocol):
    """Which links to forms were used, and what shows what came of it."""

    def keep(self, link: str, at: datetime, page: tuple[str, ...]) -> None:
        """Note that a link was used; `page` are the questions whose answers show what came of it (empty: nothing)."""

    def read(self, link: str) -> tuple[datetime, tuple[str, ...]] | None:
        """Return when a link was used and the questions that show what came of it, or None for one nobody used."""

    def forget(self, before: datetime) -> int:
        """Drop the links used before an instant; return how many."""
