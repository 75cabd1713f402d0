"""Setting a target: in one line or by a form, checked alike, kept with its history and told to both sides."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from handlers.deliveries import compose_delivery
from handlers.messages import FieldKind, Reply
from handlers.targets.wishes import LONGEST_SOURCE
from kpi.days import Period
from kpi.deliveries import CauseKind
from kpi.languages import Language
from kpi.markets import Market, Marketplace
from kpi.metrics.metric import Direction
from kpi.targets import Target
from tests.handlers.form_calls import OPS, SELLER, faults, opened, refused, submitted
from tests.handlers.world import DAY, World, north, south
from tests.twins.book_samples import a_store

SET = "/kpi target set"
ONE_LINE = "/kpi target conversion 2.6% North ML from 2026-09-01"
AUGUST = Period.month_of(DAY)


@pytest.fixture
def world() -> World:
    """Return two sellers on Friday 28 August."""
    return World().fill()


def _targets(world: World) -> tuple[Target, ...]:
    with world.books.view() as work:
        return tuple(one.target for one in work.targets.changes("north"))


def _told(world: World) -> dict[str, Reply]:
    with world.books.view() as work:
        found = {}
        for one in reversed(work.deliveries.of_engagement("north", 100)):
            composed = compose_delivery(work, one)
            if one.cause_kind is CauseKind.TARGET and composed:
                found[one.room] = composed.reply
        return found


def test_one_line_sets_a_target_and_both_rooms_are_told(world: World) -> None:
    """Who, what, since when, and what was before."""
    reply = world.ask(ONE_LINE)
    assert reply.is_private
    (target,) = _targets(world)
    assert (target.metric, target.stores, target.value) == ("conversion_rate", ("north-ml",), Decimal("0.026"))
    assert (target.direction, str(target.period.first), str(target.period.last)) == (
        Direction.UP,
        "2026-09-01",
        "2026-12-31",
    )
    told = _told(world)
    assert set(told) == {"north-ops", "north-seller"}
    assert told["north-seller"].headline == "North: the target for Conversion rate · North ML is ≥ 2.60%"
    assert told["north-seller"].text.splitlines() == [
        "Counts on 1 September 2026 – 31 December 2026, store time.",
        "Before: nothing was agreed.",
        "Set by Ana of north (account manager).",
    ]


def test_a_form_says_the_same_as_one_line(world: World) -> None:
    """With where it was agreed."""
    form = opened(world, f"{SET} conversion")
    values = {"stores": "north-ml", "value": "2.6%", "first": "2026-09-01", "source": "call of 28 Aug"}
    assert faults(world, form, **values) == {}
    submitted(world, form, **values)
    world.ask(ONE_LINE.replace("2.6%", "2.7%") + " source: call of 28 Aug")
    by_line, by_form = _targets(world)
    assert replace(by_line, id="", value=Decimal(0)) == replace(by_form, id="", value=Decimal(0))
    assert "Agreed in: call of 28 Aug" in _told(world)["north-seller"].text


def test_a_change_says_from_what_to_what_and_stays_said(world: World) -> None:
    """The seller reads what the file said before; a later change rewrites nothing."""
    written = Target("c", "north", "conversion_rate", ("north-ml",), AUGUST, Direction.UP, Decimal("0.024"))
    world.agree(north(), written)
    world.ask("/kpi target conversion 2.6% North ML from 2026-08-20")
    first = _told(world)["north-seller"]
    assert "Before: ≥ 2.40% (1 August 2026 – 31 August 2026)" in first.text
    world.clock.advance(timedelta(minutes=1))
    world.ask("/kpi target conversion 2.5% North ML from 2026-08-20")
    assert "Before: ≥ 2.60%" in _told(world)["north-seller"].text
    notes = world.ask("/kpi targets", *SELLER).notes
    assert [note.split(" for ")[0] for note in notes] == [
        "28 Aug: Ana of north (account manager) set Conversion rate · North ML to ≥ 2.50%",
        "28 Aug: Ana of north (account manager) set Conversion rate · North ML to ≥ 2.60%",
    ]
    assert [note.rsplit("before: ", 1)[1] for note in notes] == ["≥ 2.60%", "≥ 2.40%"]


def test_what_ended_last_is_what_was_before(world: World) -> None:
    """A target of September follows August's."""
    ended = Target("c", "north", "conversion_rate", ("north-ml",), AUGUST, Direction.UP, Decimal("0.024"))
    world.agree(north(), ended, replace(ended, id="d", stores=()))
    world.ask(ONE_LINE)
    assert "Before: ≥ 2.40% (1 August 2026 – 31 August 2026)" in _told(world)["north-seller"].text


def test_what_was_set_is_what_answers_are_measured_against(world: World) -> None:
    """From its first day on; the file, applied again, does not bring its own back."""
    world.ask("/kpi target conversion 2.4% North ML from 2026-08-01")
    world.agree(north(), Target("c", "north", "conversion_rate", ("north-ml",), AUGUST, Direction.UP, Decimal("0.5")))
    (figure,) = world.ask("/kpi targets").figures
    assert figure.target == "≥ 2.40%"
    assert "2.40%" in world.ask("/kpi conversion North ML").figures[0].target


@pytest.mark.parametrize("handle", ["ana", "rita", "dora", "adam"])
def test_whoever_answers_for_the_engagement_agrees_targets(world: World, handle: str) -> None:
    """Account manager, team lead, director, admin; where they read, there is a button."""
    assert world.ask(ONE_LINE, handle=handle).reference == ""
    assert SET in [button.command for button in world.ask("/kpi targets", handle=handle).buttons]
    assert f"{SET} conversion_rate" in [
        button.command for button in world.ask("/kpi conversion", handle=handle).buttons
    ]


@pytest.mark.parametrize("place", [("north-ops", "bruno"), SELLER])
def test_nobody_else_does(world: World, place: tuple[str, str]) -> None:
    """Neither local operations nor the seller's people, in no way; they are told who does."""
    sentence = "Targets are agreed with Ana of north"
    assert sentence in world.ask(ONE_LINE, *place).headline
    assert sentence in refused(world, SET, place)
    assert sentence in submitted(world, opened(world, SET), place, value="2.6%", stores="north-ml").headline
    assert _targets(world) == ()
    assert SET not in [button.command for button in world.ask("/kpi targets", *place).buttons]


def test_another_sellers_store_is_unknown(world: World) -> None:
    """By name and by id."""
    assert "I do not know" in world.ask("/kpi target conversion 2.6% South ML from 2026-09-01").headline
    assert "There is no store" in faults(world, opened(world, SET), value="2.6%", stores="south-ml")["stores"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"value": "much"}, {"value": "“much” is no number."}),
        ({"value": ""}, {"value": "is no number"}),
        ({"value": "101%"}, {"value": "at most 100.0%"}),
        ({"value": "0%"}, {"value": "More than 0"}),
        ({"value": "2.6"}, {"value": "write for example 2.60%"}),
        ({"value": "26 h"}, {"value": "does not fit Conversion rate"}),
        ({"value": "R$ 2.6"}, {"value": "does not fit Conversion rate"}),
        ({"side": "down"}, {"side": "More of this is better"}),
        ({"metric": "acos", "value": "13%", "side": "up"}, {"side": "Less of this is better"}),
        ({"metric": "ad_spend", "value": "R$ 900"}, {"side": "Say whether it is at least or at most."}),
        ({"metric": "orders", "value": "12.5"}, {"value": "whole numbers"}),
        ({"metric": "avg_rating", "value": "5.1"}, {"value": "at most 5.00 ★"}),
        ({"metric": "gmv", "value": "MX$ 900"}, {"value": "sells in MXN; they sell in BRL"}),
        ({"metric": "gmv", "value": "900", "stores": "-"}, {"value": "These stores sell in BRL, MXN: say which"}),
        ({"metric": "nonsense"}, {"metric": "There is no metric"}),
        ({"metric": "odr"}, {"stores": "exists on none of these stores"}),
        ({"stores": "-"}, {"stores": "choose one of North ML, North Amazon"}),
        ({"first": "2026-08-01", "last": "2026-08-26"}, {"last": "This period is over."}),
        ({"last": "2026-08-31"}, {"last": "ends before it begins"}),
        ({"last": "2027-09-02"}, {"last": "a year at most"}),
        ({"first": "2026-02-30"}, {"first": "not a day of the calendar"}),
        ({"source": "x" * (LONGEST_SOURCE + 1)}, {"source": "At most 200 characters"}),
        (
            {"metric": "gmv", "value": "13%", "side": "down", "stores": "-", "first": "x", "source": "x" * 999},
            {"value": "does not fit", "side": "better", "first": "not a day", "source": "At most"},
        ),
    ],
)
def test_everything_wrong_is_said_at_once_beside_its_field(
    world: World, values: dict[str, str], expected: dict[str, str]
) -> None:
    """Handed in all the same, it changes nothing."""
    known = {"metric": "conversion_rate", "stores": "north-ml", "value": "2.6%"} | values
    form = opened(world, SET)
    found = faults(world, form, **known)
    assert found.keys() == expected.keys()
    assert all(sentence in found[name] for name, sentence in expected.items())
    assert submitted(world, form, **known).buttons[0].command == SET
    assert (_targets(world), _told(world)) == ((), {})


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/kpi target conversion 101% North ML", "at most 100.0%"),
        ("/kpi target conversion 2.6% North ML from 2026-08-01 to 2026-08-20", "This period is over."),
        ("/kpi target set conversion 26h North ML 2026-08", "does not fit Conversion rate"),
        ("/kpi target gmv MX$ 900 North ML 2026-09", "sells in MXN"),
        ("/kpi target conversion at most 2.6% North ML", "More of this is better"),
        ("/kpi target set convresion 2.6% North ML", "Did you mean"),
        ("/kpi target set 2.6% North ML", "Choose a metric."),
        ("/kpi target set conversion 2.6% North ML last month", "as dates"),
    ],
)
def test_one_line_is_refused_with_the_same_sentences(world: World, line: str, sentence: str) -> None:
    """And changes nothing."""
    assert sentence in world.ask(line).headline
    assert _targets(world) == ()


@pytest.mark.parametrize(("last", "is_taken"), [("2027-09-01", True), ("2027-09-02", False)])
def test_a_target_is_agreed_for_a_year_at_most(world: World, last: str, is_taken: bool) -> None:
    """366 days and not one more."""
    form = opened(world, f"{SET} conversion")
    assert (faults(world, form, stores="north-ml", value="2.6%", last=last) == {}) is is_taken


def test_an_amount_is_agreed_for_its_month_unless_days_are_said(world: World) -> None:
    """Every other figure until the end of the year; amounts that share only some days would count twice."""
    world.ask("/kpi target gmv R$ 320k North ML 2026-09")
    world.clock.advance(timedelta(minutes=1))
    world.ask("/kpi target set orders 3000")
    world.clock.advance(timedelta(minutes=1))
    orders, gmv = _targets(world)
    assert (str(gmv.period.last), gmv.currency, gmv.value) == ("2026-09-30", "BRL", Decimal(320_000))
    assert (orders.period, orders.stores) == (AUGUST, ())
    overlapping = world.ask("/kpi target gmv R$ 100k North ML from 2026-09-10 to 2026-09-20").headline
    assert "An amount is agreed for 1 September 2026 – 30 September 2026" in overlapping
    assert "agreed already" in world.ask("/kpi target gmv R$ 320k North ML 2026-09").headline
    world.ask("/kpi target gmv R$ 330k North ML 2026-09")
    assert _targets(world)[0].value == Decimal(330_000)


def test_margins_are_told_to_no_seller(world: World) -> None:
    """Neither as a notice, nor in the list, nor in their form."""
    assert world.ask("/kpi target margin 20% North ML from 2026-09-01").reference == ""
    assert set(_told(world)) == {"north-ops"}
    assert world.ask("/kpi targets", *SELLER).notes == ()
    form = opened(world, SET, ("north-seller", "ana"))
    assert "gross_margin" not in dict(form.fields[0].options)
    assert "no metric" in faults(world, form, ("north-seller", "ana"), metric="gross_margin", value="20%")["metric"]


def test_the_form_offers_groups_that_fit_and_days_as_days() -> None:
    """Two stores of one marketplace and market are one choice."""
    third = replace(a_store("north-ml2", Marketplace.MERCADO_LIBRE, Market.BR), name="North ML 2")
    engagement = replace(north(), stores=(*north().stores, third))
    world = World(engagement)
    form = opened(world, SET)
    assert form.fields[1].options == (
        ("-", "all stores"),
        ("north-ml+north-ml2", "North ML, North ML 2"),
        ("north-ml", "North ML"),
        ("north-amz", "North Amazon"),
        ("north-ml2", "North ML 2"),
    )
    assert {one.name for one in form.fields if one.kind is FieldKind.DAY} == {"first", "last"}
    assert faults(world, form, stores="north-ml+north-ml2", value="2.6%") == {}
    world.ask("/kpi target conversion 2.6% North ML 2 from 2026-09-01")
    assert _targets(world)[0].stores == ("north-ml2",)


@pytest.mark.parametrize(
    ("language", "line", "headline"),
    [
        (Language.PT, "/kpi meta conversão 2,6% North ML a partir de 2026-09-01", "≥ 2,60%"),
        (Language.ES, "/kpi objetivo conversión 2,6% North ML desde 2026-09-01", "≥ 2,60%"),
        (Language.ZH, "/kpi 目标 转化率 2.6% North ML 从2026-09-01起", "≥ 2.60%"),
        (Language.ZH, "/kpi 目标设定 GMV R$32万 North ML 2026-09", "≥ R$32.0万"),
    ],
)
def test_a_target_is_set_in_the_rooms_language(language: Language, line: str, headline: str) -> None:
    """Its words and its numbers."""
    world = World(north(language), south(language)).fill()
    assert headline in world.ask(line).headline
    assert len(_targets(world)) == 1


def test_where_no_form_opens_the_line_is_shown(world: World) -> None:
    """In WeCom, in the terminal and in a mention; what is shown can be sent as it stands."""
    reply = world.ask(f"{SET} conversion")
    line = reply.headline.split("`")[1]
    assert world.ask(line, *OPS).reference == ""
    assert len(_targets(world)) == 1
