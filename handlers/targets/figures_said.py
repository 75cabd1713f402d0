"""Which figure a target is of: the metric and the stores that words or a choice name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.filled_forms import NOTHING_CHOSEN
from handlers.grammar.grammar import normalise, parse_question
from handlers.grammar.questions import Question
from handlers.messages import Request
from handlers.readings.scopes import chosen_stores, today_of
from kpi.engagements import Engagement, Store
from kpi.errors import QuestionError
from kpi.phrases import phrase

BETWEEN = "+"
"""Between the stores of a choice."""
_FILLER = re.compile(r"(?<!\w)(?:stores?|lojas?|tiendas?|is|to|for|until|=|:)(?!\w)|店铺|为|：")


def figure_said(names: str, request: Request) -> dict[str, str]:
    """Return the metric and the stores that words name, as a form's choices; raises VigiaError for unknown words."""
    stores, rest = _named_stores(names, request.engagement.stores)
    rest = " ".join(_FILLER.sub(" ", rest).split())
    asked = (
        parse_question(rest, request.language, request.engagement.stores, today_of(_all(request), request.at))
        if rest
        else None
    )
    if asked and asked.period:
        raise QuestionError(
            phrase("Write the days of a target as dates: `from 2026-12-01 to 2026-12-31`, or `2026-12`.")
        )
    chosen = stores or _filtered(asked, request.engagement)
    values = {"metric": asked.metric} if asked and asked.metric else {}
    if chosen:
        values["stores"] = BETWEEN.join(chosen)
    return values


def _all(request: Request) -> Sequence[Store]:
    return request.engagement.stores


def _named_stores(names: str, stores: Sequence[Store]) -> tuple[list[str], str]:
    """Return the ids of the stores words name, and the words without them; longer names first."""
    rest, found = normalise(names), []
    called = sorted(((normalise(word), one.id) for one in stores for word in (one.id, one.name)), key=_length)
    for word, store in called:
        pattern = re.compile(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])")
        if word and pattern.search(rest):
            rest = pattern.sub(" ", rest)
            found.append(store)
    return [one.id for one in stores if one.id in found], rest


def _length(named: tuple[str, str]) -> int:
    return -len(named[0])


def _filtered(asked: Question | None, engagement: Engagement) -> list[str]:
    if asked is None or not (asked.markets or asked.marketplaces):
        return []
    return [one.id for one in chosen_stores(asked, engagement)]


def stores_chosen(text: str, engagement: Engagement) -> tuple[Store, ...]:
    """Return the stores of a choice; nothing chosen is all of them. Raises QuestionError for one that is not here."""
    if text in {"", NOTHING_CHOSEN}:
        return engagement.stores
    ids = text.split(BETWEEN)
    unknown = next((one for one in ids if engagement.store(one) is None), "")
    if unknown:
        raise QuestionError(
            phrase("There is no store “%(store)s” here. It knows: %(stores)s."),
            store=unknown[:80],
            stores=", ".join(one.name for one in engagement.stores),
        )
    return tuple(one for one in engagement.stores if one.id in ids)
