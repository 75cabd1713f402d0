"""`/alert` and `/kpi why-no-alert`: what people may do with an alert, where, and what they are told."""

from __future__ import annotations

import pytest

from kpi.alerts.records import AlertEpisode, Verdict
from kpi.languages import Language
from tests.handlers.alert_shops import Shop, ShopWorld, judged_on
from tests.handlers.alert_world import JUDGED, AlertWorld, fallen
from tests.handlers.world import DAY, north, south


@pytest.fixture
def world() -> AlertWorld:
    """Return a world on the morning its conversion alert was told."""
    found = AlertWorld(north(), south())
    found.learn(fallen())
    found.fill("north-amz", "south-ml")
    found.watch()
    found.clock.set(JUDGED)
    return found


def _alert(world: AlertWorld) -> AlertEpisode:
    return next(one for one in world.alerts() if one.series.metric == "conversion_rate")


def test_the_list_names_open_alerts(world: AlertWorld) -> None:
    """An account manager sees at once what is open and since when."""
    reply = world.ask("/alert")
    assert "Open alerts: 1" in reply.headline
    assert reply.table is not None
    assert any(_alert(world).id in cell for row in reply.table.rows for cell in row)


def test_acknowledging_names_who_has_it_and_a_second_one_is_told_so(world: AlertWorld) -> None:
    """The first who takes it has it."""
    alert = _alert(world).id
    assert "Ana of north" in world.ask(f"/alert ack {alert}").headline
    assert "has this alert already" in world.ask(f"/alert ack {alert}", handle="bruno").headline
    taken = _alert(world)
    assert (taken.acknowledged_by, taken.verdict) == ("north-ana", Verdict.REAL)


@pytest.mark.parametrize("act", ["ack", "mute"])
def test_a_seller_can_neither_take_nor_mute(world: AlertWorld, act: str) -> None:
    """An answer owed to the seller must come from the operator, and silence is not theirs to order."""
    reply = world.ask(f"/alert {act} {_alert(world).id}", "north-seller", "wei")
    assert "operator's team" in reply.headline
    assert _alert(world).acknowledged_at is None


@pytest.mark.parametrize("act", ["ack", "expected", "wrong", "mute", "why"])
def test_another_sellers_people_cannot_even_name_it(world: AlertWorld, act: str) -> None:
    """An id guessed in another room finds nothing and changes nothing."""
    before = _alert(world)
    reply = world.ask(f"/alert {act} {before.id}", "south-ops", "ana")
    assert "There is no alert" in reply.headline
    assert "North" not in repr(reply)
    assert _alert(world) == before


def test_expected_days_are_kept_and_never_learnt_from(world: AlertWorld) -> None:
    """A promotion nobody entered is entered now."""
    world.ask(f"/alert expected {_alert(world).id} flash sale", "north-seller", "wei")
    with world.books.view() as work:
        (days,) = work.alerts.expected("north", DAY)
    assert (days.store, days.last, days.name, days.by) == ("north-ml", DAY, "flash sale", "north-wei")
    assert _alert(world).verdict is Verdict.EXPECTED


def test_a_wrong_alert_counts_in_the_record(world: AlertWorld) -> None:
    """How good the alerts were is shown, not tuned in silence."""
    world.ask(f"/alert wrong {_alert(world).id}")
    assert "wrong: 1" in " ".join(world.ask("/alert").notes)


@pytest.mark.parametrize(("days", "is_taken"), [("1", True), ("30", True), ("0", False), ("31", False), ("x", False)])
def test_a_mute_lasts_one_to_thirty_days(world: AlertWorld, days: str, is_taken: bool) -> None:
    """A mute without an end is how alarms die."""
    world.ask(f"/alert mute {_alert(world).id} {days} relaunch")
    with world.books.view() as work:
        mutes = work.alerts.mutes("north", JUDGED)
    assert bool(mutes) == is_taken


def test_why_shows_the_evidence_and_the_mornings(world: AlertWorld) -> None:
    """Every number of an alert can be said again word for word."""
    reply = world.ask(f"/alert why {_alert(world).id}")
    assert reply.picture is not None
    assert reply.table is not None
    assert "usual" in reply.text


@pytest.mark.parametrize("text", ["/alert ack", "/alert dance abc", "/alert why zzz"])
def test_a_mistake_gets_one_sentence(world: AlertWorld, text: str) -> None:
    """Never a traceback in a chat."""
    reply = world.ask(text)
    assert reply.headline.endswith(".")
    assert reply.reference


@pytest.mark.parametrize(
    ("language", "question"),
    [
        (Language.EN, "/kpi why-no-alert conversion"),
        (Language.ZH, "/kpi 为什么没有告警 转化率"),
        (Language.PT, "/kpi por que sem alerta conversão"),
        (Language.ES, "/kpi por que sin alerta conversión"),
    ],
)
def test_why_there_was_no_alert_is_answered_in_four_languages(language: Language, question: str) -> None:
    """Silence has a recorded reason, morning by morning and store by store."""
    world = AlertWorld(north(language))
    world.fill("north-ml", "north-amz")
    world.watch()
    world.clock.set(JUDGED)
    reply = world.ask(question)
    assert reply.table is not None
    assert {row[0] for row in reply.table.rows} >= {"North ML"}
    assert reply.notes


def test_a_metric_that_is_not_watched_names_those_that_are(world: AlertWorld) -> None:
    """Bad input says what would work."""
    assert "Conversion" in world.ask("/kpi why-no-alert gmv").headline


def test_a_small_shop_is_told_what_its_counts_cannot_show_and_what_it_would_take() -> None:
    """Twelve orders a day: no fifth within a week, and no promise of one."""
    small, large = (ShopWorld(north(), south()) for _ in range(2))
    small.learn_shops(Shop(visits=480))
    large.learn_shops(Shop(visits=40_000))
    notes = []
    for one in (small, large):
        one.watch(judged_on(DAY))
        one.clock.set(judged_on(DAY))
        notes.append(" ".join(one.ask("/kpi why-no-alert conversion").notes))
    assert "a day cannot show a change below" in notes[0]
    assert "20% would take some" in notes[0]
    assert "can show a change of" in notes[1]
