"""The labelled parts of a plan or an ending, as people type them in one line."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from handlers.grammar.grammar import normalise
from handlers.grammar.incident_words import PART_WORDS, Part
from kpi.errors import QuestionError
from kpi.phrases import phrase

USUAL_REVIEW = timedelta(hours=48)
"""When the metric is looked at again where the plan does not say."""

_PARTS = {word: part for part, words in PART_WORDS.items() for word in words}
_PART = re.compile(rf"(?<![^\W_])({'|'.join(sorted(map(re.escape, _PARTS), key=len, reverse=True))})\s*[:：]\s*")
_REVIEW = re.compile(r"(\d{1,3})\s*(h|d)|(\d{1,3})\s*(小时|天)", re.IGNORECASE)


def parts_of(text: str) -> dict[Part, str]:
    """Return the labelled parts of a text ("cause: … action: …"), their words as they were typed."""
    # Accents are dropped sign by sign, so that places in the plain text are places in the typed one.
    plain = "".join(normalise(sign)[:1] or sign for sign in text)
    found = list(_PART.finditer(plain))
    if not found:
        return {}
    ends = [*(one.start() for one in found[1:]), len(text)]
    return {
        _PARTS[one.group(1)]: text[one.end() : end].strip(" ;；,，\n") for one, end in zip(found, ends, strict=True)
    }


def aim_of(text: str) -> Decimal | None:
    """Return the value a metric should reach ("2,2%", "120"), or None where none is said; raises QuestionError."""
    if not text:
        return None
    plain = text.replace(" ", "").replace(",", ".")
    try:
        return Decimal(plain.removesuffix("%")) / (100 if plain.endswith("%") else 1)
    except InvalidOperation:
        raise QuestionError(
            phrase("“%(text)s” is not a number; write for example `to: 0.022` or `to: 120`."), text=text
        ) from None


def wait_of(text: str) -> timedelta:
    """Return how long to wait for a review ("48h", "3天"); raises QuestionError."""
    if not text:
        return USUAL_REVIEW
    found = _REVIEW.fullmatch(text.strip())
    if found is None:
        raise QuestionError(phrase("Say when to look again in hours or days: `review: 48h` or `review: 3d`."))
    count, unit = int(found.group(1) or found.group(3)), (found.group(2) or found.group(4)).lower()
    return timedelta(hours=count) if unit in {"h", "小时"} else timedelta(days=count)
