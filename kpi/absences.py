"""Days on which somebody is away, and who stands in for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Absence:
    """Whole days, first and last included, on the clock of whoever is away.

    `stand_in` is the id of who is called instead (empty: the person's backup).
    """

    first: date
    last: date
    stand_in: str = ""

    def __post_init__(self) -> None:
        """Refuse an absence that ends before it begins."""
        if self.last < self.first:
            raise ValueError(f"nobody is away from {self.first} until {self.last}")

    def __str__(self) -> str:
        """Return the days in one line, for terminals."""
        return f"{self.first} to {self.last}" + (f" ({self.stand_in})" if self.stand_in else "")

    def meets(self, other: Absence) -> bool:
        """Tell whether two absences have a day in common."""
        return self.first <= other.last and other.first <= self.last
