"""Who may see and do what, where."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.access import MARGIN_ROLES, OPERATOR_ROLES, as_typed, may_see, recognise, visible_metrics
from handlers.messages import Request
from kpi.engagements import Role
from kpi.languages import Language
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Visibility
from kpi.wording.wording import Wording
from tests.handlers.world import NOW, World, north, said

MARGINS = {metric.id for metric in METRICS.values() if metric.visibility is Visibility.INTERNAL}
HANDLES = {"ana": Role.ACCOUNT_MANAGER, "bruno": Role.OPERATIONS, "rita": Role.TEAM_LEAD, "dora": Role.DIRECTOR}


def with_margins() -> World:
    """Return a world whose first store has costs: (100 - 40 - 16 - 7 - 9) ÷ 100 = 28 % margin."""
    world = World().fill()
    costs = {"gmv_cancelled": 0, "cogs": 40, "platform_fees": 16, "seller_shipping_cost": 7, "taxes": 9, "ad_spend": 5}
    world.report("north-ml", {"gmv_gross": 100, **costs})
    return world


def request(room: str, handle: str) -> Request:
    """Return what somebody asks in one of the northern rooms."""
    engagement = north()
    place, person = engagement.room(room), engagement.person(f"north-{handle}")
    assert place is not None
    assert person is not None
    return Request(engagement, place, person, "/kpi", Language.EN, NOW)


def test_an_unbound_place_gets_silence() -> None:
    """No word that a bot is there, whatever is typed and whoever types it."""
    world = World().fill()
    for text in ("/kpi", "/kpi help", "gmv", "hello", ""):
        assert world.hear(text, address="C-unbound") is None


@pytest.mark.parametrize("language", Language)
def test_a_stranger_in_a_bound_room_is_told_whom_to_ask(language: Language) -> None:
    """In the room's language, with the account manager's name and a reference; no number."""
    world = World(north(language)).fill("north-ml")
    reply = world.ask("/kpi", handle="somebody")
    assert "Ana of north" in reply.headline
    assert reply.headline == Wording(language).say(
        "I do not know you in this room yet. Ask %(manager)s to add you to the engagement.", manager="Ana of north"
    )
    assert (reply.is_private, reply.figures, reply.reference[:9]) == (True, (), "STRANGER-")


def test_without_an_account_manager_the_seller_is_named() -> None:
    """Somebody is always named."""
    alone = replace(north(), people=())
    assert "北方" in World(alone).ask("/kpi").headline


def test_a_sellers_person_gets_no_answer_in_the_operators_room() -> None:
    """Even when somebody let them in."""
    reply = World().fill().ask("/kpi", "north-ops", "wei")
    assert reply.headline == "This room belongs to the operations team. Please ask in your own room."
    assert reply.figures == ()


@pytest.mark.parametrize("handle", sorted(HANDLES))
def test_the_operators_people_may_ask_in_both_rooms(handle: str) -> None:
    """An account manager answers the seller where the seller asks."""
    world = World().fill()
    for room in ("north-ops", "north-seller"):
        assert world.ask("/kpi", room, handle).figures


def test_margins_are_shown_to_account_managers_and_above_in_an_operations_room() -> None:
    """28 % before ads and 23 % after, of a hundred sold."""
    world = with_margins()
    assert world.ask("/kpi gross margin", handle="ana").figures[0].value == "28.0%"
    assert world.ask("/kpi contribution margin", handle="rita").figures[0].value == "23.0%"


@pytest.mark.parametrize(
    ("room", "handle"),
    [("north-ops", "bruno"), ("north-seller", "wei"), ("north-seller", "ana"), ("north-seller", "dora")],
)
@pytest.mark.parametrize("question", ["/kpi gross margin", "/kpi why contribution margin", "/kpi 毛利率 7d"])
def test_nobody_else_sees_a_margin_and_the_room_counts_as_much_as_the_person(
    room: str, handle: str, question: str
) -> None:
    """A director in a seller's room has the seller reading along."""
    reply = with_margins().ask(question, room, handle)
    assert reply.headline == "Margins are shown only to account managers, in an operations room."
    assert (reply.figures, reply.table) == ((), None)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("room", ["north-ops", "north-seller"])
def test_margins_are_listed_in_help_only_where_they_are_shown(role: Role, room: str) -> None:
    """What may not be seen is not named either."""
    asked = request(room, "ana")
    asked = replace(asked, person=replace(asked.person, role=role))
    names = {metric.id for metric in visible_metrics(asked)}
    expected = MARGINS if room == "north-ops" and role in MARGIN_ROLES else set()
    assert names & MARGINS == expected
    assert names - MARGINS == METRICS.keys() - MARGINS
    assert all(may_see(METRICS[name], asked) for name in names)


def test_help_in_a_sellers_room_does_not_know_the_word_margin() -> None:
    """Nor in the suggestions."""
    assert "argin" not in said(World().ask("/kpi help", "north-seller", "wei"))


def test_local_operations_belong_to_the_operator_but_see_no_margins() -> None:
    """Both lists follow from the roles."""
    assert {Role.OPERATIONS} == OPERATOR_ROLES - MARGIN_ROLES
    assert Role.SELLER not in OPERATOR_ROLES


def test_a_buttons_text_twin_is_asked_by_whoever_pressed_it() -> None:
    """Same room, same person, other words."""
    asked = request("north-seller", "wei")
    assert as_typed(asked, "/kpi targets") == replace(asked, text="/kpi targets")


def test_somebody_known_in_a_bound_room_is_recognised() -> None:
    """What they typed becomes a request of theirs, in the room's language."""
    world = World()
    asked = request("north-seller", "wei")
    known = recognise(asked.engagement, asked.room, world.arrival("/kpi", "north-seller", "wei"))
    assert known == replace(asked, text="/kpi")
