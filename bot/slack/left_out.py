"""What of a reply does not stand in its message, counted: nothing is left out in silence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kpi.phrases import phrase
from kpi.wording.wording import Wording


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many of each kind are missing."""

    figures: int = 0
    rows: int = 0
    columns: int = 0
    notes: int = 0
    buttons: int = 0

    def said(self, wording: Wording) -> str:
        """Return one sentence, or an empty text where nothing is missing."""
        parts = list(self._parts(wording))
        return wording.say(phrase("Not shown here: %(parts)s."), parts=wording.listed(parts)) if parts else ""

    def _parts(self, wording: Wording) -> Iterator[str]:
        if self.figures:
            yield wording.say_n("%(n)s figure", "%(n)s figures", self.figures)
        if self.rows:
            yield wording.say_n("%(n)s row", "%(n)s rows", self.rows)
        if self.columns:
            yield wording.say_n("%(n)s column", "%(n)s columns", self.columns)
        if self.notes:
            yield wording.say_n("%(n)s note", "%(n)s notes", self.notes)
        if self.buttons:
            yield wording.say_n("%(n)s button", "%(n)s buttons", self.buttons)
