"""What Vigia could see of an incident by itself when it opened: what is at stake, four checks, precedents."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kpi.alerts.causes import Cause
from kpi.alerts.records import Stake


class CheckKind(StrEnum):
    """What the field looks at first, in its order."""

    SOURCES = "sources"
    """Where the visits come from."""
    STEPS = "steps"
    """Which step to an order changed."""
    REVIEWS = "reviews"
    """Which words bad reviews use."""
    RETURNS = "returns"
    """Why buyers send things back."""


class CheckState(StrEnum):
    """What a check came to."""

    NO_DATA = "no_data"
    """Nothing of the kind was imported for these days."""
    TOO_FEW = "too_few"
    """It was, and the counts are too small to tell."""
    NOTHING = "nothing"
    """None stands out."""
    FOUND = "found"


@dataclass(frozen=True, slots=True)
class Check:
    """One check; `cause` is what was FOUND."""

    kind: CheckKind
    state: CheckState
    cause: Cause = field(default_factory=Cause)


@dataclass(frozen=True, slots=True)
class StoreMove:
    """How the same metric moved in another store over the same days: relative (-0.5 = half)."""

    store: str
    change: float


@dataclass(frozen=True, slots=True)
class Precedent:
    """An incident of the same metric or store that is over, and what ended it."""

    number: int
    store: str
    metric: str
    day: date
    cause: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What was computed when an incident opened; it is never computed anew.

    `cause` is what drives the metric itself. `others` are the other stores: with `precedents` of other stores they are
    told in operations rooms only. `is_pooled`: all stores of the marketplace and market moved alike.
    """

    stake: Stake | None = None
    cause: Cause = field(default_factory=Cause)
    checks: tuple[Check, ...] = ()
    others: tuple[StoreMove, ...] = ()
    precedents: tuple[Precedent, ...] = ()
    is_pooled: bool = False
