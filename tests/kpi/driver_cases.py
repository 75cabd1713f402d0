"""Generated falls and rises with a known cause, counted in up to four dimensions and a funnel."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from kpi.alerts.causes import leading_cause
from kpi.alerts.parts import Counted, Dimension, rates_by

Numbers = NDArray[np.float64]

DIMENSIONS = ("source", "device", "listing", "payment")
BEFORE_DAYS = 28
DAY_NOISE = 0.08
"""Relative spread of one part's rate on one day; a part's traffic varies by half as much again."""
DRIFT = 0.03
"""Relative spread of the whole store's rate from one period to the other."""
STEPS = ("carts", "checkout")
FUNNELS_SHARE = 0.5
"""How many of the cases that are none of a step count carts, too."""
LEAST_FALL, LEAST_RISE = 0.12, 0.30
LEAST_SIGMAS = 3.8
"""Milder changes raise no alert, so that nobody asks for their cause."""


class Truth(StrEnum):
    """The four kinds of causes that are generated."""

    RATE = "rate"
    MIX = "mix"
    EVERYWHERE = "everywhere"
    STEP = "step"


@dataclass(frozen=True)
class Case:
    """What was counted and what was done to it: `part` is (dimension, member), for a step ("", step)."""

    truth: Truth
    part: tuple[str, str]
    dimensions: tuple[Dimension, ...]
    funnel: Dimension | None
    is_fall: bool


@dataclass(frozen=True)
class _Plan:
    """What a period's counts are drawn from: each dimension's shares of traffic and rates, and the whole's factor."""

    shares: tuple[Numbers, ...]
    rates: tuple[Numbers, ...]
    factor: float = 1.0

    @property
    def rate(self) -> float:
        """The whole's rate, up to the world's own."""
        parts = (float((share * rate).sum()) for share, rate in zip(self.shares, self.rates, strict=True))
        return math.prod(parts) * self.factor


@dataclass(frozen=True)
class _World:
    """A store as it usually is."""

    usual: _Plan
    visits: float
    rate: float
    cart_share: float


@dataclass(frozen=True)
class _Period:
    """Visits and orders of every cell over some days."""

    days: int
    visits: Numbers
    orders: Numbers


def draw(chance: Generator, truth: Truth, *, is_fall: bool = True) -> Case:
    """Return a case of a kind that is large enough to have raised an alert."""
    while True:
        case = _drawn(chance, truth, is_fall=is_fall)
        if case is not None:
            return case


def is_named_first(case: Case) -> bool:
    """Tell whether the cause is named first; of two parts that mirror each other either one is the mix's."""
    cause = leading_cause(case.dimensions, case.funnel, is_fall=case.is_fall)
    if cause.kind.value != case.truth.value:
        return False
    dimension, name = case.part
    members = next((len(one.members) for one in case.dimensions if one.name == dimension), 0)
    if case.truth is Truth.MIX and members == 2:
        return cause.dimension == dimension
    return case.truth is Truth.EVERYWHERE or (cause.name == name and cause.dimension in {dimension, "step"})


def shares_named_first(seed: int, cases: int) -> dict[tuple[Truth, bool], float]:
    """Return how many of the generated cases of each kind and direction (is it a fall?) are named first."""
    shares = {}
    for place, truth in enumerate(Truth):
        for is_fall in (True, False):
            chance = np.random.default_rng([seed, place, is_fall])
            drawn = (draw(chance, truth, is_fall=is_fall) for _ in range(cases))
            shares[truth, is_fall] = sum(map(is_named_first, drawn)) / cases
    return shares


def _world(chance: Generator) -> _World:
    sizes = chance.integers(2, 7, int(chance.integers(1, 5)))
    return _World(
        _Plan(
            tuple(chance.dirichlet(np.full(size, 2.5)) for size in sizes),
            tuple(np.exp(chance.normal(0, 0.5, size)) for size in sizes),
        ),
        float(np.exp(chance.uniform(np.log(500), np.log(30_000)))),
        float(chance.uniform(0.008, 0.05)),
        float(chance.uniform(0.15, 0.5)),
    )


def _drawn(chance: Generator, truth: Truth, *, is_fall: bool) -> Case | None:
    world, days = _world(chance), int(chance.integers(2, 8))
    place = int(chance.integers(len(world.usual.shares)))
    member = int(chance.integers(len(world.usual.shares[place])))
    plan = _changed(chance, world.usual, truth, (place, member), is_fall=is_fall)
    effect = plan.rate / world.usual.rate
    if effect > 1 - LEAST_FALL if is_fall else effect < 1 + LEAST_RISE:
        return None
    before, window = _counted(chance, world, world.usual, BEFORE_DAYS), _counted(chance, world, plan, days)
    if not _alerts(before, window, is_fall=is_fall):
        return None
    step = int(chance.integers(2))
    part = {Truth.EVERYWHERE: ("", ""), Truth.STEP: ("", STEPS[step])}.get(truth, (DIMENSIONS[place], f"m{member}"))
    funnel = None
    if truth is Truth.STEP or chance.random() < FUNNELS_SHARE:
        carts = math.sqrt(effect) if truth is Truth.EVERYWHERE else (effect, 1.0)[step]
        funnel = _funnel(chance, world, (before, window), carts)
    return Case(truth, part, _split(before, window), funnel, is_fall)


def _changed(chance: Generator, usual: _Plan, truth: Truth, part: tuple[int, int], *, is_fall: bool) -> _Plan:
    """Return what the cause makes of a plan."""
    place, member = part
    is_hit = np.arange(len(usual.shares[place])) == member
    if truth is Truth.RATE:
        factor = 1 - chance.uniform(0.25, 0.95) if is_fall else 1 + chance.uniform(0.5, 4)
        return replace(usual, rates=_with(usual.rates, place, usual.rates[place] * np.where(is_hit, factor, 1.0)))
    if truth is Truth.MIX:
        times = chance.uniform(2, 8) ** chance.choice((-1, 1))
        moved = usual.shares[place] * np.where(is_hit, times, 1.0)
        return replace(usual, shares=_with(usual.shares, place, moved / moved.sum()))
    return replace(usual, factor=float(chance.uniform(0.4, 0.85) if is_fall else chance.uniform(1.3, 2.5)))


def _with(parts: tuple[Numbers, ...], place: int, part: Numbers) -> tuple[Numbers, ...]:
    return (*parts[:place], part, *parts[place + 1 :])


def _counted(chance: Generator, world: _World, plan: _Plan, days: int) -> _Period:
    """Draw the counts of every cell: products of the members' shares and rates, each with its own noise of the days."""
    visits, rates = np.array(world.visits * days), np.array(world.rate * plan.factor / world.usual.rate)
    for share, rate in zip(plan.shares, plan.rates, strict=True):
        visits = np.multiply.outer(visits, share * _noise(chance, len(share), days, 1.5 * DAY_NOISE))
        rates = np.multiply.outer(rates, rate * _noise(chance, len(share), days, DAY_NOISE))
    orders = np.minimum(visits * rates * np.exp(chance.normal(0, DRIFT)), visits)
    return _Period(days, chance.poisson(visits).astype(float), chance.poisson(orders).astype(float))


def _noise(chance: Generator, members: int, days: int, spread: float) -> Numbers:
    noise: Numbers = np.exp(chance.normal(0, spread, (days, members))).mean(axis=0)
    return noise


def _alerts(before: _Period, window: _Period, *, is_fall: bool) -> bool:
    expected = float(before.orders.sum() / before.visits.sum() * window.visits.sum())
    extra = float(window.orders.sum()) - expected
    is_large = extra <= -LEAST_FALL * expected if is_fall else extra >= LEAST_RISE * expected
    return is_large and abs(extra) >= LEAST_SIGMAS * math.sqrt(expected + (0.05 * expected) ** 2)


def _split(before: _Period, window: _Period) -> tuple[Dimension, ...]:
    axes = range(before.visits.ndim)
    return tuple(rates_by(DIMENSIONS[axis], _margin(before, axis), _margin(window, axis)) for axis in axes)


def _margin(period: _Period, axis: int) -> dict[str, Counted]:
    others = tuple(other for other in range(period.visits.ndim) if other != axis)
    pairs = zip(period.visits.sum(axis=others), period.orders.sum(axis=others), strict=True)
    return {f"m{member}": Counted(float(orders), float(visits)) for member, (visits, orders) in enumerate(pairs)}


def _funnel(chance: Generator, world: _World, periods: tuple[_Period, _Period], effect: float) -> Dimension:
    """Return visits to carts to orders: carts follow the visits, the orders are those that were counted."""
    sides = []
    for period, factor in zip(periods, (1.0, effect), strict=True):
        visits, orders = float(period.visits.sum()), float(period.orders.sum())
        share = world.cart_share * factor * float(np.exp(chance.normal(0, DAY_NOISE / math.sqrt(period.days))))
        carts = float(chance.poisson(visits * share))
        sides.append({STEPS[0]: Counted(carts, visits), STEPS[1]: Counted(orders, carts)})
    return rates_by("step", sides[0], sides[1])
