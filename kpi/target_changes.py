"""Targets people set after the engagement file was written: who changed what, from what, since when; nothing is lost.

What a person set counts before what the file says, a later word before an earlier one, on the days of its period.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kpi.targets import Target


@dataclass(frozen=True, slots=True)
class TargetChange:
    """A target as somebody set it; `before` is what was agreed until then, frozen with it."""

    id: str
    target: Target
    before: Target | None
    by: str
    at: datetime


def is_same_scope(one: Target, other: Target) -> bool:
    """Tell whether two targets are about the same figure: one takes the other's place."""
    return (one.metric, frozenset(one.stores), one.currency) == (other.metric, frozenset(other.stores), other.currency)


def before_it(wished: Target, known: Iterable[Target]) -> Target | None:
    """Return what was agreed of the same figure for the day a target begins, or else what ended last before it."""
    earlier = [one for one in known if is_same_scope(one, wished) and one.period.first <= wished.period.first]
    return max(earlier, key=lambda one: (wished.period.first in one.period, one.period.last), default=None)


def in_force(written: Iterable[Target], changes: Iterable[TargetChange], day: date) -> tuple[Target, ...]:
    """Return the targets of a day, ordered by id: of each figure the one that was set last."""
    return tuple(
        sorted(
            (one for one, later in _in_order(written, changes) if day in one.period and not _covers(later, day)),
            key=lambda target: target.id,
        )
    )


def ever_in_force(written: Iterable[Target], changes: Iterable[TargetChange]) -> tuple[Target, ...]:
    """Return the targets that are in force on any of their days, ordered by period then id."""
    found = (
        one
        for one, later in _in_order(written, changes)
        if not later or any(not _covers(later, day) for day in one.period.days())
    )
    return tuple(sorted(found, key=lambda target: (target.period.first, target.period.last, target.id)))


def _in_order(written: Iterable[Target], changes: Iterable[TargetChange]) -> Iterator[tuple[Target, Sequence[Target]]]:
    """Yield each target with those of the same figure that people set after it; the file's do not change each other."""
    told = [one.target for one in sorted(changes, key=lambda change: (change.at, change.id))]
    for one in written:
        yield one, [later for later in told if is_same_scope(one, later)]
    for number, one in enumerate(told, start=1):
        yield one, [later for later in told[number:] if is_same_scope(one, later)]


def _covers(later: Sequence[Target], day: date) -> bool:
    return any(day in one.period for one in later)
