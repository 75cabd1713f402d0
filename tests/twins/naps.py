"""A sleep that takes no time."""

from __future__ import annotations


class Naps:
    """Remembers the pauses asked for; the monotonic clock beside it moves by what was slept."""

    def __init__(self) -> None:
        self.taken: list[float] = []
        self.now = 1000.0

    async def sleep(self, seconds: float) -> None:
        """Remember a pause."""
        self.taken.append(seconds)
        self.now += seconds

    def seconds(self) -> float:
        """Return the seconds that seem to have passed."""
        return self.now
