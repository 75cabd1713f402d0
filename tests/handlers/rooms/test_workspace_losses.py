"""What is told when Vigia is taken out of a whole Slack workspace: once, and where it can still be read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.rooms.room_changes import Change
from handlers.rooms.workspace_losses import WorkspaceLoss, note_workspace_loss
from kpi.deliveries import Delivery
from kpi.engagements import Engagement, Platform, Role
from kpi.languages import Language
from tests.handlers.rooms.test_room_changes import OPS, SELLER, begun, happen, in_slack, told, where, words
from tests.handlers.world import World, north, south

AURORA = "T0AURORA01"


def lose(world: World, *names: str, event: str = "event") -> list[Delivery]:
    """Let Vigia be taken out of a workspace; return the messages it made."""
    known = {one.id for one in told(world)}
    loss = WorkspaceLoss(Platform.SLACK, frozenset(names), world.clock(), event)
    count = note_workspace_loss(world.books.work, loss)
    made = [one for one in told(world) if one.id not in known]
    assert len(made) == count
    return made


def split(engagement: Engagement) -> Engagement:
    """Return an engagement whose seller room is in a workspace of its own."""
    rooms = tuple(replace(room, workspace=AURORA) if room.id.endswith("-seller") else room for room in engagement.rooms)
    return replace(engagement, rooms=rooms)


def in_wecom_too(engagement: Engagement) -> Engagement:
    """Return an engagement whose account manager is in WeCom as well."""
    people = tuple(
        replace(one, handles=(*one.handles, (Platform.WECOM, "manager"))) if one.role is Role.ACCOUNT_MANAGER else one
        for one in engagement.people
    )
    return replace(engagement, people=people)


def test_the_other_rooms_hear_of_a_room_that_is_lost() -> None:
    """The operator's in another workspace, and the seller's group in WeCom; of other engagements nobody."""
    world = begun(split(in_slack(north())), in_slack(south()))
    made = lose(world, AURORA)
    assert where(made) == ["north-ops", "north-group"]
    assert "north-seller" in words(world, next(one for one in made if one.room == "north-ops"))


def test_slack_that_tells_it_twice_is_believed_once() -> None:
    """By the same event, and by another one of the same uninstallation."""
    world = begun(split(in_slack(north())))
    assert len(lose(world, AURORA)) == 2
    assert lose(world, AURORA) == []
    assert lose(world, AURORA, event="another") == []


def test_where_every_room_of_the_operator_is_lost_the_account_manager_hears_alone() -> None:
    """On the other platform; sellers hear of their own room, and nothing of the operator's."""
    world = begun(in_wecom_too(in_slack(north())))
    made = lose(world, "")
    by_room = {(one.room.rpartition("/")[2], words(world, one).partition("\n")[0]) for one in made}
    assert {room for room, _ in by_room} == {"wecom", "north-group"}
    assert len([room for room, _ in by_room if room == "wecom"]) == 2, "of both rooms"
    assert len([room for room, _ in by_room if room == "north-group"]) == 1


def test_where_nobody_can_be_reached_nothing_is_queued() -> None:
    """A message into the workspace that is gone would only fail."""
    assert lose(begun(in_slack(north(), wecom=False)), "") == []


@pytest.mark.parametrize("language", list(Language))
def test_it_is_said_in_every_language_with_what_to_do(language: Language) -> None:
    """Install again, invite, or bind another room."""
    world = begun(split(in_slack(north(language))))
    told_to_operator = next(one for one in lose(world, AURORA) if one.room == "north-ops")
    assert "Slack" in words(world, told_to_operator)
    assert "/invite @Vigia" in words(world, told_to_operator)


def test_the_room_is_back_when_vigia_is_in_its_channel_again() -> None:
    """A new installation alone brings nobody into a channel. A second loss is told anew."""
    world = begun(in_wecom_too(in_slack(north(), wecom=False)))
    assert len(lose(world, "")) == 2
    (back,) = happen(world, Change.JOINED, OPS)
    assert back.room.endswith("/wecom")
    assert happen(world, Change.JOINED, OPS) == []
    assert len(happen(world, Change.JOINED, SELLER)) == 1
    assert len(lose(world, "", event="again")) == 2
