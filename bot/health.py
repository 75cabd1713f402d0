"""How a check of the installation ends."""

from __future__ import annotations

from enum import StrEnum


class Health(StrEnum):
    """How a check ended."""

    OK = "ok"
    LOOK = "look"
    BAD = "bad"
