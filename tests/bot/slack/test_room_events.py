"""What Slack says of channels, over signed requests: what is followed, once, and what is only acknowledged."""

from __future__ import annotations

from typing import Any

import pytest

from bot.slack.access import SlackAccess
from bot.slack.ears import Hearing
from bot.slack.gateway import Gateway
from bot.slack.room_events import CHANGES, RENAMES, room_change_of
from handlers.rooms.room_changes import Change
from tests.bot.slack.doors import Doors
from tests.bot.slack.payloads import BOT_USER, event
from tests.bot.slack.test_ears import Listening
from tests.twins.clock import A_SUNDAY_NOON, FakeClock
from tests.twins.slack_server import SlackServer

OF_MEMBERS = ("member_joined_channel", "member_left_channel")


def happened(kind: str, event_id: str = "Ev0001", **changes: Any) -> dict[str, Any]:
    """Return something that happened to a channel, as the Events API wraps it."""
    body = event(kind, event_id)
    own: dict[str, Any] = {"type": kind, "channel": "C0SELLER01", "event_ts": "1795000400.000100"}
    if kind in OF_MEMBERS:
        own |= {"user": BOT_USER, "channel_type": "C", "team": "T0HOME0001"}
    if kind == "channel_id_changed":
        own = {"type": kind, "old_channel_id": "C0SELLER01", "new_channel_id": "C0NEW", "event_ts": own["event_ts"]}
    if kind in RENAMES:
        own["channel"] = {"id": "C0SELLER01", "name": "sellers-lumina", "created": 1_795_000_000}
    body["event"] = own | changes
    return body


@pytest.fixture
def listening() -> Listening:
    """Return what hears."""
    return Listening()


@pytest.fixture
def doors(access: SlackAccess, gateway: Gateway, clock: FakeClock, listening: Listening) -> Doors:
    """Return Slack's doors with ears."""
    hearing = Hearing(listening.overhear, listening.twin_of, listening.evidence_for, listening.room_changed)
    return Doors(access, gateway, clock, hearing)


@pytest.mark.parametrize("kind", sorted(CHANGES))
async def test_each_event_is_followed_once_however_often_slack_repeats_it(
    slack: SlackServer, doors: Doors, listening: Listening, kind: str
) -> None:
    """With another event id too: both sides of a shared channel may have the app. Nothing is said to Slack."""
    for number in range(3):
        assert (await doors.event(happened(kind, f"Ev{number}"))).status_code == 200
    (changed,) = listening.changes
    assert (changed.change, changed.address) == (CHANGES[kind], "C0SELLER01")
    assert slack.calls == []
    assert doors.arrivals == []


@pytest.mark.parametrize("kind", RENAMES)
async def test_a_rename_is_acknowledged_and_nothing_more(doors: Doors, listening: Listening, kind: str) -> None:
    """Rooms are known by their ids."""
    assert (await doors.event(happened(kind))).status_code == 200
    assert listening.changes == []


@pytest.mark.parametrize("kind", OF_MEMBERS)
async def test_people_who_come_and_go_are_nobodys_business(doors: Doors, listening: Listening, kind: str) -> None:
    """Only Vigia's own coming and going matters, also where Slack does not say who Vigia is."""
    await doors.event(happened(kind, user="U0SELLER01"))
    unknown = happened(kind)
    del unknown["authorizations"]
    await doors.event(unknown)
    assert listening.changes == []


def test_a_new_id_and_an_inviter_are_read() -> None:
    """Of an invitation, who invited; of a channel that moved, where to."""
    moved = room_change_of(happened("channel_id_changed"), A_SUNDAY_NOON)
    joined = room_change_of(happened("member_joined_channel", inviter="U024ANA"), A_SUNDAY_NOON)
    assert moved is not None
    assert joined is not None
    assert (moved.change, moved.moved_to) == (Change.MOVED, "C0NEW")
    assert (joined.change, joined.handle) == (Change.JOINED, "U024ANA")


@pytest.mark.parametrize("body", [{}, {"event": {}}, {"event": {"type": "channel_archive"}}, {"event": None}])
def test_what_names_no_channel_is_nothing(body: dict[str, Any]) -> None:
    """Whatever Slack sends."""
    assert room_change_of(body, A_SUNDAY_NOON) is None


async def test_a_change_that_cannot_be_followed_is_a_log_line(doors: Doors, listening: Listening) -> None:
    """Nobody asked, so nobody is told."""
    listening.failure = RuntimeError("database away")
    assert (await doors.event(happened("channel_archive"))).status_code == 200
    assert len(listening.changes) == 1
