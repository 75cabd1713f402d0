"""The life of channels, from signed events to what people read: moved, lost, shared, and never bound."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.rooms.welcome import queue_welcomes
from kpi.engagements import Platform, Role
from tests.bot.slack.payloads import event, press
from tests.bot.slack.test_room_events import happened
from tests.journeys.sent_world import MANAGER, World
from tests.journeys.test_slack_listening import OPERATIONS, SELLER, WEI, Listened, in_slack

ADMIN = "U0ADMIN001"
NEW, NOWHERE = "C0SELLER02", "C0NOWHERE1"


@pytest.fixture
async def listened(world: World) -> AsyncIterator[Listened]:
    """Return a bot that is sent what Slack sends."""
    made = Listened(world)
    yield made
    await made.close()


async def test_a_room_is_welcomed_and_its_buttons_work_for_people_of_another_workspace(listened: Listened) -> None:
    """Bound, pinned, pressed."""
    with listened.world.vigia.database.work() as work:
        assert queue_welcomes(work, in_slack(), listened.world.clock()) == ("lumina-seller", "lumina-ops")
    listened.world.clock.set(listened.world.clock().replace(hour=1, day=24))
    await listened.world.vigia.outbox.sweep()
    await listened.world.vigia.outbox.finish()
    (welcome,) = listened.ours(SELLER)
    assert (SELLER, welcome["ts"]) in listened.slack.pins
    (actions,) = [block for block in welcome["blocks"] if block["type"] == "actions"]
    for number, button in enumerate(actions["elements"]):
        await listened.press(press(button["value"], button["action_id"], trigger_id=f"1.2.{number}"))
    assert len([*listened.ours(SELLER)[1:], *listened.slack.whispers]) == 1, "numbers are answered"
    assert len(listened.slack.of("views.open")) == 1, "a report opens its form"


async def test_a_channel_with_a_new_id_is_followed_at_once(listened: Listened) -> None:
    """The next thing somebody writes there is heard; the operator hears which line to change."""
    listened.slack.channels.add(NEW)
    await listened.event(happened("channel_id_changed", new_channel_id=NEW))
    assert [NEW in str(one["blocks"]) for one in listened.ours(OPERATIONS)] == [True]
    await listened.event(happened("channel_archive", channel=SELLER))
    assert len(listened.ours(OPERATIONS)) == 1, "the old id is nobody's any more"
    with listened.world.vigia.database.view() as work:
        assert work.engagements.at_address(Platform.SLACK, NEW) is not None


async def test_a_lost_channel_is_told_in_the_operations_room_once(listened: Listened) -> None:
    """Both events of one removal, each repeated."""
    for kind in ("member_left_channel", "channel_left", "channel_left"):
        await listened.event(happened(kind, f"Ev{kind}"))
    assert len(listened.ours(OPERATIONS)) == 1
    assert MANAGER in str(listened.ours(OPERATIONS)[0]["blocks"])
    assert listened.ours(SELLER) == []


async def test_an_invitation_into_an_unbound_channel_is_answered_to_its_inviter_alone(listened: Listened) -> None:
    """Not a word there, and to a stranger not a word anywhere."""
    listened.slack.channels.add(NOWHERE)
    await listened.event(happened("member_joined_channel", channel=NOWHERE, inviter="U0STRANGER"))
    assert listened.slack.calls == []
    joined = happened("member_joined_channel", channel=NOWHERE, inviter=MANAGER, event_ts="1795000500.1")
    await listened.event(joined)
    assert listened.ours(NOWHERE) == listened.ours(OPERATIONS) == []
    (alone,) = listened.ours("D0PERSON01")
    assert f'address = "{NOWHERE}"' in alone["blocks"][1]["text"]["text"]
    await listened.event(happened("member_joined_channel", channel=NOWHERE, inviter=WEI, event_ts="1795000600.1"))
    assert len(listened.ours(OPERATIONS)) == 1, "a seller's account manager hears of it"


async def test_a_sellers_channel_somebody_new_reads_is_silent_until_the_account_manager_says_so(
    listened: Listened,
) -> None:
    """The word comes into the operations room with its button; who asks meanwhile reads one sentence alone."""
    await listened.event(happened("channel_shared", channel=SELLER, connected_team_id="T0OTHER001"))
    (word,) = listened.ours(OPERATIONS)
    assert MANAGER in str(word["blocks"])
    asked = {"user": WEI, "channel": SELLER}
    await listened.event(event(event_id="Ev91", ts="1795000700.000100", **asked))
    assert listened.ours(SELLER) == []
    (whisper,) = listened.slack.whispers
    assert whisper["user"] == WEI
    (button,) = [one for block in word["blocks"] if block["type"] == "actions" for one in block["elements"]]
    await listened.press(press(button["value"], user={"id": MANAGER}, channel={"id": OPERATIONS}, trigger_id="9.9.9"))
    await listened.event(event(event_id="Ev92", ts="1795000800.000100", **asked))
    assert len(listened.ours(SELLER)) == 1


async def test_an_operations_room_that_becomes_shared_is_silent_until_an_admin_says_so(listened: Listened) -> None:
    """The digest goes to the account manager alone; the button on her message lets the room go on."""
    world = listened.world
    people = tuple(
        replace(one, role=Role.ADMIN, handles=((Platform.SLACK, ADMIN),)) if one.role is Role.OPERATIONS else one
        for one in in_slack().people
    )
    with world.vigia.database.work() as work:
        work.engagements.save(replace(in_slack(), people=people), world.clock())
    world.fill()
    await listened.event(happened("channel_shared", channel=OPERATIONS, connected_team_id="T0OTHER001"))
    assert listened.ours(OPERATIONS) == []
    alone = listened.ours("D0PERSON01")
    assert len(alone) == 2, "the account manager and the admin"
    await world.sweep()
    world.clock.set(world.clock().replace(hour=14, minute=40))
    for _ in range(3):
        await world.sweep()
        world.clock.advance(timedelta(seconds=1))
    assert listened.ours(OPERATIONS) == []
    assert len(listened.ours("D0PERSON01")) == 3, "the digest"
    mention = {"user": MANAGER, "channel": OPERATIONS, "ts": "1795000700.000100"}
    await listened.event(event(event_id="Ev77", **mention))
    assert listened.ours(OPERATIONS) == []
    (button,) = [one for block in alone[0]["blocks"] if block["type"] == "actions" for one in block["elements"]]
    pressed = press(button["value"], user={"id": ADMIN}, channel={"id": "D0PERSON01"}, trigger_id="7.7.7")
    await listened.press(pressed)
    await listened.event(event(event_id="Ev78", **{**mention, "ts": "1795000800.000100"}))
    assert len(listened.ours(OPERATIONS)) == 1
    unshared = happened("channel_unshared", channel=OPERATIONS, is_ext_shared=False, event_ts="1795000900.1")
    await listened.event(unshared)
    assert len(listened.ours(OPERATIONS)) == 1
