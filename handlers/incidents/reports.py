"""From one line in anybody's words to a declaration: which store, which metric, which way, how bad."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar
from uuid import uuid4

from handlers.access import require_may_see
from handlers.grammar.grammar import MetricName, StoreName, mentioned, normalise
from handlers.grammar.incident_words import MOVEMENT_WORDS, SEVERITY_WORDS
from handlers.grammar.questions import PeriodWord, Span
from handlers.messages import Request
from kpi.days import business_day
from kpi.engagements import Store
from kpi.errors import QuestionError
from kpi.incidents.incident import Confidence, Movement, Onset, OnsetSource, Subject
from kpi.incidents.openings import Declaration
from kpi.markets import Market, Marketplace
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Direction
from kpi.phrases import phrase
from kpi.severities import Severity

LONGEST_REPORT = 30_000
"""Characters of a report; a longer one is a file."""
LONGEST_BEGINNING = 2_000
"""Characters in which a report says what it is about; what follows is kept, and not searched for names."""

T = TypeVar("T")
_LATIN = re.compile(r"[a-z0-9]+")


def declaration_of(request: Request, text: str) -> Declaration:
    """Return what a line reports; what it does not say stays open, and its words are kept as they are."""
    text = text.strip()
    if not text:
        raise QuestionError(
            phrase("Say what you see, for example `/incident conversion fell in %(store)s since yesterday`."),
            store=example_store(request),
        )
    if len(text) > LONGEST_REPORT:
        raise QuestionError(
            phrase("A report has %(limit)s characters at most; attach the rest as a file."), limit=LONGEST_REPORT
        )
    beginning = text[:LONGEST_BEGINNING]
    found = mentioned(beginning, request.engagement.stores)
    metric = next((one.id for one in found if isinstance(one, MetricName)), "")
    if metric:
        require_may_see(METRICS[metric], request)
    store = _store(request.engagement.stores, found)
    movement = movement_of(metric, beginning)
    return Declaration(
        engagement=request.engagement.id,
        subject=Subject(store, metric if store else "", movement if metric and store else Movement.NONE),
        severity=_first_word(beginning, SEVERITY_WORDS) or Severity.S2,
        report=text,
        language=request.language,
        report_id=uuid4().hex,
        reported_at=request.at,
        onset=_onset(request, store, found),
    )


def _onset(request: Request, store: str, found: Iterable[object]) -> Onset | None:
    """Return since when it is so, as the words say ("since yesterday"), on the store's days; None: they do not."""
    span = next((one for one in found if isinstance(one, Span)), None)
    if span is None:
        return None
    named = request.engagement.store(store)
    zone = named.zone if named else request.room.zone
    days = PeriodWord(span).resolve(business_day(request.at, zone))
    return Onset.on_days(days, zone, Confidence.LOW, OnsetSource.PERSON, request.person.id)


def example_store(request: Request) -> str:
    """Return the name of a store of who asks, for an example they know."""
    return request.engagement.stores[0].name if request.engagement.stores else request.engagement.name


def _store(stores: tuple[Store, ...], found: Iterable[object]) -> str:
    """Return the one store that is meant, or nothing where it could be several."""
    known = tuple(found)
    named = {one.id for one in known if isinstance(one, StoreName)}
    markets = {one for one in known if isinstance(one, Market)}
    marketplaces = {one for one in known if isinstance(one, Marketplace)}
    meant = [
        store.id
        for store in stores
        if (not named or store.id in named)
        and (not markets or store.market in markets)
        and (not marketplaces or store.marketplace in marketplaces)
    ]
    return meant[0] if len(meant) == 1 else ""


def movement_of(metric: str, text: str) -> Movement:
    """Return which way it moved: as the words say, else to the metric's bad side."""
    said = _first_word(text, MOVEMENT_WORDS)
    if said is not None or not metric:
        return said or Movement.NONE
    return Movement.RISE if METRICS[metric].good is Direction.DOWN else Movement.FALL


def _first_word(text: str, table: Mapping[T, tuple[str, ...]]) -> T | None:
    """Return what the first known word of a text means; Chinese words may stand inside others."""
    plain = normalise(text)
    latin = [(found.group(), found.start()) for found in _LATIN.finditer(plain)]
    places = [
        (place, meaning) for meaning, words in table.items() for word in words for place in _places(word, plain, latin)
    ]
    return min(places, key=lambda each: each[0])[1] if places else None


def _places(word: str, plain: str, latin: list[tuple[str, int]]) -> list[int]:
    if word.isascii():
        return [start for said, start in latin if said == word]
    place = plain.find(word)
    return [place] if place >= 0 else []
