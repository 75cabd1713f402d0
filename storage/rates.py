"""Exchange rates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import Connection, insert, select, update
from sqlmodel import col

from kpi.rates import Rate
from storage.tables import RateRow


class StoredRates:
    """Fits `handlers.ports.RateBook`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, rates: Iterable[Rate]) -> int:
        """Store rates, replacing those of the same day and pair; return how many were new or changed."""
        return sum(self._save(rate) for rate in rates)

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

    def _save(self, rate: Rate) -> bool:
        same = (col(RateRow.base) == rate.base, col(RateRow.quote) == rate.quote, col(RateRow.day) == rate.day)
        known = self._connection.execute(select(col(RateRow.rate), col(RateRow.source)).where(*same)).first()
        values = {"rate": str(rate.rate), "source": rate.source}
        if known is None:
            place = {"base": rate.base, "quote": rate.quote, "day": rate.day}
            self._connection.execute(insert(RateRow).values(**place, **values))
            return True
        if (Decimal(known[0]), known[1]) == (rate.rate, rate.source):
            return False
        self._connection.execute(update(RateRow).where(*same).values(**values))
        return True
