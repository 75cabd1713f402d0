"""Whatever people type, Vigia answers with numbers or with one of its own sentences."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.grammar.grammar import parse_question
from handlers.grammar.grammar_words import (
    KIND_WORDS,
    MARKET_WORDS,
    MARKETPLACE_WORDS,
    METRIC_WORDS,
    SPAN_WORDS,
    VERSUS_WORDS,
)
from kpi.errors import VigiaError
from kpi.languages import Language
from tests.handlers.world import World, north

TABLES = (KIND_WORDS, MARKET_WORDS, MARKETPLACE_WORDS, METRIC_WORDS, SPAN_WORDS, VERSUS_WORDS)
DATES = st.one_of(
    st.dates().map(date.isoformat),
    st.sampled_from(("0001-01-01", "1990-01-01", "2099-12-31", "9999-12-31", "9999-12", "29/02", "31/12/2099")),
    st.tuples(st.integers(0, 40), st.integers(0, 15)).map(lambda pair: f"{pair[0]}/{pair[1]}"),
    st.integers(0, 99999).map(lambda days: f"{days}d"),
    st.dates().map(lambda day: f"{day:%Y-%m}"),
    st.tuples(st.dates(), st.dates()).map(lambda pair: f"{pair[0]}..{pair[1]}"),
)
WORDS = st.one_of(
    st.sampled_from(sorted({word for table in TABLES for word in table})),
    st.sampled_from(("north-ml", "North Amazon", "south-ml", "%(word)s", "%", "100%", "/kpi", "的", "٣٠ days", "²d")),
    DATES,
    st.text(max_size=8),
)
TODAYS = st.dates(date(2015, 1, 1), date(2060, 1, 1))
QUESTIONS = st.lists(WORDS, max_size=5).flatmap(
    lambda words: st.sampled_from((" ", "", "，", " de ")).map(lambda between: between.join(words))
)


@pytest.fixture(scope="module")
def world() -> World:
    """Return a world that is only read."""
    return World().fill()


@settings(max_examples=400)
@given(
    text=QUESTIONS | st.text(), language=st.sampled_from(Language), today=st.dates(date(2015, 1, 1), date(2060, 1, 1))
)
def test_no_text_raises_anything_but_a_sentence(text: str, language: Language, today: date) -> None:
    """What the grammar refuses, it refuses in words."""
    with suppress(VigiaError):
        question = parse_question(text, language, north().stores, today)
        assert question.period is None or question.period.resolve(today).length >= 1


@settings(max_examples=60)
@given(question=QUESTIONS | DATES, prefix=st.sampled_from(("/kpi ", "／kpi ", "kpi ", "")), seller=st.booleans())
def test_every_question_is_answered_or_refused_in_words(
    world: World, question: str, prefix: str, *, seller: bool
) -> None:
    """From the arrival to the reply, in both rooms."""
    room, person = ("north-seller", "wei") if seller else ("north-ops", "ana")
    reply = world.ask(prefix + question, room, person)
    assert reply.headline
    assert "%(" not in reply.headline.replace("%(word)s", "")
