"""Generated falls and rises with a known cause, counted in up to four dimensions and a funnel."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.random import Generator

from kpi.parts import Counted, Dimension, rates_by

DIMENSIONS = ("source", "device", "listing", "payment")
BEFORE_DAYS = 28
DAY_NOISE = 0.08
"""Relative spread of one part's rate on one day; a part's traffic varies by half as much again."""
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
class _World:
    """Cells of all dimensions: shares of traffic and rates, which follow from the members' own."""

    sizes: tuple[int, ...]
    shares: tuple[np.ndarray, ...]
    rates: tuple[np.ndarray, ...]
    visits: float
    rate: float
    cart_share: float


def draw(chance: Generator, truth: Truth, *, is_fall: bool = True) -> Case:
    """Return a case of a kind that is large enough to have raised an alert."""
    while True:
        case = _drawn(chance, truth, is_fall=is_fall)
        if case is not None:
            return case


def _world(chance: Generator) -> _World:
    sizes = tuple(int(size) for size in chance.integers(2, 7, int(chance.integers(1, 5))))
    return _World(
        sizes,
        tuple(chance.dirichlet(np.full(size, 2.5)) for size in sizes),
        tuple(np.exp(chance.normal(0, 0.5, size)) for size in sizes),
        float(np.exp(chance.uniform(np.log(500), np.log(30_000)))),
        float(chance.uniform(0.008, 0.05)),
        float(chance.uniform(0.15, 0.5)),
    )


def _drawn(chance: Generator, truth: Truth, *, is_fall: bool) -> Case | None:
    world, days = _world(chance), int(chance.integers(2, 8))
    place = int(chance.integers(len(world.sizes)))
    member = int(chance.integers(world.sizes[place]))
    size = float(chance.uniform(0.25, 0.95) if is_fall else chance.uniform(0.5, 4))
    effect = 1 - size if is_fall else 1 + size
    shares, rates, whole, steps = list(world.shares), list(world.rates), 1.0, [1.0, 1.0]
    named = (DIMENSIONS[place], f"m{member}")
    if truth is Truth.RATE:
        rates[place] = np.where(np.arange(world.sizes[place]) == member, effect, 1.0) * rates[place]
        steps[int(chance.integers(2))] = _whole_effect(world, shares, rates)
    elif truth is Truth.MIX:
        grown = shares[place] * np.where(np.arange(world.sizes[place]) == member, _grown(chance), 1.0)
        shares[place] = grown / grown.sum()
    else:
        whole = float(chance.uniform(0.4, 0.85) if is_fall else chance.uniform(1.3, 2.5))
        step = int(chance.integers(2))
        steps = [whole**0.5] * 2 if truth is Truth.EVERYWHERE else [whole if step == n else 1.0 for n in range(2)]
        named = ("", ("carts", "checkout")[step]) if truth is Truth.STEP else ("", "")
    planned = whole * _whole_effect(world, shares, rates)
    if planned > 1 - LEAST_FALL if is_fall else planned < 1 + LEAST_RISE:
        return None
    before = _counted(chance, world, (world.shares, world.rates, 1.0), BEFORE_DAYS)
    window = _counted(chance, world, (shares, rates, whole), days)
    if not _alerts(before, window, is_fall=is_fall):
        return None
    funnel = None
    if truth is Truth.STEP or chance.random() < 0.5:
        funnel = _funnel(chance, world, (before, window), steps, days)
    return Case(truth, named, _split(before, window), funnel, is_fall)


def _grown(chance: Generator) -> float:
    times = float(chance.uniform(2, 8))
    return times if chance.random() < 0.5 else 1 / times


def _whole_effect(world: _World, shares: list[np.ndarray], rates: list[np.ndarray]) -> float:
    effect = 1.0
    for share, rate, mine, usual in zip(shares, rates, world.shares, world.rates, strict=True):
        effect *= float((share * rate).sum() / (mine * usual).sum())
    return effect


def _counted(chance: Generator, world: _World, plan: tuple, days: int) -> tuple[np.ndarray, np.ndarray]:
    """Return visits and orders of every cell: products of the members' shares and rates, each with its day noise."""
    shares, rates, whole = plan
    visits, orders = np.array(world.visits * days), np.array(world.rate * whole)
    for share, rate in zip(shares, rates, strict=True):
        wobble = np.exp(chance.normal(0, 1.5 * DAY_NOISE, (days, len(share)))).mean(axis=0)
        noise = np.exp(chance.normal(0, DAY_NOISE, (days, len(share)))).mean(axis=0)
        visits = np.multiply.outer(visits, share * wobble)
        orders = np.multiply.outer(orders, rate * noise)
    weight = np.exp(chance.normal(0, 0.03))
    expected = np.minimum(visits * orders * weight / _usual(world), visits)
    return chance.poisson(visits).astype(float), chance.poisson(expected).astype(float)


def _usual(world: _World) -> float:
    usual = 1.0
    for share, rate in zip(world.shares, world.rates, strict=True):
        usual *= float((share * rate).sum())
    return usual


def _alerts(before: tuple[np.ndarray, np.ndarray], window: tuple[np.ndarray, np.ndarray], *, is_fall: bool) -> bool:
    rate = before[1].sum() / before[0].sum()
    expected = rate * window[0].sum()
    change = window[1].sum() / expected - 1
    spread = np.sqrt(expected + (0.05 * expected) ** 2)
    is_large = change <= -LEAST_FALL if is_fall else change >= LEAST_RISE
    return bool(is_large and abs(window[1].sum() - expected) >= max(LEAST_SIGMAS * spread, 3))


def _split(before: tuple[np.ndarray, np.ndarray], window: tuple[np.ndarray, np.ndarray]) -> tuple[Dimension, ...]:
    found = []
    for axis in range(before[0].ndim):
        others = tuple(other for other in range(before[0].ndim) if other != axis)
        counts = [
            {
                f"m{member}": Counted(float(orders), float(visits))
                for member, (visits, orders) in enumerate(
                    zip(period[0].sum(axis=others), period[1].sum(axis=others), strict=True)
                )
            }
            for period in (before, window)
        ]
        found.append(rates_by(DIMENSIONS[axis], counts[0], counts[1]))
    return tuple(found)


def _funnel(chance: Generator, world: _World, counted: tuple, steps: list[float], days: int) -> Dimension:
    """Return visits to carts to orders: carts follow the visits, the orders are those that were counted."""
    (visits0, orders0), (visits1, orders1) = ((float(v.sum()), float(o.sum())) for v, o in counted)
    noise = [np.exp(chance.normal(0, DAY_NOISE / np.sqrt(n))) for n in (BEFORE_DAYS, days)]
    carts0 = float(chance.poisson(visits0 * world.cart_share * noise[0]))
    carts1 = float(chance.poisson(visits1 * world.cart_share * steps[0] * noise[1]))
    return rates_by(
        "step",
        {"carts": Counted(carts0, visits0), "checkout": Counted(orders0, carts0)},
        {"carts": Counted(carts1, visits1), "checkout": Counted(orders1, carts1)},
    )
