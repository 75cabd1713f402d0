"""Amounts of several currencies in one, with the rate, its day and its source; never silently."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from handlers.ports import RateBook
from kpi.digests import ConvertedTotal
from kpi.money import Money
from kpi.phrases import phrase
from kpi.rates import MAX_RATE_AGE_DAYS
from kpi.wording.wording import Wording


def convert_all(rates: RateBook, amounts: Iterable[Money], currency: str, day: date) -> ConvertedTotal | None:
    """Return the amounts together in `currency` at the rates of `day`; None when any rate is missing or too old."""
    total = Decimal(0)
    used: list[tuple[str, Decimal, date, str]] = []
    for money in amounts:
        if money.currency == currency:
            total += money.amount
            continue
        rate = rates.latest(money.currency, currency, day, MAX_RATE_AGE_DAYS)
        if rate is None:
            return None
        total += rate.convert(money).amount
        used.append((rate.base, rate.rate, rate.day, rate.source))
    return ConvertedTotal(currency, total, tuple(used)) if used else None


def total_text(total: ConvertedTotal, wording: Wording) -> str:
    """Return "≈ ¥171.0k (BRL 1.331 on 22 Nov, PBOC)"."""
    rates = wording.listed(
        wording.say(
            phrase("%(currency)s at %(rate)s on %(day)s, %(source)s"),
            currency=base,
            rate=wording.number(rate, 4),
            day=wording.short_day(day),
            source=source,
        )
        for base, rate, day, source in total.rates
    )
    money = wording.money(Money.of(total.amount, total.currency), compact=True)
    return f"≈ {money} ({rates})"
