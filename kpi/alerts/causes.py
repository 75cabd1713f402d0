"""What drives a fall or rise: explanations compete, and the most probable one is named first.

One part of one dimension changed its rate while the others did not; the weights of one dimension's parts changed while
no rate did; everything changed alike; and, where everything did, one step of the funnel did it. Dimensions are margins
of the same events, so that each explanation is compared within its own dimension with "everything alike", which is
what all other dimensions show in any case (`kpi/alerts/part_evidence.py`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kpi.alerts.part_evidence import HALF, log_change, odds_of
from kpi.alerts.parts import REST, Dimension, Member, decompose

LEAST_EVENTS = 10.0
"""Fewer earlier events, or fewer in the window where as many were expected, name nobody: it would be chance."""
COVERED = 0.4
"""A dimension whose own total shows less than this share of the (logarithmic) change counts something else."""
ODDS_RATE, ODDS_MIX, ODDS_EVERYWHERE = 0.4, 0.25, 0.35
"""How common each kind is, shared out over the parts and dimensions that could be named."""
LIKELY = 0.75
"""From this probability on, an explanation is told without doubt."""


class CauseKind(StrEnum):
    """What kind of explanation drives a change."""

    RATE = "rate"
    MIX = "mix"
    STEP = "step"
    EVERYWHERE = "everywhere"
    UNKNOWN = "unknown"

    @classmethod
    def _missing_(cls, value: object) -> CauseKind | None:
        """Read what notices said before there were other dimensions than listings."""
        return cls.RATE if value == "listing" else None


@dataclass(frozen=True, slots=True)
class Cause:
    """The leading explanation, frozen with its notice.

    `name` is the part of `dimension`, or the step; `share` is how much of the change it explains (0-1), `change` the
    relative change of its rate (for a mix: of its weight; None where nothing was counted before), `probability` how
    sure it is among all explanations. `across` names the dimensions of a change that runs across all parts.
    """

    kind: CauseKind = CauseKind.UNKNOWN
    name: str = ""
    share: float = 0.0
    dimension: str = ""
    change: float | None = None
    probability: float = 0.0
    across: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Explanation:
    """One explanation and the logarithm of its odds against "everything alike", prior odds included."""

    odds: float
    kind: CauseKind
    dimension: Dimension
    member: Member | None = None


def leading_cause(dimensions: Sequence[Dimension], funnel: Dimension | None = None, *, is_fall: bool) -> Cause:
    """Return what drives a change; UNKNOWN where no part is counted or the counts are too few.

    The members of `funnel` are its steps, each counted against the step before it.
    """
    shown = _showing(dimensions, is_fall=is_fall)
    found = _explanations(shown, is_fall=is_fall)
    best = max(found, key=lambda one: one.odds, default=None)
    odds = [one.odds for one in found]
    if best is not None and best.odds > 0:
        return _cause(best, _probability(best.odds, odds))
    if funnel is not None and is_enough(funnel):
        step = _leading_step(funnel, is_fall=is_fall)
        if step is not None:
            return step
    elif not shown:
        return Cause()
    return Cause(CauseKind.EVERYWHERE, probability=_probability(0.0, odds), across=tuple(one.name for one in shown))


def _showing(dimensions: Sequence[Dimension], *, is_fall: bool) -> list[Dimension]:
    """Return the dimensions with enough counts whose own total shows the change."""
    sign = -1 if is_fall else 1
    changes = [(one, sign * log_change(one)) for one in dimensions if is_enough(one)]
    largest = max((change for _, change in changes), default=0.0)
    return [one for one, change in changes if change > 0 and change >= COVERED * largest]


def is_enough(dimension: Dimension) -> bool:
    """Tell whether a dimension holds enough events to name a part of it."""
    before, window = dimension.before, dimension.window
    if len(dimension.members) == 1 or min(before.exposure, window.exposure, before.events) <= 0:
        return False
    expected = before.events / before.exposure * window.exposure
    return before.events >= LEAST_EVENTS and max(expected, window.events) >= LEAST_EVENTS


def _explanations(dimensions: Sequence[Dimension], *, is_fall: bool) -> list[_Explanation]:
    members = sum(member.name != REST for dimension in dimensions for member in dimension.members)
    mixes = sum(dimension.has_exposure for dimension in dimensions)
    found: list[_Explanation] = []
    for dimension in dimensions:
        odds = odds_of(dimension, is_fall=is_fall)
        for member, mine in zip(dimension.members, odds.rates, strict=True):
            if member.name != REST:
                rarity = math.log(ODDS_RATE / ODDS_EVERYWHERE / members)
                found.append(_Explanation(mine + rarity, CauseKind.RATE, dimension, member))
        if dimension.has_exposure:
            rarity = math.log(ODDS_MIX / ODDS_EVERYWHERE / mixes)
            found.append(_Explanation(odds.mix + rarity, CauseKind.MIX, dimension))
    return found


def _cause(best: _Explanation, probability: float) -> Cause:
    split = decompose(best.dimension)
    name = best.dimension.name
    if best.member is None:
        moved = _moved(best.dimension)
        return Cause(
            CauseKind.MIX,
            moved.name,
            _within(split.mix_share),
            name,
            _weight_change(best.dimension, moved),
            probability,
        )
    share = _within(split.rate_share(best.member.name))
    return Cause(CauseKind.RATE, best.member.name, share, name, _rate_change(best.member), probability)


def _moved(dimension: Dimension) -> Member:
    """Return the part whose weight moved most against the others', among those that moved the rate with it.

    Of two parts that mirror each other, the one that grew.
    """
    split = decompose(dimension)
    before, window = dimension.before.exposure, dimension.window.exposure

    def moved(member: Member) -> tuple[float, float]:
        mine = (member.window.exposure + 1) / (member.before.exposure + 1)
        others = (window - member.window.exposure + 1) / (before - member.before.exposure + 1)
        return round(abs(math.log(mine / others)), 6), mine

    pairs = zip(dimension.members, split.contributions, strict=True)
    pulling = [member for member, one in pairs if member.name != REST and one.mix * split.change > 0]
    return max(pulling or dimension.members, key=moved)


def _weight_change(dimension: Dimension, member: Member) -> float | None:
    weight = member.before.exposure / dimension.before.exposure
    return member.window.exposure / dimension.window.exposure / weight - 1 if weight else None


def _rate_change(member: Member) -> float | None:
    if not (member.before.events and member.window.exposure):
        return None
    return member.window.events / member.window.exposure * member.before.exposure / member.before.events - 1


def _leading_step(funnel: Dimension, *, is_fall: bool) -> Cause | None:
    """Return the one step that changed, or None where several did."""
    odds = odds_of(funnel, is_fall=is_fall).rates
    step, mine = max(zip(funnel.members, odds, strict=True), key=lambda pair: pair[1])
    if mine <= 0:
        return None
    total = math.fsum(_log_ratio(member) for member in funnel.members)
    share = _within(_log_ratio(step) / total) if total else 0.0
    return Cause(CauseKind.STEP, step.name, share, funnel.name, _rate_change(step), _probability(mine, odds))


def _log_ratio(member: Member) -> float:
    before, window = member.before, member.window
    return math.log((window.events + HALF) / (window.exposure + 1) * (before.exposure + 1) / (before.events + HALF))


def _within(share: float) -> float:
    return min(max(share, 0.0), 1.0)


def _probability(mine: float, odds: Sequence[float]) -> float:
    """Return the probability of an explanation among all and "everything alike", whose logarithm of odds is zero."""
    top = max(0.0, *odds) if odds else 0.0
    return math.exp(mine - top) / (math.exp(-top) + math.fsum(math.exp(one - top) for one in odds))
