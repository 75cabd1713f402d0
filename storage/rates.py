"""Exchange rates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlmodel import col

from kpi.rates import Rate
from storage.tables import RateRow

_CHANGE = update(RateRow).where(
    col(RateRow.base) == bindparam("of"), col(RateRow.quote) == bindparam("in"), col(RateRow.day) == bindparam("on")
)


class StoredRates:
    """Fits `handlers.ports.RateBook`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, rates: Iterable[Rate]) -> int:
        """Store rates, replacing those of the same day and pair; return how many were new or changed."""
        wanted = {_place(rate): rate for rate in rates}
        if not wanted:
            return 0
        days = [rate.day for rate in wanted.values()]
        known = {_place(rate): rate for rate in self.between(min(days), max(days))}
        new = [rate for place, rate in wanted.items() if place not in known]
        changed = [rate for place, rate in wanted.items() if known.get(place, rate) != rate]
        if new:
            self._connection.execute(insert(RateRow), [_values(rate) for rate in new])
        if changed:
            self._connection.execute(_CHANGE, [_change(rate) for rate in changed])
        return len(new) + len(changed)

    def latest(self, base: str, quote: str, day: date, max_age_days: int) -> Rate | None:
        """Return the newest rate on or before `day` and at most `max_age_days` old, or None."""
        table = RateRow.__table__  # type: ignore[attr-defined]
        row = self._connection.execute(
            select(table)
            .where(
                table.c.base == base,
                table.c.quote == quote,
                table.c.day.between(day - timedelta(days=max_age_days), day),
            )
            .order_by(table.c.day.desc())
            .limit(1)
        ).first()
        return None if row is None else Rate(row.day, row.base, row.quote, Decimal(row.rate), row.source)

    def between(self, first: date, last: date) -> tuple[Rate, ...]:
        """Return the rates of some days, ordered by day, base and quote."""
        table = RateRow.__table__  # type: ignore[attr-defined]
        rows = self._connection.execute(
            select(table).where(table.c.day.between(first, last)).order_by(table.c.day, table.c.base, table.c.quote)
        )
        return tuple(Rate(row.day, row.base, row.quote, Decimal(row.rate), row.source) for row in rows)


def _place(rate: Rate) -> tuple[str, str, date]:
    return rate.base, rate.quote, rate.day


def _values(rate: Rate) -> dict[str, Any]:
    return {"base": rate.base, "quote": rate.quote, "day": rate.day, "rate": str(rate.rate), "source": rate.source}


def _change(rate: Rate) -> dict[str, Any]:
    return {"of": rate.base, "in": rate.quote, "on": rate.day, "rate": str(rate.rate), "source": rate.source}
