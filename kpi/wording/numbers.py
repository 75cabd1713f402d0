"""Numbers, shares and money as each language writes them. Digits come from Babel; signs and units are ours."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from babel.numbers import format_decimal

from kpi.languages import Language
from kpi.money import Money, decimals_of
from kpi.wording.babel_locales import locale_of

MINUS = "\N{MINUS SIGN}"
UP, DOWN, SAME = "▲", "▼", "="
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"

SYMBOLS: dict[str, str] = {
    "BRL": "R$",
    "MXN": "MX$",
    "ARS": "AR$",
    "CLP": "CL$",
    "COP": "COL$",
    "USD": "US$",
    "CNY": "¥",
}
"""Babel prints the bare code for some of these in some languages, so the symbols are ours."""

_SMALL_SHARE = Decimal("0.1")

_COMPACT: dict[Language, tuple[tuple[int, str], ...]] = {
    Language.EN: ((10**3, "k"), (10**6, "M"), (10**9, "B")),
    Language.ZH: ((10**4, "万"), (10**8, "亿")),
    Language.PT: ((10**3, " mil"), (10**6, " mi"), (10**9, " bi")),
    Language.ES: ((10**3, " mil"), (10**6, " M"), (10**9, " mil M")),
}
"""Steps from small to large; a Spanish billón is a million millions, so 10^9 is said in thousands of millions."""

_COMPACT_FROM = 10_000
_ROUND_FROM = 1_000
"""A number of four digits needs no decimal."""


def rounded(value: Decimal, digits: int) -> Decimal:
    """Return `value` rounded half up (Babel alone would round halves to even)."""
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def digits_of(value: Decimal, digits: int, language: Language) -> str:
    """Return a number with grouping and exactly `digits` decimals; negative numbers carry a true minus sign."""
    exact = rounded(value, digits)
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    text = format_decimal(abs(exact), format=pattern, locale=locale_of(language))
    return f"{MINUS}{text}" if exact < 0 else text


def compact_of(value: Decimal, language: Language, small_digits: int) -> str:
    """Return a number in the reader's thousands (mil, mi, 万, k); small ones in full with `small_digits`."""
    size = abs(rounded(value, small_digits))
    if size < _COMPACT_FROM:
        return digits_of(value, small_digits, language)
    shown, step, suffix = _in_thousands(size, language)
    digits = 0 if shown >= _ROUND_FROM or (not small_digits and value % step == 0) else 1
    return digits_of(shown.copy_sign(value), digits, language) + suffix.replace(" ", NO_BREAK_SPACE)


def _in_thousands(size: Decimal, language: Language) -> tuple[Decimal, int, str]:
    """Return the number to show, its step and the step's word: 999,960 is 1.0 million and not 1,000.0 thousand."""
    steps = _COMPACT[language]
    for (step, suffix), (following, _) in pairwise(steps):
        shown = _shown(size / step)
        if shown * step < following:
            return shown, step, suffix
    step, suffix = steps[-1]
    return _shown(size / step), step, suffix


def _shown(size: Decimal) -> Decimal:
    tenths = rounded(size, 1)
    return rounded(size, 0) if tenths >= _ROUND_FROM else tenths


def money_text(money: Money, language: Language, *, compact: bool) -> str:
    """Return an amount with its symbol; compact amounts of 10,000 and more in the reader's thousands."""
    symbol = SYMBOLS.get(money.currency, money.currency)
    is_spaced = language in {Language.PT, Language.ES} or symbol == money.currency
    gap = NO_BREAK_SPACE if symbol and is_spaced else ""
    amount = abs(money.amount)
    places = decimals_of(money.currency)
    digits = compact_of(amount, language, places) if compact else digits_of(amount, places, language)
    sign = MINUS if money.rounded() < 0 else ""
    return f"{sign}{symbol}{gap}{digits}"


def share_text(share: Decimal, language: Language, digits: int | None = None) -> str:
    """Return a share (0-1) in per cent: two decimals below 10 %, else one."""
    places = (2 if abs(rounded(share, 4)) < _SMALL_SHARE else 1) if digits is None else digits
    return digits_of(share * 100, places, language) + "%"


def arrow_of(change: Decimal, digits: int) -> str:
    """Return ▲, ▼ or = for a change as it will be shown with `digits` decimals."""
    shown = rounded(change, digits)
    return UP if shown > 0 else DOWN if shown < 0 else SAME
