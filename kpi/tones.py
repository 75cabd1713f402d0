"""The tone of a message or figure: how it should be taken, always said in a word beside the colour."""

from __future__ import annotations

from enum import StrEnum


class Tone(StrEnum):
    """How something should be taken."""

    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"
    NEUTRAL = "neutral"
    UNKNOWN = "unknown"
