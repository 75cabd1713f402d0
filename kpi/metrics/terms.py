"""The words metric entries are written in: directions, attributions, finality, sums."""

from __future__ import annotations

from kpi.markets import Marketplace
from kpi.metrics.metric import Direction, Formula, Kind, Term
from kpi.phrases import phrase

ML, SHOPEE, AMAZON = Marketplace.MERCADO_LIBRE, Marketplace.SHOPEE, Marketplace.AMAZON
UP, DOWN, BAND = Direction.UP, Direction.DOWN, Direction.BAND
ADDITIVE, RATIO, REPORTED = Kind.ADDITIVE, Kind.RATIO, Kind.REPORTED

BY_ORDER, BY_EVENT, STATE = phrase("order date"), phrase("event date"), phrase("state of the day")
MIXED = phrase("numerator by event date, denominator by order date")

TRAFFIC_FINAL: dict[str, int] = {ML: 2, AMAZON: 3, SHOPEE: 1}
"""Days after which visits no longer change: Mercado Libre 48 hours, Amazon 72."""
ADS_FINAL: dict[str, int] = {ML: 14, SHOPEE: 7, AMAZON: 14}
"""Days a sale may still be attributed to a click."""


def total(*measures: str) -> Formula:
    """Return a formula; a leading minus subtracts the measure."""
    return tuple(Term(name.removeprefix("-"), -1 if name.startswith("-") else 1) for name in measures)
