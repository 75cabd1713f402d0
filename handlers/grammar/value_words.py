"""A value as people write it: "2.6%", "R$ 3,2 mi", "320万", "26 h"; a comma means what it means in their language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from kpi.errors import QuestionError
from kpi.languages import Language
from kpi.metrics.metric import Unit
from kpi.phrases import phrase
from kpi.wording.numbers import SYMBOLS

_DECIMAL_COMMA = frozenset({Language.PT, Language.ES})
_GROUP = 3
_TIMES: dict[str, int] = {
    **dict.fromkeys(("k", "mil", "千"), 10**3),
    "万": 10**4,
    **dict.fromkeys(("m", "mi", "mio", "mln", "million", "milhao", "milhão", "milhoes", "milhões"), 10**6),
    **dict.fromkeys(("millon", "millón", "millones", "百万"), 10**6),
    "亿": 10**8,
}
_UNITS: dict[str, Unit] = {
    **dict.fromkeys(("%", "％"), Unit.SHARE),
    **dict.fromkeys(("h", "hours", "horas", "小时"), Unit.HOURS),
    **dict.fromkeys(("min", "minutes", "minutos", "分钟"), Unit.MINUTES),
    **dict.fromkeys(("d", "days", "dias", "días", "天"), Unit.DAYS),
    **dict.fromkeys(("★", "stars", "estrelas", "estrellas", "星"), Unit.STARS),
    **dict.fromkeys(("×", "x", "倍"), Unit.MULTIPLE),
}
_CURRENCIES = {symbol.casefold(): code for code, symbol in SYMBOLS.items()} | {
    **{code.casefold(): code for code in SYMBOLS},
    "￥": "CNY",
    "元": "CNY",
    "rmb": "CNY",
}


def _any_of(words: dict[str, object]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_MONEY_SIGN = rf"(?:{_any_of(dict(_CURRENCIES))}|\$)"
_NUMBER = r"[-−]?(?:[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]+)?|[0-9][0-9.,']*[0-9]|[0-9])"
_END = r"(?![a-zà-ÿ])"
"""No Latin word goes on here; a Chinese one may."""
VALUE = re.compile(
    rf"(?:(?P<before>{_MONEY_SIGN})\s*)?(?P<number>{_NUMBER})(?:\s*(?P<times>{_any_of(dict(_TIMES))}){_END})?"
    rf"(?:\s*(?P<unit>{_any_of(dict(_UNITS))}){_END})?(?:\s*(?P<after>{_MONEY_SIGN}){_END})?",
    re.IGNORECASE,
)
"""A value inside other words."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A value as it was written; a share is 0-1, `currency` the code of a symbol ("$" alone names none)."""

    number: Decimal
    unit: Unit | None = None
    currency: str | None = None
    has_money_sign: bool = False


def amount_said(text: str, language: Language) -> Amount:
    """Return the value a text is; raises QuestionError where it is none."""
    found = VALUE.fullmatch(text.strip())
    if found is None:
        raise QuestionError(phrase("“%(text)s” is no number."), text=text[:80])
    number = _number(found["number"], language) * _TIMES.get((found["times"] or "").casefold(), 1)
    unit = _UNITS.get((found["unit"] or "").casefold())
    sign = (found["before"] or found["after"] or "").casefold()
    return Amount(number / 100 if unit is Unit.SHARE else number, unit, _CURRENCIES.get(sign), bool(sign))


def _number(text: str, language: Language) -> Decimal:
    """Return what digits mean: the last of two signs parts decimals, one alone does what it does in the language."""
    plain = text.replace(" ", "").replace("'", "").replace("−", "-")
    signs = [sign for sign in plain if sign in ".,"]
    if len(set(signs)) > 1:
        decimal = signs[-1]
    elif len(signs) > 1:
        decimal = ""
    else:
        decimal = "".join(signs) if _is_decimal(plain, language) else ""
    grouped = "".join(sign for sign in plain if sign not in ".," or sign == decimal)
    if grouped.count(decimal or "-") > 1:
        raise QuestionError(phrase("“%(text)s” is no number."), text=text[:80])
    return Decimal(grouped.replace(",", "."))


def _is_decimal(plain: str, language: Language) -> bool:
    """Tell whether the one sign in a number parts its decimals: always, unless it groups thousands in this language."""
    whole, sign, rest = re.split(r"([.,])", plain, maxsplit=1) if re.search(r"[.,]", plain) else (plain, "", "")
    groups = "." if language in _DECIMAL_COMMA else ","
    return not (sign == groups and len(rest) == _GROUP and 0 < len(whole.lstrip("-")) <= _GROUP and whole[0] != "0")
