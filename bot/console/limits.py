"""How much the console keeps and takes. Everything is in memory and bounded; the ledger is the truth, not this page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

LONGEST_QUESTION = 2_000
"""Characters of one question: four times the longest `/kpi` anybody types, far below what a request may hold."""

LARGEST_BODY = 16_384
"""Bytes of a posted body: 2,000 characters of four bytes, escaped by JSON, with room for the field names."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of what is kept in memory, per process.

    `messages` per room, `backlog` events for readers that come back, `waiting` events per reader before it is dropped,
    `readers` pages at once, `open_questions` per room, `pictures` as drawn bytes, `heartbeat` of a quiet stream.
    """

    messages: int = 200
    backlog: int = 500
    waiting: int = 100
    readers: int = 64
    open_questions: int = 4
    pictures: int = 64
    heartbeat: timedelta = timedelta(seconds=15)
