"""Words in four languages become the same typed question."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from handlers.grammar.grammar import LONGEST_PERIOD_DAYS, LONGEST_QUESTION, parse_question
from handlers.grammar.questions import PeriodWord, Question, QuestionKind, Span, Versus
from kpi.days import Period
from kpi.errors import QuestionError, UnknownNameError
from kpi.languages import Language
from kpi.markets import Market, Marketplace
from tests.handlers.world import north

TODAY = date(2026, 11, 23)
BOARD, METRIC, WHY, TARGETS = (QuestionKind.BOARD, QuestionKind.METRIC, QuestionKind.WHY, QuestionKind.TARGETS)
EN, ZH, PT, ES = Language.EN, Language.ZH, Language.PT, Language.ES
BRAZIL, MEXICO = frozenset({Market.BR}), frozenset({Market.MX})
MELI = frozenset({Marketplace.MERCADO_LIBRE})
THIRTY = PeriodWord(Span.LAST_DAYS, days=30)
LAST_WEEK = PeriodWord(Span.LAST_WEEK)


def parsed(text: str, language: Language = EN, today: date = TODAY) -> Question:
    """Return the question meant, in an engagement with two stores."""
    return parse_question(text, language, north().stores, today)


def dates(first: date, last: date | None = None) -> PeriodWord:
    """Return a period named by its days."""
    return PeriodWord(Span.DATES, dates=Period(first, last or first))


@pytest.mark.parametrize(
    ("texts", "meant"),
    [
        (
            ((EN, "/kpi"), (ZH, "／kpi"), (PT, "kpi"), (ES, "  /KPI  "), (EN, "/kpi board"), (PT, "painel")),
            Question(BOARD),
        ),
        (
            ((EN, "conversion"), (ZH, "转化率"), (PT, "conversão"), (ES, "conversión"), (PT, "taxa de conversao")),
            Question(METRIC, "conversion_rate"),
        ),
        (
            (
                (EN, "/kpi gmv br 30d"),
                (EN, "show me the gmv of brazil, last 30 days"),
                (ZH, "巴西近30天成交额"),
                (ZH, "请看巴西站销售额 最近30天"),
                (PT, "vendas do Brasil, últimos 30 dias"),
                (ES, "ventas de Brasil en los últimos 30 días"),
            ),
            Question(METRIC, "gmv", THIRTY, BRAZIL),
        ),
        (
            (
                (EN, "acos mercadolivre last week vs previous"),
                (ZH, "美客多上周ACoS环比"),
                (PT, "acos mercado livre semana passada vs anterior"),
                (ES, "acos mercado libre semana pasada vs periodo anterior"),
            ),
            Question(METRIC, "acos", LAST_WEEK, marketplaces=MELI, versus=Versus.PREVIOUS),
        ),
        (
            ((EN, "orders vs last year mexico"), (ZH, "墨西哥订单同比"), (PT, "pedidos méxico vs ano passado")),
            Question(METRIC, "orders", markets=MEXICO, versus=Versus.LAST_YEAR),
        ),
        (((EN, "targets"), (ZH, "目标"), (PT, "metas"), (ES, "metas")), Question(TARGETS)),
        (
            ((EN, "why claims"), (ZH, "为什么投诉率"), (PT, "por que reclamações"), (ES, "por qué reclamos")),
            Question(WHY, "claims_rate"),
        ),
        (((EN, "help"), (ZH, "帮助"), (PT, "ajuda"), (ES, "ayuda"), (ES, "?")), Question(QuestionKind.HELP)),
        (((EN, "North ML"), (ZH, "north-ml"), (PT, "NORTH ml")), Question(BOARD, stores=frozenset({"north-ml"}))),
        (((EN, "board gmv"), (EN, "gmv, gmv")), Question(METRIC, "gmv")),
    ],
)
def test_the_same_question_is_understood_in_every_language(
    texts: tuple[tuple[Language, str], ...], meant: Question
) -> None:
    """Case, accents, width, order and little words make no difference."""
    for language, text in texts:
        assert parsed(text, language) == meant, text


@pytest.mark.parametrize(
    ("text", "language", "period"),
    [
        ("2026-11-22", EN, dates(date(2026, 11, 22))),
        ("2026-11-01..2026-11-22", EN, dates(date(2026, 11, 1), date(2026, 11, 22))),
        ("2026-11-01 to 2026-11-22", EN, dates(date(2026, 11, 1), date(2026, 11, 22))),
        ("2026-11-01至2026-11-22", ZH, dates(date(2026, 11, 1), date(2026, 11, 22))),
        ("2026-11-01 até 2026-11-22", PT, dates(date(2026, 11, 1), date(2026, 11, 22))),
        ("2026-11-01 hasta 2026-11-22", ES, dates(date(2026, 11, 1), date(2026, 11, 22))),
        ("2026-02", EN, dates(date(2026, 2, 1), date(2026, 2, 28))),
        ("2028-02", ZH, dates(date(2028, 2, 1), date(2028, 2, 29))),
        ("22/11", PT, dates(date(2026, 11, 22))),
        ("24/11", ES, dates(date(2025, 11, 24))),
        ("24/11/2026", PT, dates(date(2026, 11, 24))),
        ("7d", EN, PeriodWord(Span.LAST_DAYS, days=7)),
        ("7天", ZH, PeriodWord(Span.LAST_DAYS, days=7)),
        ("hoje", PT, PeriodWord(Span.TODAY)),
        ("ayer", ES, PeriodWord(Span.YESTERDAY)),
        ("本周", ZH, PeriodWord(Span.THIS_WEEK)),
        ("este mês", PT, PeriodWord(Span.THIS_MONTH)),
        ("last month", EN, PeriodWord(Span.LAST_MONTH)),
    ],
)
def test_a_period_can_be_said_in_many_ways(text: str, language: Language, period: PeriodWord) -> None:
    """A day without a year is the newest one that is not in the future."""
    assert parsed(text, language).period == period


@pytest.mark.parametrize(
    ("span", "days", "first", "last"),
    [
        (Span.TODAY, 0, "2026-11-23", "2026-11-23"),
        (Span.YESTERDAY, 0, "2026-11-22", "2026-11-22"),
        (Span.THIS_WEEK, 0, "2026-11-22", "2026-11-22"),
        (Span.LAST_WEEK, 0, "2026-11-16", "2026-11-22"),
        (Span.THIS_MONTH, 0, "2026-11-01", "2026-11-22"),
        (Span.LAST_MONTH, 0, "2026-10-01", "2026-10-31"),
        (Span.LAST_DAYS, 7, "2026-11-16", "2026-11-22"),
    ],
)
def test_a_span_ends_on_the_last_day_that_is_over(span: Span, days: int, first: str, last: str) -> None:
    """On a Monday this week has no day that is over yet: Sunday stands for it."""
    period = PeriodWord(span, days).resolve(TODAY)
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2028, 3, 1), date(2026, 11, 30)])
@pytest.mark.parametrize("span", [span for span in Span if span is not Span.DATES])
def test_a_span_is_never_empty_or_in_the_future(span: Span, today: date) -> None:
    """At the turn of a year, a month and a week."""
    period = PeriodWord(span, days=1).resolve(today)
    assert period.length >= 1
    assert period.last <= today - timedelta(days=span is not Span.TODAY)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("gmv orders", "Two metrics in one question"),
        ("gmv 7d 30d", "Two periods in one question"),
        ("why", "Say which metric to explain"),
        ("22/11", "can be read two ways"),
        ("2026-11-31", "not a day of the calendar"),
        ("2026-13", "not a day of the calendar"),
        ("2026-11-22..2026-11-01", "ends before it begins"),
        ("0d", "1 to 400 days"),
        (f"{LONGEST_PERIOD_DAYS + 1}d", "1 to 400 days, not 401"),
        ("2025-01-01..2026-02-05", "1 to 400 days, not 401"),
        ("x" * (LONGEST_QUESTION + 1), "too long"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(text: str, sentence: str) -> None:
    """One sentence that says what to do."""
    with pytest.raises(QuestionError, match=sentence):
        parsed(text)


def test_the_longest_question_and_the_longest_period_are_still_answered() -> None:
    """At the limits themselves."""
    assert parsed("gmv".ljust(LONGEST_QUESTION)).metric == "gmv"
    assert parsed(f"{LONGEST_PERIOD_DAYS}d").period == PeriodWord(Span.LAST_DAYS, days=LONGEST_PERIOD_DAYS)
    assert parsed("2025-01-01..2026-02-04").period == dates(date(2025, 1, 1), date(2026, 2, 4))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("converzion", "conversion"),
        ("ordesr", "orders"),
        ("brasill", "brasil"),
        ("pedido", "pedidos"),
        ("退款律", "退款率"),
        ("north-mll", "north-ml"),
    ],
)
def test_an_unknown_word_is_answered_with_the_nearest_one(typed: str, meant: str) -> None:
    """A slip of the finger costs one tap."""
    with pytest.raises(UnknownNameError) as caught:
        parsed(f"/kpi {typed} 7d")
    assert caught.value.params == {"word": typed, "nearest": meant}


def test_a_word_like_nothing_is_answered_with_help() -> None:
    """Rather than with a wild guess."""
    with pytest.raises(UnknownNameError, match="/kpi help") as caught:
        parsed("zzzzqqqq")
    assert "nearest" not in caught.value.params


def test_another_sellers_store_is_an_unknown_word() -> None:
    """Its name is never suggested either."""
    with pytest.raises(UnknownNameError) as caught:
        parsed("south-ml")
    assert "south" not in str(caught.value.params.get("nearest", ""))


def test_the_29th_of_february_is_looked_for_in_the_last_leap_year() -> None:
    """On 10 February 2028 the newest 29 February is four years old."""
    assert parsed("29/02", PT, date(2028, 2, 10)).period == dates(date(2024, 2, 29))
    assert parsed("29/02", PT, date(2028, 2, 29)).period == dates(date(2028, 2, 29))
    with pytest.raises(QuestionError, match="not a day of the calendar"):
        parsed("30/02", PT)


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12", "9999-12-31", "0001-01-01..0001-01-31", "01/01/0001"])
def test_a_day_no_store_can_have_sold_on_is_refused(text: str) -> None:
    """The calendar of a computer ends at the years 1 and 9999; no comparison fits before or after."""
    with pytest.raises(QuestionError, match="not a day of the calendar"):
        parsed(text, PT)
