"""The welcome of a room: once per place, in its language, with what it needs to begin."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from handlers.deliveries import compose_delivery
from handlers.messages import Reply
from handlers.rooms.welcome import queue_welcomes
from kpi.deliveries import CauseKind, Delivery
from kpi.engagements import Engagement, Platform
from kpi.languages import Language
from tests.handlers.incident_world import IncidentWorld
from tests.handlers.rooms.test_room_changes import SELLER, begun, in_slack
from tests.handlers.world import World, north


def welcome(world: World, engagement: Engagement) -> tuple[str, ...]:
    """Bind an engagement as `vigia apply` does; return the rooms that are welcomed."""
    world.agree(engagement)
    with world.books.work() as work:
        return queue_welcomes(work, engagement, world.clock())


def welcomes(world: World) -> dict[str, Delivery]:
    """Return the welcomes by room."""
    return {one.room: one for one in world.deliveries() if one.cause_kind is CauseKind.WELCOME}


def said(world: World, room: str) -> Reply | None:
    """Return what a room's welcome says now."""
    with world.books.view() as work:
        composed = compose_delivery(work, welcomes(world)[room])
    return composed.reply if composed else None


def test_every_room_of_a_chat_platform_is_welcomed_once() -> None:
    """Applying the same file again says nothing again; a console room is met by whoever started it."""
    world = begun()
    assert welcome(world, in_slack(north())) == ("north-ops", "north-seller", "north-group")
    assert welcome(world, in_slack(north())) == ()
    assert welcome(world, north()) == ()


def test_a_room_that_is_bound_to_another_place_is_welcomed_there() -> None:
    """And a welcome that was not sent yet does not go to a place it was not written for."""
    world = begun()
    welcome(world, in_slack(north()))
    bound = in_slack(north())
    moved = tuple(replace(one, address="C0OTHER") if one.address == SELLER else one for one in bound.rooms)
    assert welcome(world, replace(bound, rooms=moved)) == ("north-seller",)
    with world.books.view() as work:
        composed = [compose_delivery(work, one) for one in world.deliveries() if one.room == "north-seller"]
    assert sorted(one is None for one in composed) == [False, True]


def test_it_says_what_to_ask_when_the_digest_comes_and_who_answers() -> None:
    """On both clocks, the room's first; sellers of another workspace have no commands, so they mention."""
    world = begun()
    welcome(world, in_slack(north()))
    reply = said(world, "north-seller")
    assert reply is not None
    assert "`@Vigia kpi conversion 7d`" in reply.text
    assert "20:37" in reply.text
    assert "09:37" in reply.text
    assert "Ana of north" in reply.text
    assert [one.command for one in reply.buttons] == ["/kpi", "/incident new"]
    assert reply.is_pinned
    operations = said(world, "north-ops")
    assert operations is not None
    assert "`/kpi conversion 7d`" in operations.text


def test_a_wecom_group_is_told_that_it_only_reads() -> None:
    """What is typed there reaches nobody."""
    world = begun()
    welcome(world, in_slack(north()))
    reply = said(world, "north-group")
    assert reply is not None
    assert "only reads" in reply.text
    assert "@Vigia" not in reply.text


def test_a_room_without_a_digest_is_promised_none() -> None:
    """Nor is a manager named who is none."""
    world, bound = begun(), in_slack(north())
    quiet = tuple(replace(one, digest_at=None) for one in bound.rooms)
    welcome(world, replace(bound, rooms=quiet, people=bound.people[1:]))
    reply = said(world, "north-seller")
    assert reply is not None
    assert len(reply.text.splitlines()) == 2


def test_a_room_bound_at_night_is_welcomed_in_the_morning() -> None:
    """09:00 in Beijing for the seller."""
    world = begun()
    world.clock.set(datetime(2026, 8, 28, 15, tzinfo=UTC))
    welcome(world, in_slack(north()))
    assert welcomes(world)["north-seller"].due_at == datetime(2026, 8, 29, 1, tzinfo=UTC)


@pytest.mark.parametrize("language", list(Language))
def test_its_buttons_answer_in_every_language(language: Language) -> None:
    """The numbers, and for a report what to write."""
    world = IncidentWorld(in_slack(north(language))).fill("north-ml", "north-amz")
    welcome(world, in_slack(north(language)))
    reply = said(world, "north-seller")
    assert reply is not None
    assert reply.language is language
    for button in reply.buttons:
        arrival = replace(world.arrival(button.command, SELLER, "U0NORTH-WEI"), platform=Platform.SLACK)
        answer = world.intake.answer(arrival)
        assert answer is not None
        assert answer.headline
