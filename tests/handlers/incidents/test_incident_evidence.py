"""What an incident's card says at once: computed, in every language, and never more than its room may read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.digests.composition import compose_digest
from handlers.messages import Reply
from kpi.alerts.causes import CauseKind
from kpi.alerts.first_looks import CheckKind, CheckState, FirstLook
from kpi.facts import Fact
from kpi.incidents.incident import Confidence, Incident, Movement, OnsetSource, Subject
from kpi.languages import Language
from kpi.pictures import TrendPicture
from kpi.severities import Severity
from tests.handlers.alert_shops import Shop
from tests.handlers.incident_world import AlertedWorld, alerted
from tests.handlers.world import DAY, NOW, SAO_PAULO, north, said, south
from tests.twins.book_samples import a_fact, a_part

WINDOW = 3
SELLER = ("north-seller", "wei")
ALERT_BUTTON = {
    Language.EN: "Report a problem",
    Language.ZH: "上报问题",
    Language.PT: "Relatar um problema",
    Language.ES: "Reportar un problema",
}
NO_DATA = {
    Language.EN: "no data from this source",
    Language.ZH: "没有这项数据",
    Language.PT: "sem dados desta fonte",
    Language.ES: "sin datos de esta fuente",
}
BEGAN = {
    Language.EN: "Began: 25 Aug (sure, from the daily numbers)",
    Language.ZH: "开始：08-25（可信度高，根据每日数据）",
    Language.PT: "Começou: 25/08 (certeza alta, pelos números diários)",
    Language.ES: "Empezó: 25/08 (certeza alta, según los números diarios)",
}


def _days() -> Iterator[tuple[date, bool]]:
    for age in range(60):
        yield DAY - timedelta(days=age), age < WINDOW


def by_source() -> Iterator[Fact]:
    """Yield visits and orders of two sources: the ads stopped selling."""
    for day, is_hit in _days():
        for source, orders in (("ads", 10 if is_hit else 75), ("search", 45 if is_hit else 75)):
            yield a_part("north-ml", "visits", 3_000, "source", source, day)
            yield a_part("north-ml", "orders_paid", orders, "source", source, day)


def carts() -> Iterator[Fact]:
    """Yield visitors with a cart: as many as ever, so that paying is the step that changed."""
    for day, _ in _days():
        yield a_fact("north-ml", "cart_visitors", 600, day)


def bad_reviews() -> Iterator[Fact]:
    """Yield words of bad reviews: “broken” came up with the fall."""
    for day, is_hit in _days():
        for word, count in (("broken", 20 if is_hit else 2), ("late", 4)):
            yield a_part("north-ml", "reviews_negative", count, "word", word, day)
        yield a_fact("north-ml", "reviews_negative", 24 if is_hit else 6, day)
        yield a_fact("north-ml", "reviews", 100, day)


def returns() -> Iterator[Fact]:
    """Yield reasons of returns: the same as ever."""
    for day, _ in _days():
        for reason, count in (("size", 5), ("colour", 5)):
            yield a_part("north-ml", "units_returned", count, "reason", reason, day)
        yield a_fact("north-ml", "units_returned", 10, day)
        yield a_fact("north-ml", "units_sold", 200, day)


def look_of(incident: Incident) -> FirstLook:
    """Return what was computed when an incident opened."""
    assert incident.first_look is not None
    return incident.first_look


def states(incident: Incident) -> dict[CheckKind, CheckState]:
    """Return what the four checks came to."""
    return {check.kind: check.state for check in look_of(incident).checks}


def test_without_data_every_check_says_so() -> None:
    """Four checks, in the field's order, none of them made up."""
    incident = alerted().incidents()[0]
    assert list(states(incident).items()) == [(kind, CheckState.NO_DATA) for kind in CheckKind]


def test_each_check_says_what_its_data_shows() -> None:
    """The source, the step and the word that changed; returns as ever."""
    world = alerted(Language.EN, *by_source(), *carts(), *bad_reviews(), *returns())
    incident = world.incidents()[0]
    assert states(incident) == {
        CheckKind.SOURCES: CheckState.FOUND,
        CheckKind.STEPS: CheckState.FOUND,
        CheckKind.REVIEWS: CheckState.FOUND,
        CheckKind.RETURNS: CheckState.NOTHING,
    }
    names = [check.cause.name for check in look_of(incident).checks]
    assert names == ["ads", "checkout", "broken", ""]
    text = world.ask("/incident show 1001", *SELLER).text
    assert "Traffic sources: Mostly traffic source “ads”" in text
    assert "Words in bad reviews: Mostly word in bad reviews “broken”" in text
    assert "Reasons of returns: nothing stands out" in text


def test_counts_that_are_too_small_are_not_judged() -> None:
    """Three returns prove nothing."""
    few = [
        a_part("north-ml", "units_returned", 1, "reason", reason, DAY - timedelta(days=age))
        for reason, age in (("size", 1), ("size", 20), ("colour", 30))
    ]
    sent_back = {fact.day for fact in few}
    for day, _ in _days():
        few += [
            a_fact("north-ml", "units_returned", int(day in sent_back), day),
            a_fact("north-ml", "units_sold", 9, day),
        ]
    assert states(alerted(Language.EN, *few).incidents()[0])[CheckKind.RETURNS] is CheckState.TOO_FEW


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("room", ["north-ops", "north-seller"])
def test_the_card_says_it_in_the_rooms_language(language: Language, room: str) -> None:
    """When it began, how sure and how found; what is at stake; four checks; the picture with its mark."""
    world = alerted(language)
    reply = world.ask("/incident show 1001", room, "ana" if room == "north-ops" else "wei")
    assert BEGAN[language] in reply.text
    assert reply.text.count(NO_DATA[language]) == len(CheckKind)
    assert "294" in reply.text
    picture = reply.picture
    assert isinstance(picture, TrendPicture)
    assert picture.trend.window is not None
    assert picture.trend.marks[-1].at == picture.trend.window[0]
    assert (picture.fallback is not None) == (language is Language.ZH)


def test_a_report_by_hand_is_examined_like_an_alert() -> None:
    """The value, the change point, what is missing, the other store, the newest digest."""
    world = AlertedWorld(north(), south())
    world.learn_shops(Shop().falling(DAY - timedelta(days=9), DAY, 0.5), Shop(store="north-amz"))
    world.clock.advance(timedelta(days=2))
    with world.books.work() as work:
        work.digests.freeze(compose_digest(work, north(), DAY, NOW))
    world.ask("/incident conversion fell in North ML", *SELLER)
    incident = world.incidents()[0]
    look = look_of(incident)
    assert incident.onset is not None
    days = incident.onset.days(SAO_PAULO)
    assert days.first <= DAY - timedelta(days=9) <= days.last
    assert incident.onset.source is OnsetSource.CHANGE_POINT
    assert incident.at_alert is not None
    assert incident.at_alert.usual_low is not None
    assert look.stake is not None
    assert look.stake.events == pytest.approx(750, abs=100)
    assert look.stake.worth is not None
    assert [move.store for move in look.others] == ["north-amz"]
    assert incident.digest.startswith("D-20260827")
    assert "Latest report: D-20260827" in world.ask("/incident 1001").text


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("conversão caiu na loja North ML desde ontem", NOW.date() - timedelta(days=1)),
        ("North ML 转化率从昨天开始下降", NOW.date() - timedelta(days=1)),
        ("la conversión cayó en North ML desde ayer", NOW.date() - timedelta(days=1)),
        ("conversion fell in North ML last week", date(2026, 8, 17)),
    ],
)
def test_the_day_somebody_names_counts_where_the_numbers_do_not_tell(text: str, first: date) -> None:
    """As that person's word, and not sure."""
    world = AlertedWorld(north(), south())
    world.ask(f"/incident {text}", *SELLER)
    onset = world.incidents()[0].onset
    assert onset is not None
    assert (onset.source, onset.confidence, onset.corrected_by) == (
        OnsetSource.PERSON,
        Confidence.LOW,
        "north-wei",
    )
    assert onset.days(SAO_PAULO).first == first


@pytest.mark.parametrize("text", ["the store was suspended", "conversion fell in North ML", "gmv fell in North Amazon"])
def test_a_store_without_data_still_opens_an_honest_incident(text: str) -> None:
    """Nothing is computed from nothing."""
    world = AlertedWorld(north(), south())
    reply = world.ask(f"/incident {text}", *SELLER)
    incident = world.incidents()[0]
    assert (incident.onset, incident.at_alert, reply.picture) == (None, None, None)
    assert look_of(incident).stake is None
    assert look_of(incident).cause.kind is CauseKind.UNKNOWN
    assert "Reported: “" in reply.text


def test_what_ended_an_earlier_one_is_told() -> None:
    """The same store in both rooms, another store in the operations room only."""
    world = AlertedWorld(north(), south())
    for text in ("conversion fell in North ML", "conversion fell in North Amazon"):
        world.ask(f"/incident {text}", *SELLER)
    for number, cause in ((1001, "ads were rejected"), (1002, "stock ran out")):
        world.ask(f"/incident resolve {number} cause: {cause} action: repaired reason: seen")
    world.clock.advance(timedelta(days=20))
    world.ask("/incident conversion fell in North ML", *SELLER)
    theirs, ours = world.ask("/incident show 1003", *SELLER), world.ask("/incident show 1003")
    assert "Before: #1001 Conversion rate · North ML, until 28 Aug: repaired (cause: ads were rejected)" in theirs.text
    assert "stock ran out" not in said(theirs)
    assert "Before: #1002" in ours.text


@pytest.mark.parametrize("language", Language)
def test_the_button_below_an_alert_asks_one_question_and_then_joins(language: Language) -> None:
    """Store, metric and severity are filled in; who has nothing to add presses once more."""
    world = alerted(language)
    button = next(one for one in world.card("north-seller").buttons if one.command.startswith("/incident"))
    assert button.label == ALERT_BUTTON[language]
    asked = world.ask(button.command, *SELLER)
    assert asked.is_private
    assert "North ML" in asked.text
    assert len(world.incidents()) == 1
    (as_it_is,) = asked.buttons
    joined = world.ask(as_it_is.command, *SELLER)
    assert "#1001" in joined.notes[0]
    assert len(world.incidents()) == 1


def test_the_button_below_a_mild_alert_opens_with_its_store_and_metric() -> None:
    """The words are the presser's, the rest is known."""
    world = alerted(factor=0.75)
    (alert,) = world.alerts()
    world.ask(f"/incident alert {alert.id} 广告被拒了", *SELLER)
    (incident,) = world.incidents()
    assert incident.subject == Subject("north-ml", "conversion_rate", Movement.FALL)
    assert (incident.alert, incident.report, incident.severity) == (alert.id, "广告被拒了", Severity(alert.severity))
    assert incident.reported_at == world.clock()
    assert "Added to incident #1001" in world.ask(f"/incident alert {alert.id} still", *SELLER).notes[0]


def frozen_digest(world: AlertedWorld) -> str:
    """Freeze the digest of the data day and return its id."""
    with world.books.work() as work:
        digest = compose_digest(work, north(), DAY, NOW)
        work.digests.freeze(digest)
    return digest.id


def test_the_button_below_a_digest_knows_what_was_worst_and_where() -> None:
    """What the words name themselves counts more."""
    world = alerted()
    digest = frozen_digest(world)
    asked = world.ask(f"/incident digest {digest}", *SELLER)
    assert asked.headline == "What do you see?"
    world.ask(f"/incident digest {digest} negative reviews rose in North Amazon", *SELLER)
    incident = world.incidents()[-1]
    assert (incident.subject.store, incident.subject.metric) == ("north-amz", "negative_review_rate")
    assert incident.digest == digest


@pytest.mark.parametrize("command", ["/incident alert zzz", "/incident digest D-1", "/incident alert"])
def test_a_button_of_another_room_or_of_nothing_opens_nothing(command: str) -> None:
    """One sentence, no incident."""
    world = alerted()
    other = world.alerts()[0].id
    assert world.ask(command, *SELLER).tone.name == "NEUTRAL"
    assert "There is no alert" in world.ask(f"/incident alert {other} now", "south-seller", "wei").headline
    assert world.incidents("south") == ()


def test_what_the_operators_team_typed_stays_with_it() -> None:
    """Its words may speak of anything; the seller reads that there is an incident, and what was computed."""
    world = AlertedWorld(north(), south())
    world.ask("/incident conversion fell in North ML, South has it, too, and the margin is thin")
    for text in ("/incident show 1001", "/incident timeline 1001", "/incident list"):
        assert "margin" not in said(world.ask(text, *SELLER))
        assert "South" not in said(world.ask(text, *SELLER))
    assert "the margin is thin" in world.ask("/incident show 1001").text


def test_an_incident_of_a_margin_does_not_exist_in_a_sellers_room() -> None:
    """Not by its number, not in the list."""
    world = AlertedWorld(north(), south())
    world.ask("/incident contribution margin fell in North ML")
    assert world.incidents()[0].subject.metric == "contribution_margin"
    assert "There is no incident" in world.ask("/incident show 1001", *SELLER).headline
    assert world.ask("/incident list", *SELLER).table is None
    assert world.ask("/incident list").table is not None


SECRETS = ("MARGIN-7788", "South ML", "South", "南方", "North Amazon", "north-amz", "SECRET-NOTE")
STEPS = st.sampled_from(
    (
        ("/incident note 1001 SECRET-NOTE", "ana"),
        ("/incident conversion fell in North ML MARGIN-7788 like North Amazon and South ML", "ana"),
        ("/incident conversion fell in North Amazon MARGIN-7788", "ana"),
        ("/incident contribution margin fell in North ML MARGIN-7788", "ana"),
        ("/incident resolve 1002 cause: MARGIN-7788 action: SECRET-NOTE reason: x", "ana"),
        ("/incident ack 1001", "ana"),
        ("/incident escalate 1001", "wei"),
        ("/incident fixed 1001", "wei"),
        ("/incident note 1001 怎么样了", "wei"),
        ("/incident conversion fell in North ML", "wei"),
    )
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(STEPS, max_size=6), language=st.sampled_from(Language), is_alerted=st.booleans())
def test_no_story_of_an_incident_shows_a_seller_what_is_not_theirs(
    steps: list[tuple[str, str]], language: Language, is_alerted: bool
) -> None:
    """Whatever was typed, alerted or found: no other store, no other seller, no internal note, no margin."""
    world = alerted(language, factor=0.35 if is_alerted else 1.0)
    world.ask("/incident conversion fell in North ML", *SELLER)
    for text, who in steps:
        world.ask(text, "north-seller" if who == "wei" else "north-ops", who)
    for reply in cards(world, Subject("north-ml", "conversion_rate", Movement.FALL)):
        shown = said(reply)
        assert [secret for secret in SECRETS if secret in shown] == []


def cards(world: AlertedWorld, subject: Subject) -> Iterator[Reply]:
    """Yield what the seller reads of each incident about a subject."""
    for incident in world.incidents():
        if incident.subject == subject:
            yield world.ask(f"/incident show {incident.number}", *SELLER)
            yield world.ask(f"/incident timeline {incident.number}", *SELLER)


def test_what_is_opened_again_is_looked_at_anew() -> None:
    """On its own day, not with the numbers of the first time."""
    world = alerted()
    world.ask("/incident resolve 1001 cause: ads action: paused reason: wanted")
    world.ask("/incident reopen 1001 又掉了", *SELLER)
    first, again = world.incidents()
    assert again.previous == first.id
    assert [one.number for one in look_of(again).precedents] == [1001]
    assert again.at_alert is not None
    assert again.at_alert.day == DAY
