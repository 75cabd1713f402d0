"""Messages to one person alone: what they say, and where a call goes when somebody cannot be reached."""

from __future__ import annotations

from dataclasses import replace

from kpi.deliveries import DeliveryState
from kpi.engagements import Audience, Platform, Role
from kpi.incidents.incident import EntryKind, Visibility
from kpi.languages import Language
from kpi.markets import BEIJING
from tests.handlers.call_world import DESK, HOUR, MINUTE, MONDAY, OPS, SELLER, CallWorld, called_north, with_wecom

ANA, BRUNO = "north-ana", "north-bruno"
ANA_SLACK, ANA_WECOM = f"direct/{ANA}/slack", f"direct/{ANA}/wecom"


def reported(*, in_wecom: bool = False, has_desk: bool = False, gone: set[str] | None = None) -> CallWorld:
    """Return a world whose seller has just reported."""
    engagement = called_north(has_desk=has_desk)
    world = CallWorld(with_wecom(engagement, ANA) if in_wecom else engagement)
    world.gone |= gone or set()
    world.declare()
    return world


def test_a_direct_room_follows_from_the_person() -> None:
    """Nobody binds it: their language and clock, and as much as their side may know."""
    engagement = called_north()
    room = engagement.direct_room(ANA, Platform.SLACK)
    assert room is not None
    assert room == engagement.room(ANA_SLACK)
    assert (room.address, room.audience, room.zone) == ("U0ANA", Audience.OPERATIONS, BEIJING)
    assert room.is_direct
    wei = engagement.room("direct/north-wei/wecom")
    assert wei is not None
    assert wei.audience is Audience.SELLER
    bound = replace(engagement.rooms[0], id="direct")
    assert replace(engagement, rooms=(bound,)).room("direct") == bound
    assert not bound.is_direct
    nowhere = ("direct/north-ana/wecom", "direct/north-ana/console", "direct/nobody/slack", "direct/x", "direct")
    assert [engagement.room(one) for one in nowhere] == [None] * 5
    assert not any(one.is_direct for one in engagement.rooms)


def test_the_call_says_to_its_reader_what_it_is_for_which_seller_and_what_is_owed() -> None:
    """There is no card beside it, and who is called may serve several sellers."""
    world = reported()
    world.live(MINUTE)
    (call,) = world.of_room(ANA_SLACK)
    assert call.reply.headline == "#1001 Conversion rate · North ML: you are called"
    assert "Seller: North · 北方" in call.reply.text
    assert "somebody should by 31 Aug 10:30 Beijing." in call.reply.text
    assert "Analysis: by 31 Aug 14:00 Beijing" in call.reply.text
    assert "Plan: by " in call.reply.text
    assert call.called == ""
    assert [button.command for button in call.reply.buttons] == [
        "/incident @north ack 1001",
        "/incident @north show 1001",
        "/incident @north escalate 1001",
    ]


def test_each_reads_a_call_in_their_own_language() -> None:
    """The room reads English; Ana reads Portuguese."""
    engagement = called_north()
    people = tuple(replace(one, language=Language.PT) if one.id == ANA else one for one in engagement.people)
    world = CallWorld(replace(engagement, people=people))
    world.declare()
    world.live(MINUTE)
    (alone,) = world.of_room(ANA_SLACK)
    assert alone.reply.language is Language.PT
    assert "Ana of north is called" in world.of_room(OPS)[-1].reply.headline


def test_an_archived_room_does_not_keep_a_call_from_who_reads_it_alone() -> None:
    """Nobody else is woken for it."""
    world = reported()
    world.broken.add(OPS)
    world.live(20 * MINUTE)
    assert world.direct_calls() == [(1, ANA, "slack")]
    assert world.incident().calls == 1


def test_somebody_who_left_slack_is_called_in_wecom_at_once() -> None:
    """One delivery for each way that was tried, and the reason in the operator's timeline."""
    world = reported(in_wecom=True, gone={ANA_SLACK})
    world.live(3 * MINUTE)
    assert world.direct_calls() == [(2, ANA, "wecom")]
    assert world.incident().calls == 1
    ways = {one.room: one.state for one in world.deliveries() if "/call/" in one.key}
    assert ways == {ANA_SLACK: DeliveryState.FAILED, ANA_WECOM: DeliveryState.SENT, OPS: DeliveryState.SENT}
    (lost,) = (line for line in world.lines() if line.kind is EntryKind.UNDELIVERED)
    assert lost.visibility is Visibility.INTERNAL
    assert ("remedy", ANA_WECOM) in lost.params
    timeline = world.staff("/incident timeline 1001").text
    assert "A message did not reach “Ana of north, Slack”: user_disabled" in timeline


def test_the_name_of_somebody_who_left_slack_is_no_call_there() -> None:
    """Nobody is notified by the mention of a deactivated account: the next level is called without waiting."""
    world = reported(gone={ANA_SLACK})
    world.live(4 * MINUTE)
    assert world.direct_calls() == [(3, BRUNO, "slack")]
    assert world.incident().answering.told == (0, 1)


def test_a_message_that_only_failed_leaves_the_mention_to_reach_them() -> None:
    """A permission Vigia lacks says nothing about the person."""
    world = reported()
    world.broken.add(ANA_SLACK)
    world.live(20 * MINUTE)
    assert world.incident().calls == 1
    assert world.calls() == [(1, ANA)]


def test_who_is_gone_from_one_platform_is_named_in_a_room_of_another() -> None:
    """The desk in the console knows Ana; both ways to her alone are closed."""
    world = reported(in_wecom=True, has_desk=True, gone={ANA_SLACK, ANA_WECOM})
    world.live(6 * MINUTE)
    assert [one.room for one in world.sent if one.called == ANA] == [OPS, DESK]
    assert world.incident().calls == 1


def test_of_two_on_one_level_one_who_hears_is_enough() -> None:
    """Rita left, Eva did not: the director is not called while Eva may answer."""
    engagement = called_north()
    rita = next(one for one in engagement.people if one.role is Role.TEAM_LEAD)
    eva = replace(rita, id="north-eva", name="Eva", handles=((Platform.SLACK, "U0EVA"),))
    world = CallWorld(replace(engagement, people=(*engagement.people, eva)))
    world.gone.add("direct/north-rita/slack")
    world.declare()
    world.live(80 * MINUTE)
    assert world.direct_calls()[-1] == (61, "north-eva", "slack")
    assert world.incident().calls == 3


def test_a_call_that_is_answered_goes_no_further() -> None:
    """What was tried meanwhile is not followed by another way."""
    world = reported(in_wecom=True, gone={ANA_SLACK})
    world.clock.advance(MINUTE)
    world.sweep()
    world.staff("/incident ack 1001", "U0BRUNO")
    world.live(5 * MINUTE)
    assert world.direct_calls() == []


def test_the_sellers_room_hears_nothing_of_who_cannot_be_reached() -> None:
    """That an account is gone is the operator's business, and its room is well."""
    world = reported(gone={ANA_SLACK})
    world.live(10 * MINUTE)
    assert not any("cannot be reached" in one.reply.headline for one in world.of_room(SELLER))


def test_a_reminder_comes_to_its_owner_alone_and_on_another_platform_when_they_left() -> None:
    """By a button that names the engagement; once."""
    engagement = with_wecom(called_north(), ANA)
    world = CallWorld(engagement)
    world.gone.add(ANA_SLACK)
    world.declare("/incident critical: conversion fell in North ML")
    for text in ("/incident ack 1001", "/incident analysis 1001 ads"):
        world.staff(text)
    world.live(8 * HOUR + 3 * MINUTE)
    (asked,) = world.of_room(ANA_WECOM)
    assert "is it still yours" in asked.reply.headline
    assert asked.reply.buttons[0].command == "/incident @north ack 1001"


def test_the_owner_hears_alone_what_they_have_to_hear_at_once() -> None:
    """The seller asks for the next level; of what the owner does themselves they need no message."""
    world = reported()
    world.staff("/incident ack 1001")
    assert world.of_room(ANA_SLACK) == []
    world.declare("/incident escalate 1001")
    (told,) = world.of_room(ANA_SLACK)
    assert "asked for the next level" in told.reply.headline
    assert "Seller: North · 北方" in told.reply.text
    world.staff("/incident escalate 1001", "U0BRUNO")
    world.live(MINUTE)
    assert len(world.of_room(ANA_SLACK)) <= 2


def test_an_owner_who_sleeps_hears_on_waking() -> None:
    """The seller asks for the next level in the evening; the acknowledgement grows stale in working hours."""
    world = reported()
    world.live(3 * HOUR, step=10 * MINUTE)
    for text in ("/incident ack 1001", "/incident analysis 1001 ads"):
        world.staff(text)
    world.live(7 * HOUR, step=10 * MINUTE)
    world.declare("/incident escalate 1001")
    world.live(20 * HOUR, step=10 * MINUTE)
    told = [(one.at, one.reply.headline) for one in world.of_room(ANA_SLACK) if one.at > MONDAY + 10 * HOUR]
    hours = world.incident().policy.hours_of(ANA)
    assert all(hours.is_open(at) for at, _ in told)
    assert any("asked for the next level" in words for _, words in told)
    assert any("still yours" in words for _, words in told)
