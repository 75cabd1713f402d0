"""How a rule lives from day to day: it fires after enough days beyond its line and clears after enough days back.

A day that is missing or not final changes nothing: it neither raises an alert nor ends one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Place(StrEnum):
    """Where a day's value lies."""

    BEYOND = "beyond"
    BETWEEN = "between"
    """Not beyond the line, and not good enough to clear."""
    BACK = "back"


class Turn(StrEnum):
    """What a day did to a rule."""

    NONE = "none"
    FIRED = "fired"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class Patience:
    """How many judged days in a row it takes to fire and to clear; `worse` picks the worse of two values."""

    for_days: int
    clear_days: int
    worse: Callable[[Decimal, Decimal], Decimal] = max


@dataclass(frozen=True, slots=True)
class RuleState:
    """Where a rule stands after the day `last`.

    While it fires, `onset` is the first day of the stretch beyond the line, `since` the day it fired, `worst` the
    worst value from the onset on. `beyond_days` and `back_days` count judged days in a row; `turn` is what `last` did.
    After it cleared, `onset`, `since` and `worst` tell of the stretch that ended until a new one begins.
    """

    last: date | None = None
    is_firing: bool = False
    onset: date | None = None
    since: date | None = None
    worst: Decimal | None = None
    beyond_days: int = 0
    back_days: int = 0
    turn: Turn = Turn.NONE


UNTOUCHED = RuleState()
"""Before the first day."""


@dataclass(frozen=True, slots=True)
class PlacedDay:
    """A day, its value, and where that lies (None: the day is missing or not final)."""

    day: date
    value: Decimal | None
    place: Place | None


def lived(state: RuleState, today: PlacedDay, patience: Patience) -> RuleState:
    """Return the state after one more day; a day that was seen already changes nothing."""
    if state.last is not None and today.day <= state.last:
        return state
    state = replace(state, last=today.day, turn=Turn.NONE)
    if today.value is None or today.place is None:
        return state
    if today.place is Place.BEYOND:
        return _beyond(state, today.day, today.value, patience)
    return _inside_firing(state, today.place, patience) if state.is_firing else _inside(state)


def _beyond(state: RuleState, day: date, value: Decimal, patience: Patience) -> RuleState:
    is_new = not state.is_firing and not state.beyond_days
    state = replace(
        state,
        onset=day if is_new else state.onset,
        since=None if is_new else state.since,
        worst=value if is_new or state.worst is None else patience.worse(state.worst, value),
        beyond_days=state.beyond_days + 1,
        back_days=0,
    )
    if state.is_firing or state.beyond_days < patience.for_days:
        return state
    return replace(state, is_firing=True, since=day, turn=Turn.FIRED)


def _inside(state: RuleState) -> RuleState:
    """Forget a stretch that ended before it fired; keep the one that cleared."""
    return replace(state, beyond_days=0, onset=None, worst=None) if state.beyond_days else state


def _inside_firing(state: RuleState, place: Place, patience: Patience) -> RuleState:
    state = replace(state, beyond_days=0, back_days=state.back_days + 1 if place is Place.BACK else 0)
    if state.back_days < patience.clear_days:
        return state
    return replace(state, is_firing=False, back_days=0, turn=Turn.CLEARED)
