"""From sums of a store's parts and steps to the dimensions that may explain an alert."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpi.alerts.parts import Counted, Dimension, counts_by, rates_by
from kpi.alerts.watched import Watched
from kpi.facts import DaySum, PartSum

STAND_INS = {"orders_paid": "units_sold"}
"""What exports count of a part where they do not count the events themselves: units instead of orders."""
STEADY = 1.5
"""Parts whose share of the whole's events changed by more than this factor were not reported for the same days."""
VISITS, CARTS, ORDERS = "visits", "cart_visitors", "orders_paid"
FUNNEL = "step"
VISITING, CONVERTING, CARTING, PAYING = "visits", "conversion", "carts", "checkout"
"""Steps to an order: people come, and buy; where carts are counted, buying is two steps."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Some days of one store: how many were reported, the whole's sums, and its parts' (`measures_of`, in order)."""

    days: int
    whole: Mapping[str, int]
    parts: Sequence[PartSum]


@dataclass(frozen=True, slots=True)
class Span:
    """Events of some days, and the exposure they are counted against.

    The exposure may come from other days (claims come from earlier orders); `scale` brings it to the events' days.
    """

    events: Sums
    exposure: Sums
    scale: float = 1.0


def measures_of(watched: Watched) -> tuple[str, ...]:
    """Return what is asked of each part: events, exposure, and a stand-in for the events ("" for none)."""
    return (watched.events, watched.exposure or "", STAND_INS.get(watched.events, ""))


def steps_of(watched: Watched) -> tuple[str, ...]:
    """Return what is asked of the whole store besides the events: exposure, and the steps to an order."""
    asked = (watched.exposure or "", *((VISITS, CARTS) if watched.events == ORDERS else ()))
    return tuple(dict.fromkeys(name for name in asked if name))


def sums_of(rows: Sequence[DaySum], measures: Sequence[str], parts: Sequence[PartSum]) -> Sums:
    """Return the sums of days; a measure that a day lacks is not known of the whole."""
    columns = zip(measures, zip(*(row.values for row in rows), strict=True), strict=bool(rows))
    whole = {name: sum(value or 0 for value in column) for name, column in columns if None not in column}
    return Sums(len(rows), whole, parts)


def dimensions_of(watched: Watched, before: Span, window: Span) -> tuple[Dimension, ...]:
    """Return every dimension along which the events, or what stands in for them, were counted in both spans."""
    names = {one.dimension for one in before.events.parts} & {one.dimension for one in window.events.parts}
    made = (_dimension(name, watched, before, window) for name in sorted(names))
    return tuple(one for one in made if one is not None)


def _dimension(name: str, watched: Watched, before: Span, window: Span) -> Dimension | None:
    spans = (before, window)
    counted = next(
        (both for place in (0, 2) if (both := [_by_part(one.events, name, place) for one in spans])[0] and both[1]),
        None,
    )
    if counted is None or not _is_steady(watched, spans, [sum(side.values()) for side in counted]):
        return None
    exposed = [_by_part(one.exposure, name, 1) for one in spans]
    if all(exposed):
        sides = [
            {
                part: Counted(events.get(part, 0), against.get(part, 0) * span.scale)
                for part in events.keys() | against.keys()
            }
            for span, events, against in zip(spans, counted, exposed, strict=True)
        ]
        return rates_by(name, sides[0], sides[1])
    whole = [_whole_exposure(watched, span) for span in spans]
    return counts_by(name, counted[0], counted[1], (whole[0], whole[1])) if all(whole) else None


def _is_steady(watched: Watched, spans: tuple[Span, Span], sums: Sequence[int]) -> bool:
    """Tell whether parts held about as much of the whole's events in both spans; else days of theirs are missing."""
    wholes = [span.events.whole.get(watched.events, 0) for span in spans]
    if not all(wholes):
        return True
    before, window = (total / whole for total, whole in zip(sums, wholes, strict=True))
    return before > 0 and 1 / STEADY <= window / before <= STEADY


def _by_part(sums: Sums, dimension: str, place: int) -> dict[str, int]:
    """Return one measure of each part that reported it."""
    return {
        one.part: value for one in sums.parts if one.dimension == dimension and (value := one.values[place]) is not None
    }


def _whole_exposure(watched: Watched, span: Span) -> float:
    """Return what parts without exposure of their own are counted against: the whole's, or days; 0 for unknown."""
    if watched.exposure is None:
        return float(span.events.days)
    return span.exposure.whole.get(watched.exposure, 0) * span.scale


def funnel_of(watched: Watched, before: Span, window: Span) -> Dimension | None:
    """Return the steps to an order, each counted against the one before it; None where there are not two."""
    sums = (before.events, window.events)
    known = sums[0].whole.keys() & sums[1].whole.keys()
    steps = [(VISITING, VISITS, "")] if watched.exposure is None else []
    steps += [(CARTING, CARTS, VISITS), (PAYING, ORDERS, CARTS)] if CARTS in known else [(CONVERTING, ORDERS, VISITS)]
    if watched.events != ORDERS or len(steps) == 1 or not {VISITS, ORDERS} <= known:
        return None
    sides = [
        {name: Counted(one.whole[events], one.whole.get(against, one.days)) for name, events, against in steps}
        for one in sums
    ]
    return rates_by(FUNNEL, sides[0], sides[1])
