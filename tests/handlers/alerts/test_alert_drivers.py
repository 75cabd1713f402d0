"""What drives an alert: gathered from the parts that were imported, and said in one line with checks that fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import pytest

from handlers.alerts.advice import ADVICE, advice_for
from handlers.alerts.cause_text import LONGEST_NAME, cause_line
from handlers.alerts.evidence import BEFORE_DAYS, cause_of
from kpi.alerts.alert import begin
from kpi.alerts.breakdown import FUNNEL
from kpi.alerts.causes import Cause, CauseKind
from kpi.alerts.records import AlertEpisode, Finding, NoticedEpisode, SeriesKey, Silence, Stake
from kpi.alerts.watched import WATCHED
from kpi.digests import TrendLine
from kpi.facts import Fact
from kpi.languages import Language
from kpi.wording.wording import Wording
from tests.handlers.alert_world import AlertWorld, fallen
from tests.handlers.world import DAY, NOW, north
from tests.twins.book_samples import a_fact, a_part

STORE = "north-ml"
WINDOW = 3
ENGLISH = Wording(Language.EN)
Numbers = Mapping[str, int]


def _days(usual: Numbers, now: Numbers, back: int = BEFORE_DAYS + 30) -> Iterator[tuple[date, Numbers]]:
    for age in range(back):
        yield DAY - timedelta(days=age), now if age < WINDOW else usual


def _whole(usual: Numbers, now: Numbers) -> Iterator[Fact]:
    for day, measures in _days(usual, now):
        for measure, value in measures.items():
            yield a_fact(STORE, measure, value, day)


def _part(dimension: str, name: str, usual: Numbers, now: Numbers) -> Iterator[Fact]:
    for day, measures in _days(usual, now):
        for measure, value in measures.items():
            yield a_part(STORE, measure, value, dimension, name, day)


def _alert(metric: str, *, is_pooled: bool = False) -> AlertEpisode:
    finding = Finding(DAY, Silence.FIRES, z=5.5, window=WINDOW, is_pooled=is_pooled)
    return AlertEpisode("a1", SeriesKey("north", STORE, metric), begin(DAY, WINDOW), finding, finding, finding, NOW)


def _cause(metric: str, *facts: Iterator[Fact]) -> Cause:
    world = AlertWorld(north())
    for some in facts:
        world.learn(some)
    with world.books.view() as work:
        return cause_of(work, _alert(metric))


def _noticed(cause: Cause, metric: str = "conversion_rate", *, is_pooled: bool = False) -> NoticedEpisode:
    line = TrendLine(metric, "", None, (), (), (), None, ())
    return NoticedEpisode(_alert(metric, is_pooled=is_pooled), Stake(1.0, 1.0), line, cause)


def _named(cause: Cause) -> tuple[CauseKind, str, str]:
    return cause.kind, cause.dimension, cause.name


SHOP = ({"visits": 4_000, "orders_paid": 100}, {"visits": 4_000, "orders_paid": 60})


def test_the_source_whose_conversion_fell_is_named() -> None:
    """Visits and orders of each source; the device fell alike on both."""
    cause = _cause(
        "conversion_rate",
        _whole(*SHOP),
        _part("source", "ads", {"visits": 2_000, "orders_paid": 50}, {"visits": 2_000, "orders_paid": 10}),
        _part("source", "search", {"visits": 2_000, "orders_paid": 50}, {"visits": 2_000, "orders_paid": 50}),
        _part("device", "app", {"visits": 3_000, "orders_paid": 75}, {"visits": 3_000, "orders_paid": 45}),
        _part("device", "web", {"visits": 1_000, "orders_paid": 25}, {"visits": 1_000, "orders_paid": 15}),
    )
    assert _named(cause) == (CauseKind.RATE, "source", "ads")
    assert cause.change == pytest.approx(-0.8)


def test_visits_from_elsewhere_are_the_mix() -> None:
    """Every source converts as ever; social brings eight times the visits."""
    cause = _cause(
        "conversion_rate",
        _whole({"visits": 3_000, "orders_paid": 92}, {"visits": 5_800, "orders_paid": 106}),
        _part("source", "search", {"visits": 2_600, "orders_paid": 90}, {"visits": 2_600, "orders_paid": 90}),
        _part("source", "social", {"visits": 400, "orders_paid": 2}, {"visits": 3_200, "orders_paid": 16}),
    )
    assert _named(cause) == (CauseKind.MIX, "source", "social")


def test_units_stand_in_for_the_orders_of_a_listing() -> None:
    """Exports count a listing's units and no visits of its own."""
    cause = _cause(
        "conversion_rate",
        _whole(*SHOP),
        _part("listing", "MLB1", {"units_sold": 44}, {"units_sold": 2}),
        _part("listing", "MLB2", {"units_sold": 60}, {"units_sold": 61}),
    )
    assert _named(cause) == (CauseKind.RATE, "listing", "MLB1")


def test_parts_that_were_not_reported_for_the_same_days_say_nothing() -> None:
    """The listings' file of the last days has not come: they did not stop selling."""
    late = (
        fact
        for name in ("MLB1", "MLB2")
        for fact in _part("listing", name, {"units_sold": 50}, {"units_sold": 30})
        if fact.day <= DAY - timedelta(days=WINDOW - 1)
    )
    assert _cause("conversion_rate", _whole(*SHOP), late).kind is CauseKind.UNKNOWN


def test_fewer_orders_are_split_into_visits_and_orders_per_visit() -> None:
    """Half the visits, each as good as ever; no part is reported."""
    cause = _cause("orders", _whole(SHOP[0], {"visits": 2_000, "orders_paid": 50}))
    assert _named(cause) == (CauseKind.STEP, FUNNEL, "visits")


def test_carts_make_two_steps_of_conversion() -> None:
    """As many carts as ever, of which fewer are paid."""
    usual, now = ({**measures, "cart_visitors": 900} for measures in SHOP)
    assert _named(_cause("conversion_rate", _whole(usual, now))) == (CauseKind.STEP, FUNNEL, "checkout")


def test_claims_are_held_against_the_orders_they_come_from() -> None:
    """Both listings sell as ever in the lagged days; one has the claims."""
    orders = {"orders_paid": 400, "claims_opened": 4}
    cause = _cause(
        "claims_rate",
        _whole({**orders, "orders_paid": 800}, {"orders_paid": 800, "claims_opened": 20}),
        _part("listing", "MLB1", orders, {"orders_paid": 10, "claims_opened": 36}),
        _part("listing", "MLB2", orders, orders),
    )
    assert _named(cause) == (CauseKind.RATE, "listing", "MLB1")
    assert cause.change == pytest.approx(8, rel=0.15)


def test_without_parts_nobody_is_named_and_a_pooled_outage_asks_for_none() -> None:
    """Nothing is made up; what all stores share is no listing's."""
    world = AlertWorld(north())
    world.learn(_whole(*SHOP))
    with world.books.view() as work:
        assert cause_of(work, _alert("conversion_rate")) == Cause()
    world.learn(_part("source", "ads", {"visits": 9, "orders_paid": 9}, {"visits": 9, "orders_paid": 9}))
    with world.books.view() as work:
        assert cause_of(work, _alert("conversion_rate", is_pooled=True)) == Cause()


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (
            Cause(CauseKind.RATE, "ads", 0.9, "source", -0.58, 0.97),
            "Mostly traffic source “ads”: ▼ 58.0% there, elsewhere as usual.",
        ),
        (
            Cause(CauseKind.RATE, "MLB1", 0.9, "listing", None, 0.6),
            (
                "Mostly listing “MLB1”, where there was nothing before; elsewhere as usual. "
                "Not certain: the counts are small."
            ),
        ),
        (Cause(CauseKind.RATE, "MLB1", 0.62), "Mostly listing “MLB1”: 62% of the change."),
        (
            Cause(CauseKind.MIX, "social", 0.9, "source", 2.0, 0.9),
            "The mix, not performance: more of the visits come from traffic source “social”.",
        ),
        (
            Cause(CauseKind.MIX, "search", 0.9, "source", -0.4, 0.9),
            "The mix, not performance: fewer of the visits come from traffic source “search”.",
        ),
        (Cause(CauseKind.STEP, "checkout", 0.9, FUNNEL, -0.4, 0.9), "Mostly the step from cart to order."),
        (
            Cause(CauseKind.EVERYWHERE, probability=0.9, across=("listing", "source")),
            "No single part: the same across everything that is counted (listing, traffic source).",
        ),
        (Cause(CauseKind.EVERYWHERE), "No single part leads: it runs across everything."),
        (Cause(), "Which listings or sources: not reported, or too few to tell."),
    ],
)
def test_a_cause_is_one_short_line(cause: Cause, said: str) -> None:
    """Also one that was frozen before there were dimensions."""
    assert cause_line(_noticed(cause), ENGLISH) == said


@pytest.mark.parametrize("language", Language)
def test_every_cause_is_said_in_every_language(language: Language) -> None:
    """No placeholder is left and the part keeps its name, a long one its beginning."""
    for cause in (
        Cause(CauseKind.RATE, "x" * 90, 0.9, "payment", -0.58, 0.5),
        Cause(CauseKind.MIX, "x" * 90, 0.9, "carrier", -0.4, 0.9),
    ):
        line = cause_line(_noticed(cause), Wording(language))
        assert "%(" not in line
        assert f"{'x' * (LONGEST_NAME - 1)}…" in line


def test_an_outage_of_all_stores_has_no_cause_line_and_checks_of_its_own() -> None:
    """The status page, not the listing."""
    pooled = _noticed(Cause(), is_pooled=True)
    assert cause_line(pooled, ENGLISH) == ""
    assert "status page" in advice_for(pooled, ENGLISH)


@pytest.mark.parametrize("metric", [watched.metric for watched in WATCHED])
def test_every_metric_has_checks_for_every_cause(metric: str) -> None:
    """A topic of its own where the table has one, else the metric's."""
    ads = Cause(CauseKind.RATE, "ads", 0.9, "source", -0.58, 0.97)
    mix = Cause(CauseKind.MIX, "ads", 0.9, "source", -0.58, 0.97)
    assert advice_for(_noticed(ads, metric), ENGLISH)
    assert "nothing to repair" in advice_for(_noticed(mix, metric), ENGLISH)
    assert ADVICE[metric][0] in advice_for(_noticed(Cause(), metric), ENGLISH)


def test_the_message_names_the_driver_and_what_to_look_at() -> None:
    """From the import to the room."""
    world = AlertWorld(north())
    world.learn(fallen())
    for name, orders, left in (("ads", 50, 0), ("search", 50, 50)):
        usual, now = {"visits": 2_000, "orders_paid": orders}, {"visits": 2_000, "orders_paid": left}
        world.learn(_part("source", name, usual, now))
    world.watch()
    text = world.told()["north-ops"][0].text
    assert "Mostly traffic source “ads”: ▼ 100.0% there, elsewhere as usual." in text
    assert "Look at: ad budget and rejected ads, stock of the listings the ads lead to." in text
