"""Money as each language writes it: always with its symbol, in the places of its currency."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.languages import Language
from kpi.money import Money
from kpi.wording.numbers import SYMBOLS
from kpi.wording.wording import Wording
from tests.kpi.wording.readers import number_in, step_of

EN, ZH, PT, ES = Language.EN, Language.ZH, Language.PT, Language.ES

moneys = st.builds(Money, st.integers(-(10**16), 10**16), st.sampled_from(list(SYMBOLS)))


def plain(text: str) -> str:
    """Return the text with ordinary spaces."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("amount", "currency", "texts"),
    [
        ("1284567", "BRL", ("R$1.3M", "R$128.5万", "R$ 1,3 mi", "R$ 1,3 M")),
        ("128456", "BRL", ("R$128.5k", "R$12.8万", "R$ 128,5 mil", "R$ 128,5 mil")),
        ("20000", "BRL", ("R$20.0k", "R$2.0万", "R$ 20,0 mil", "R$ 20,0 mil")),
        ("20000", "COP", ("COL$20k", "COL$2万", "COL$ 20 mil", "COL$ 20 mil")),
        ("9999.99", "BRL", ("R$9,999.99", "R$9,999.99", "R$ 9.999,99", "R$ 9.999,99")),
        ("9999.995", "BRL", ("R$10.0k", "R$1.0万", "R$ 10,0 mil", "R$ 10,0 mil")),
        ("-128456", "MXN", ("−MX$128.5k", "−MX$12.8万", "−MX$ 128,5 mil", "−MX$ 128,5 mil")),
        ("0", "CNY", ("¥0.00", "¥0.00", "¥ 0,00", "¥ 0,00")),
    ],
)
def test_compact_money_is_said_in_the_readers_thousands(amount: str, currency: str, texts: tuple[str, ...]) -> None:
    """The same amount on a phone in Shenzhen, São Paulo and Mexico City."""
    money = Money.of(amount, currency)
    assert tuple(plain(Wording(language).money(money, compact=True)) for language in (EN, ZH, PT, ES)) == texts


@pytest.mark.parametrize(
    ("currency", "pt", "zh"),
    [
        ("BRL", "R$ 1.234,50", "R$1,234.50"),
        ("MXN", "MX$ 1.234,50", "MX$1,234.50"),
        ("ARS", "AR$ 1.234,50", "AR$1,234.50"),
        ("USD", "US$ 1.234,50", "US$1,234.50"),
        ("CNY", "¥ 1.234,50", "¥1,234.50"),
        ("CLP", "CL$ 1.235", "CL$1,235"),
        ("COP", "COL$ 1.235", "COL$1,235"),
        ("PEN", "PEN 1.234,50", "PEN 1,234.50"),
        ("", "1.234,50", "1,234.50"),
    ],
)
def test_every_currency_has_its_symbol_and_its_places(currency: str, pt: str, zh: str) -> None:
    """Pesos of Chile and Colombia have no cents; a currency without a symbol is named by its code."""
    money = Money.of("1234.5", currency)
    assert (plain(Wording(PT).money(money)), plain(Wording(ZH).money(money))) == (pt, zh)


def test_an_amount_stays_on_one_line() -> None:
    """Symbol, number and its word are held together by no-break spaces."""
    assert " " not in Wording(PT).money(Money.of(128_456, "BRL"), compact=True)


def test_a_debt_that_rounds_to_nothing_has_no_sign() -> None:
    """The minus stands before the symbol, and only where something is shown."""
    assert Wording(EN).money(Money(-49, "BRL")) == "R$0.00"
    assert Wording(EN).money(Money(-50, "BRL")) == "\N{MINUS SIGN}R$0.01"


@given(moneys, st.sampled_from(list(Language)))
def test_an_amount_reads_back(money: Money, language: Language) -> None:
    """In full, the text is the amount rounded to the places of its currency."""
    text = Wording(language).money(money)
    assert number_in(text, language) == money.rounded()
    assert SYMBOLS[money.currency] in text


@given(moneys, st.sampled_from(list(Language)))
def test_a_compact_amount_reads_back_to_its_last_digit(money: Money, language: Language) -> None:
    """Off by half of the last digit at most, whatever the step."""
    text = Wording(language).money(money, compact=True)
    step = step_of(text)
    if step == 1:
        assert number_in(text, language) == money.rounded()
    else:
        coarse = abs(money.amount) >= 1000 * step
        assert abs(number_in(text, language) - money.amount) <= (Decimal(step) if coarse else Decimal(step) / 10) / 2
