"""What targets need from storage, by shape, as `handlers/ports.py` says it for the other books."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from kpi.target_changes import TargetChange
from kpi.targets import Target


class TargetBook(Protocol):
    """What was agreed: by the engagement file, and by people since."""

    def replace(self, engagement_id: str, targets: Sequence[Target]) -> None:
        """Make these what the file of an engagement says; what people set stays."""

    def written(self, engagement_id: str) -> tuple[Target, ...]:
        """Return what the file of an engagement says, ordered by period then id."""

    def of(self, engagement_id: str, day: date) -> tuple[Target, ...]:
        """Return the targets in force on `day`, ordered by id."""

    def all_of(self, engagement_id: str) -> tuple[Target, ...]:
        """Return every target of an engagement that is in force on any day, ordered by period then id."""

    def agree(self, change: TargetChange) -> None:
        """Keep a target somebody set; raises ValueError when its id is taken."""

    def change(self, change_id: str) -> TargetChange | None:
        """Return a target somebody set with what it changed, or None."""

    def changes(self, engagement_id: str) -> tuple[TargetChange, ...]:
        """Return every target people set of an engagement, newest first."""
