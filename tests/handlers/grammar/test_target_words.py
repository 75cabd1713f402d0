"""`/kpi target …` in four languages: what sets a target, what asks for targets, and what a value is."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.grammar.target_words import TargetField, target_order
from handlers.grammar.value_words import Amount, amount_said
from kpi.errors import QuestionError
from kpi.languages import Language
from kpi.metrics.metric import Unit

EN, ZH, PT, ES = Language.EN, Language.ZH, Language.PT, Language.ES


@pytest.mark.parametrize(
    ("text", "value", "names"),
    [
        ("target conversion 2.6% store X from 2026-12-01", "2.6%", "conversion store X"),
        ("meta conversão 2,6% Lumina ML a partir de 2026-12-01", "2,6%", "conversão Lumina ML"),
        ("objetivo conversión 2,6% desde 2026-12-01", "2,6%", "conversión"),
        ("目标 转化率 2.6% 从2026-12-01起", "2.6%", "转化率"),
        ("目标转化率2.6% 从2026-12-01", "2.6%", "转化率"),
        ("target gmv 3200000 from 2026-12-01", "3200000", "gmv"),
        ("target set conversion Loja 2 2.6% 2026-12-01", "2.6%", "conversion Loja 2"),
    ],
)
def test_a_target_is_set_in_four_languages(text: str, value: str, names: str) -> None:
    """Its value, its first day and the words of its figure."""
    order = target_order(f"/kpi {text}")
    assert order is not None
    assert order.values == {TargetField.VALUE: value, TargetField.FIRST: "2026-12-01"}
    assert order.names == names


@pytest.mark.parametrize(
    "text",
    [
        *("targets", "target conversion", "metas", "目标", "targets 30d", "meta 7 dias", "目标 7天", "targets 2026-11"),
        *(
            "targets lumina-ml-2",
            "targets Loja 2",
            "target conversion last 30 days",
            "conversion 2.6%",
            "why targets 5%",
        ),
        "targets 2026-11-01 to 2026-11-20",
    ],
)
def test_a_question_about_targets_sets_none(text: str) -> None:
    """Digits of a period or of a store's name are no value."""
    assert target_order(f"/kpi {text}") is None


@pytest.mark.parametrize(
    "text", ["target set", "metas definir", "objetivo fijar", "目标设定", "目标 设置", "target new"]
)
def test_to_set_one_without_a_value_says_nothing_yet(text: str) -> None:
    """A form asks the rest."""
    order = target_order(f"/kpi {text}")
    assert order is not None
    assert not order.says_something


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-12", "2026-12-01", "2026-12-31"),
        ("from 2026-12-05 to 2026-12-20", "2026-12-05", "2026-12-20"),
        ("de 2026-12 até 2027-02", "2026-12-01", "2027-02-28"),
        ("从2026-12-05到2026-12-20", "2026-12-05", "2026-12-20"),
        ("hasta 2026-12-31", "", "2026-12-31"),
        ("2026-13", "2026-13-01", "2026-13-01"),
    ],
)
def test_the_days_of_a_target(text: str, first: str, last: str) -> None:
    """A month is all of its days; a day that is none is left to whoever checks it."""
    order = target_order(f"/kpi target acos 13% {text}")
    assert order is not None
    assert (order.values.get(TargetField.FIRST, ""), order.values[TargetField.LAST]) == (first, last)


@pytest.mark.parametrize(
    ("words", "side"),
    [
        *((words, "up") for words in ("at least", "≥", "no mínimo", "al menos", "至少", "不低于")),
        *((words, "down") for words in ("at most", "<=", "no máximo", "a lo sumo", "最多", "不超过")),
    ],
)
def test_a_side_and_a_source(words: str, side: str) -> None:
    """Where it was agreed stays word for word."""
    order = target_order(f"/kpi target set acos {words} 13 fonte: Ata de 23/11, item 4")
    assert order is not None
    assert (order.values[TargetField.SIDE], order.values[TargetField.VALUE]) == (side, "13")
    assert order.values[TargetField.SOURCE] == "Ata de 23/11, item 4"


@pytest.mark.parametrize(
    ("text", "language", "amount"),
    [
        ("2.6%", EN, Amount(Decimal("0.026"), Unit.SHARE)),
        ("2,6 %", PT, Amount(Decimal("0.026"), Unit.SHARE)),
        ("2.6%", PT, Amount(Decimal("0.026"), Unit.SHARE)),
        ("3.200", PT, Amount(Decimal(3200))),
        ("3,200", EN, Amount(Decimal(3200))),
        ("3,200", ES, Amount(Decimal("3.2"))),
        ("0.026", PT, Amount(Decimal("0.026"))),
        ("3.200.000", ES, Amount(Decimal(3_200_000))),
        ("1,234.50", PT, Amount(Decimal("1234.50"))),
        ("1.234,50", EN, Amount(Decimal("1234.50"))),
        ("1 234 567", EN, Amount(Decimal(1_234_567))),
        ("R$ 3,2 mi", PT, Amount(Decimal(3_200_000), None, "BRL", has_money_sign=True)),
        ("3.2M BRL", EN, Amount(Decimal(3_200_000), None, "BRL", has_money_sign=True)),
        ("MX$500k", EN, Amount(Decimal(500_000), None, "MXN", has_money_sign=True)),
        ("320万元", ZH, Amount(Decimal(3_200_000), None, "CNY", has_money_sign=True)),
        ("$ 500", ES, Amount(Decimal(500), None, None, has_money_sign=True)),
        ("26 h", EN, Amount(Decimal(26), Unit.HOURS)),
        ("40分钟", ZH, Amount(Decimal(40), Unit.MINUTES)),
        ("4,6 ★", PT, Amount(Decimal("4.6"), Unit.STARS)),
        ("3.2x", EN, Amount(Decimal("3.2"), Unit.MULTIPLE)),
        ("30 días", ES, Amount(Decimal(30), Unit.DAYS)),
    ],
)
def test_a_value_is_read_as_its_language_writes_it(text: str, language: Language, amount: Amount) -> None:
    """A comma is a decimal sign in one language and groups thousands in another."""
    assert amount_said(text, language) == amount


@pytest.mark.parametrize("text", ["", "muito", "2.6.7,8,9", "%", "R$", "12 parsecs", "1e9", "٣", "nan", "2,6% 3"])
def test_what_is_no_number_is_refused(text: str) -> None:
    """With the words as they were typed."""
    with pytest.raises(QuestionError, match="is no number"):
        amount_said(text, EN)


@given(st.text(max_size=60), st.sampled_from(list(Language)))
def test_any_words_are_a_value_or_a_mistake(text: str, language: Language) -> None:
    """Never a failure, and never a number that is none."""
    try:
        amount = amount_said(text, language)
    except QuestionError:
        return
    assert amount.number.is_finite()


@given(st.text(max_size=80))
def test_any_words_after_the_command_are_taken_apart(text: str) -> None:
    """Whatever people type."""
    order = target_order(f"/kpi target {text}")
    assert order is None or set(order.values) <= set(TargetField)
