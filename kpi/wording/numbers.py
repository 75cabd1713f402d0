"""Numbers, shares and money as each language writes them. Digits come from Babel; signs and units are ours."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_decimal

from kpi.languages import Language
from kpi.money import Money, decimals_of

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

_BABEL_LOCALES: dict[Language, str] = {
    Language.EN: "en",
    Language.ZH: "zh_CN",
    Language.PT: "pt_BR",
    # Latin American Spanish differs by country; the decimal comma of es is read everywhere but in Mexico.
    Language.ES: "es",
}

_SMALL_SHARE = Decimal("0.1")

_COMPACT: dict[Language, tuple[tuple[int, str], ...]] = {
    Language.EN: ((10**9, "B"), (10**6, "M"), (10**3, "k")),
    Language.ZH: ((10**8, "亿"), (10**4, "万")),
    Language.PT: ((10**9, " bi"), (10**6, " mi"), (10**3, " mil")),
    Language.ES: ((10**9, " mil M"), (10**6, " M"), (10**3, " mil")),
}
_COMPACT_FROM = 10_000


def rounded(value: Decimal, digits: int) -> Decimal:
    """Return `value` rounded half up (Babel alone would round halves to even)."""
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def digits_of(value: Decimal, digits: int, language: Language) -> str:
    """Return a number with grouping and exactly `digits` decimals; negative numbers carry a true minus sign."""
    exact = rounded(value, digits)
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    text = format_decimal(abs(exact), format=pattern, locale=_BABEL_LOCALES[language])
    return f"{MINUS}{text}" if exact < 0 else text


def compact_of(value: Decimal, language: Language, small_digits: int) -> str:
    """Return a number in the reader's thousands (mil, mi, 万, k); small ones in full."""
    if abs(value) < _COMPACT_FROM:
        return digits_of(value, small_digits, language)
    for size, suffix in _COMPACT[language]:
        if abs(value) >= size:
            is_round = not small_digits and value % size == 0
            digits = 0 if is_round or abs(value) / size >= 1000 else 1  # noqa: PLR2004 - four digits need no decimal
            return digits_of(value / size, digits, language) + suffix.replace(" ", NO_BREAK_SPACE)
    return digits_of(value, small_digits, language)


def money_text(money: Money, language: Language, *, compact: bool) -> str:
    """Return an amount with its symbol; compact amounts of 10,000 and more in the reader's thousands."""
    symbol = SYMBOLS.get(money.currency, money.currency)
    gap = NO_BREAK_SPACE if language in {Language.PT, Language.ES} or len(symbol) > 3 else ""  # noqa: PLR2004 - COL$
    amount = abs(money.amount)
    places = decimals_of(money.currency)
    digits = compact_of(amount, language, places) if compact else digits_of(amount, places, language)
    sign = MINUS if money.rounded() < 0 else ""
    return f"{sign}{symbol}{gap}{digits}"


def share_text(share: Decimal, language: Language, digits: int | None = None) -> str:
    """Return a share (0-1) in per cent: two decimals below 10 %, else one."""
    places = digits if digits is not None else (2 if abs(share) < _SMALL_SHARE else 1)
    return digits_of(share * 100, places, language) + "%"


def arrow_of(change: Decimal, digits: int) -> str:
    """Return ▲, ▼ or = for a change as it will be shown with `digits` decimals."""
    shown = rounded(change, digits)
    return UP if shown > 0 else DOWN if shown < 0 else SAME
