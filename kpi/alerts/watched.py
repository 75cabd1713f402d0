"""Which metrics are watched every morning, and what kind of count each is."""

from __future__ import annotations

from dataclasses import dataclass

from kpi.alerts.detection.signals import COUNT_FALL, RATE_FALL, RATE_RISE, Signal
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Metric


@dataclass(frozen=True, slots=True)
class Watched:
    """A metric of the catalogue under watch.

    With `is_lagged`, the exposure of a day is the mean of its denominator 3 to 21 days before: claims come from orders
    that were bought then, and on the same day's orders a busy day would hide a rise and a slow one fake it.
    """

    metric: str
    signal: Signal
    is_lagged: bool = False

    @property
    def events(self) -> str:
        """The measure that is counted."""
        return self._entry.numerator[0].measure

    @property
    def exposure(self) -> str | None:
        """The measure it is counted against, or None for a plain number."""
        return self._entry.denominator[0].measure if self._entry.denominator else None

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure needed."""
        return (self.events,) if self.exposure is None else (self.events, self.exposure)

    @property
    def _entry(self) -> Metric:
        return METRICS[self.metric]


WATCHED: tuple[Watched, ...] = (
    Watched("conversion_rate", RATE_FALL),
    Watched("add_to_cart_rate", RATE_FALL),
    Watched("orders", COUNT_FALL),
    Watched("claims_rate", RATE_RISE, is_lagged=True),
    Watched("negative_review_rate", RATE_RISE),
    Watched("cancellation_rate", RATE_RISE),
    Watched("return_rate", RATE_RISE, is_lagged=True),
    Watched("late_shipment_rate", RATE_RISE),
    Watched("stockout_rate", RATE_RISE),
)
"""In the order in which a message names them."""

BY_METRIC = {watched.metric: watched for watched in WATCHED}
