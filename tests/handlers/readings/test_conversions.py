"""Amounts of several currencies in one: dated rates, told with their source, or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from handlers.readings.conversions import convert_all, total_text
from kpi.digests import ConvertedTotal
from kpi.languages import Language
from kpi.money import Money
from kpi.rates import Rate
from kpi.wording.wording import Wording
from tests.handlers.world import DAY, World, north
from tests.twins.books import MemoryDatabase

BRL = Rate(DAY, "BRL", "CNY", Decimal("1.331"), "PBOC")
MXN = Rate(DAY, "MXN", "CNY", Decimal("0.388"), "PBOC")
NO_RATE = "No rate to CNY within five days: local currencies only."


def converted(*amounts: Money, currency: str = "CNY", day: date = DAY) -> ConvertedTotal | None:
    """Return the amounts in one currency at the two rates above."""
    database = MemoryDatabase()
    with database.work() as work:
        work.rates.save([BRL, MXN])
        return convert_all(work.rates, amounts, currency, day)


def test_each_currency_is_converted_at_its_own_rate_and_named() -> None:
    """2,500 x 1.331 + 16,000 x 0.388 + 100 = 3,327.50 + 6,208 + 100."""
    total = converted(Money.of(2500, "BRL"), Money.of(16000, "MXN"), Money.of(100, "CNY"))
    assert total == ConvertedTotal(
        "CNY",
        Decimal("9635.5"),
        (("BRL", Decimal("1.331"), DAY, "PBOC"), ("MXN", Decimal("0.388"), DAY, "PBOC")),
    )


def test_without_one_of_the_rates_there_is_no_total_at_all() -> None:
    """A sum that silently leaves a currency out is a wrong number."""
    assert converted(Money.of(1, "BRL"), Money.of(1, "CLP")) is None
    assert converted(Money.of(1, "BRL"), currency="USD") is None


def test_a_rate_stands_in_for_five_days_and_says_of_which_day_it_is() -> None:
    """The weekend's numbers at Friday's rate; on the sixth day it is too old, and none comes from the future."""
    total = converted(Money.of(1, "BRL"), day=DAY + timedelta(days=5))
    assert total is not None
    assert total.rates[0][2] == DAY
    assert converted(Money.of(1, "BRL"), day=DAY + timedelta(days=6)) is None
    assert converted(Money.of(1, "BRL"), day=DAY - timedelta(days=1)) is None


def test_what_needs_no_rate_is_no_conversion() -> None:
    """Yuan in yuan, and nothing at all."""
    assert converted(Money.of(7, "CNY")) is None
    assert converted() is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (Language.EN, "≈ ¥9,535.50 (BRL at 1.3310 on 27 Aug, PBOC, MXN at 0.3880 on 27 Aug, PBOC)"),
        (Language.ZH, "≈ ¥9,535.50"),
        (Language.PT, "≈ ¥\N{NO-BREAK SPACE}9.535,50"),
        (Language.ES, "≈ ¥\N{NO-BREAK SPACE}9.535,50"),
    ],
)
def test_a_total_tells_its_rates_their_day_and_their_source(language: Language, text: str) -> None:
    """Nobody has to ask which rate that was."""
    total = converted(Money.of(2500, "BRL"), Money.of(16000, "MXN"))
    assert total is not None
    said = total_text(total, Wording(language))
    assert said.startswith(text)
    assert said.count("PBOC") == 2


def test_an_answer_shows_the_total_in_every_currency_agreed() -> None:
    """5,100 x 0.2 + 16,000 x 0.05 = 1,820 dollars; yuan have no rate, which is said."""
    world = World().fill("north-ml", "north-amz")
    dollars = [Rate(DAY, "BRL", "USD", Decimal("0.2"), "Fed"), Rate(DAY, "MXN", "USD", Decimal("0.05"), "Fed")]
    world.agree(replace(north(), shown_currencies=("CNY", "USD")), *dollars)
    notes = world.ask("/kpi gmv").notes
    assert notes[0] == NO_RATE
    assert notes[1].startswith("≈ US$1,820.00 (BRL at 0.2000 on 27 Aug, Fed")


def test_amounts_that_are_in_the_shown_currency_already_need_no_rate_and_miss_none() -> None:
    """Reais shown in reais: neither a total nor a complaint."""
    world = World().fill("north-ml")
    world.agree(replace(north(), stores=north().stores[:1], shown_currencies=("BRL",)))
    assert world.ask("/kpi gmv").notes == ()


def test_without_any_amount_no_missing_rate_is_complained_of() -> None:
    """There is nothing to convert on a day without data."""
    world = World()
    world.agree(north(), BRL, MXN)
    assert NO_RATE not in world.ask("/kpi gmv").notes


def test_shares_and_averages_are_never_converted() -> None:
    """An average order value of two currencies in one means nothing."""
    world = World().fill("north-ml", "north-amz")
    world.agree(north(), BRL, MXN)
    for question in ("/kpi aov", "/kpi conversion", "/kpi orders"):
        assert not any("¥" in note for note in world.ask(question).notes)
