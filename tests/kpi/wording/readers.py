"""Reads numbers back from texts, independently of how they were written."""

from __future__ import annotations

from decimal import Decimal

from kpi.languages import Language

STEPS: dict[str, int] = {
    "k": 10**3,
    "mil M": 10**9,
    "mil": 10**3,
    "mi": 10**6,
    "M": 10**6,
    "bi": 10**9,
    "B": 10**9,
    "万": 10**4,
    "亿": 10**8,
}


def number_in(text: str, language: Language) -> Decimal:
    """Return the one number of `text`, with its thousands and its sign (an arrow or a minus)."""
    digits = "".join(sign for sign in text if sign.isdecimal() or sign in ".,")
    grouping, point = (".", ",") if language in {Language.PT, Language.ES} else (",", ".")
    value = Decimal(digits.replace(grouping, "").replace(point, ".").rstrip("."))
    is_negative = "\N{MINUS SIGN}" in text or "▼" in text
    return (-value if is_negative else value) * step_of(text)


def step_of(text: str) -> int:
    """Return how much one of the shown number is worth: 1,000 for "128,5 mil"."""
    word = text.rpartition("\N{NO-BREAK SPACE}mil\N{NO-BREAK SPACE}")[2] if "mil M" in text else text
    words = [suffix for suffix in STEPS if word.replace("\N{NO-BREAK SPACE}", " ").endswith(suffix)]
    return STEPS[max(words, key=len)] if words else 1
