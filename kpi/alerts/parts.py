"""A store's numbers split along one dimension, and a change split into what each part's rate and weight did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

MOST_MEMBERS = 12
"""Parts looked at one by one; the smallest ones are added up into the rest, which is never named."""
REST = ""
"""The name of what is left when the largest parts were taken."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Events and what they are counted against over some days."""

    events: float
    exposure: float

    def __add__(self, other: Counted) -> Counted:
        return Counted(self.events + other.events, self.exposure + other.exposure)


NOTHING = Counted(0, 0)


@dataclass(frozen=True, slots=True)
class Member:
    """One part: what it counted before the window and in it."""

    name: str
    before: Counted
    window: Counted


@dataclass(frozen=True, slots=True)
class Dimension:
    """All parts of a store along one dimension, largest first; `has_exposure` where each part's own was reported."""

    name: str
    members: tuple[Member, ...]
    has_exposure: bool

    @property
    def before(self) -> Counted:
        """All parts together before the window."""
        return sum((member.before for member in self.members), NOTHING)

    @property
    def window(self) -> Counted:
        """All parts together in the window."""
        return sum((member.window for member in self.members), NOTHING)


def rates_by(name: str, before: Mapping[str, Counted], window: Mapping[str, Counted]) -> Dimension:
    """Return a dimension of parts that have their own exposure."""
    return Dimension(name, _members(before, window, NOTHING, NOTHING), has_exposure=True)


def counts_by(
    name: str, before: Mapping[str, float], window: Mapping[str, float], exposures: tuple[float, float]
) -> Dimension:
    """Return a dimension of parts whose events alone are counted; each gets the same exposure before and after.

    `exposures` are days, or the whole store's exposure: only their ratio matters. Weights then never change, so that
    the whole change is in the rates.
    """
    known = [
        {part: Counted(events, exposure) for part, events in counts.items()}
        for counts, exposure in zip((before, window), exposures, strict=True)
    ]
    absent = [Counted(0, exposure) for exposure in exposures]
    return Dimension(name, _members(known[0], known[1], absent[0], absent[1]), has_exposure=False)


def _members(
    before: Mapping[str, Counted], window: Mapping[str, Counted], none_before: Counted, none_after: Counted
) -> tuple[Member, ...]:
    found = [
        Member(name, before.get(name, none_before), window.get(name, none_after))
        for name in before.keys() | window.keys()
    ]
    found.sort(key=lambda member: (-member.before.events - member.window.events, member.name))
    named, rest = found[:MOST_MEMBERS], found[MOST_MEMBERS:]
    if not rest:
        return tuple(named)
    others = Member(
        REST,
        sum((member.before for member in rest), NOTHING),
        sum((member.window for member in rest), NOTHING),
    )
    return (*named, others)


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one part did to the change of the whole's rate: by its own rate, and by its weight."""

    name: str
    rate: Fraction
    mix: Fraction


@dataclass(frozen=True, slots=True)
class Decomposition:
    """The change of a rate and what each part did to it; the parts add up to the change exactly."""

    change: Fraction
    contributions: tuple[Contribution, ...]

    def rate_share(self, name: str) -> float:
        """Return how much of the change one part's rate explains."""
        return self._share(sum((one.rate for one in self.contributions if one.name == name), Fraction(0)))

    @property
    def mix_share(self) -> float:
        """How much of the change the parts' weights explain."""
        return self._share(sum((one.mix for one in self.contributions), Fraction(0)))

    def _share(self, part: Fraction) -> float:
        return float(part / self.change) if self.change else 0.0


def decompose(dimension: Dimension) -> Decomposition:
    """Split the change of a rate over the parts (Kitagawa 1955, the weights of the window).

    With s a part's share of the exposure, p its rate and P the whole's, before (0) and in the window (1):
    rate part s1 (p1 - p0), mix part (s1 - s0) (p0 - P0). A part without exposure before had the whole's rate; events
    that came without any exposure are counted to their part's rate.
    """
    whole0, whole1 = dimension.before, dimension.window
    rate0 = _ratio(whole0.events, whole0.exposure)
    return Decomposition(
        _ratio(whole1.events, whole1.exposure) - rate0,
        tuple(_contribution(member, whole0.exposure, whole1.exposure, rate0) for member in dimension.members),
    )


def _contribution(member: Member, exposure0: float, exposure1: float, rate0: Fraction) -> Contribution:
    share0, share1 = _ratio(member.before.exposure, exposure0), _ratio(member.window.exposure, exposure1)
    mine0 = _ratio(member.before.events, member.before.exposure) if member.before.exposure else rate0
    beyond0 = _ratio(member.before.events, exposure0) - share0 * mine0
    beyond1 = _ratio(member.window.events, exposure1) - share1 * mine0
    return Contribution(member.name, beyond1 - beyond0, (share1 - share0) * (mine0 - rate0))


def _ratio(one: float, other: float) -> Fraction:
    return Fraction(one) / Fraction(other) if other else Fraction(0)
