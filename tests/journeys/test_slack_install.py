"""Vigia in several Slack workspaces, over real HTTP: installed by a link, each spoken with by its own token, left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from sqlite3 import connect
from typing import Any

import pytest

from kpi.deliveries import Delivery, DeliveryState
from tests.bot.slack.payloads import BOT_USER
from tests.bot.slack.test_room_events import happened
from tests.journeys.linked_world import (
    ACME,
    AURORA,
    OPERATIONS,
    SELLER,
    LinkedWorld,
    in_two_workspaces,
    linked_world,
)
from tests.journeys.sent_world import BEFORE_THE_SLOTS
from tests.twins.slack_oauth import Given


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[LinkedWorld]:
    """Give a served bot that both workspaces have installed."""
    async with linked_world(database_url) as made:
        made.slack.channels |= {SELLER, OPERATIONS}
        for team in (
            made.desk.team(AURORA, "Aurora 极光", SELLER),
            made.desk.team(ACME, "Acme", OPERATIONS),
        ):
            page = await made.install(team)
            assert page.status_code == 200
        yield made


def happened_in(world: LinkedWorld, team: str, kind: str, event_id: str, **more: Any) -> dict[str, Any]:
    """Return something that happened in a workspace now."""
    body = happened(kind, event_id, **more)
    body |= {"team_id": team, "event_time": int(world.clock().timestamp())}
    body["authorizations"] = [{"team_id": team, "user_id": BOT_USER, "is_bot": True}]
    return body


async def uninstall(world: LinkedWorld, team: str) -> None:
    """Let somebody take Vigia out of a workspace; Slack tells it twice, in either order."""
    world.desk.uninstall(world.desk.teams[team])
    await world.event(happened_in(world, team, "tokens_revoked", "Ev1", tokens={"oauth": [], "bot": [BOT_USER]}))
    await world.event(happened_in(world, team, "app_uninstalled", "Ev2"))
    await world.send_due()


async def digests(world: LinkedWorld) -> tuple[Delivery, ...]:
    """Let the day's digests become due and be sent; return their deliveries."""
    world.clock.set(BEFORE_THE_SLOTS)
    world.fill()
    await world.sweep()
    world.clock.advance(timedelta(minutes=40))
    await world.sweep()
    return tuple(one for one in world.ledger() if one.key.startswith("digest/"))


def token_of(world: LinkedWorld, team: str) -> str:
    """Return the first token a workspace was given."""
    return next(token for token, one in world.desk.given.items() if one.team.id == team)


def told_in(world: LinkedWorld, room: str, words: str) -> list[dict[str, Any]]:
    """Return what was posted in a channel with these words in it."""
    return [one for one in world.slack.messages[room] if words in str(one["blocks"])]


async def test_each_workspace_is_answered_with_its_own_token(world: LinkedWorld) -> None:
    """A command, a mention and a message; of a workspace nobody installed it in, only the acknowledgement."""
    await world.ask(ACME, OPERATIONS, "gmv", "1.1")
    await world.ask(AURORA, SELLER, "gmv", "1.2")
    assert world.tokens("chat.postEphemeral", OPERATIONS) == [token_of(world, ACME)]
    assert world.tokens("chat.postEphemeral", SELLER) == [token_of(world, AURORA)]
    calls = len(world.slack.calls)
    assert (await world.ask("T0NOBODY01", SELLER, "gmv", "1.3")).status_code == 200
    challenge = await world.event({"type": "url_verification", "challenge": "3eZbrw1a"})
    assert challenge.json() == {"challenge": "3eZbrw1a"}
    assert len(world.slack.calls) == calls


async def test_digests_go_out_with_renewed_tokens(world: LinkedWorld) -> None:
    """Eleven hours after the installation, each token is renewed once before it is used."""
    assert [one.state for one in await digests(world)] == [DeliveryState.SENT] * 2
    for room, team in ((SELLER, AURORA), (OPERATIONS, ACME)):
        (sent,) = set(world.tokens("chat.postMessage", room))
        assert world.desk.given[sent].team.id == team
        assert sent != token_of(world, team)
    assert len(world.slack.of("oauth.v2.access")) == 4, "two installations, and one renewal each"


async def test_the_database_holds_no_token(world: LinkedWorld, tmp_path: Path) -> None:
    """Neither as rows nor anywhere in its files, also after a renewal."""
    await digests(world)
    secrets = {*world.desk.given, *world.desk.refreshes}
    assert len(secrets) >= 6
    dump, files = await asyncio.to_thread(contents_of, tmp_path / "vigia.sqlite")
    assert AURORA in dump
    assert [one for one in secrets if one in dump or one.encode() in files] == []


def contents_of(file: Path) -> tuple[str, bytes]:
    """Return an SQLite database as statements, and the bytes of its files."""
    with closing(connect(file)) as database:
        dump = "\n".join(database.iterdump())
    return dump, b"".join(one.read_bytes() for one in file.parent.glob(f"{file.name}*"))


async def test_after_an_uninstallation_the_other_places_are_told_and_nothing_is_sent_for_ever(
    world: LinkedWorld,
) -> None:
    """Told once in WeCom and in the other workspace; a digest of the room ends with its reason."""
    await uninstall(world, AURORA)
    assert [one.id for one in world.workspaces()] == [ACME]
    assert len([text for text in world.wecom.texts() if "lumina-seller" in text]) == 1
    assert len(told_in(world, OPERATIONS, "lumina-seller")) == 1
    sent = {one.room: one for one in await digests(world)}
    assert sent["lumina-ops"].state is DeliveryState.SENT
    lost = sent["lumina-seller"]
    assert (lost.state, lost.is_unreachable, lost.attempts) == (DeliveryState.FAILED, True, 1)
    assert "Install it again by its link" in lost.reason
    assert world.slack.messages[SELLER] == []
    await world.ask(AURORA, SELLER, "gmv", "1.9")
    assert world.tokens("chat.postEphemeral", SELLER) == []


async def test_a_workspace_that_installs_it_again_is_back_when_vigia_is_in_its_room(world: LinkedWorld) -> None:
    """A late word of the earlier end changes nothing; who heard of the loss hears that it is over."""
    late = happened_in(world, AURORA, "app_uninstalled", "Ev3")
    await uninstall(world, AURORA)
    world.clock.advance(timedelta(minutes=5))
    await world.install(world.desk.teams[AURORA])
    await world.event(late)
    await world.event(happened_in(world, AURORA, "tokens_revoked", "Ev4", tokens={"bot": [BOT_USER]}))
    assert [one.id for one in world.workspaces()] == [ACME, AURORA]
    joined = happened_in(world, AURORA, "member_joined_channel", "Ev5", event_ts="1795000900.1")
    await world.event(joined)
    await world.send_due()
    assert len(told_in(world, OPERATIONS, "lumina-seller")) == 2
    assert len([text for text in world.wecom.texts() if "lumina-seller" in text]) == 2
    await world.ask(AURORA, SELLER, "gmv", "1.9")
    assert world.desk.refused(world.tokens("chat.postEphemeral", SELLER)[0]) == ""


async def test_what_one_act_tells_two_workspaces_is_answered_once(world: LinkedWorld) -> None:
    """Both sides of a shared channel installed Vigia."""
    world.desk.teams[ACME].channels.add(SELLER)
    for team, number in ((AURORA, 1), (ACME, 2)):
        mention = happened_in(world, team, "app_mention", f"Ev{number}", user="U024ANA", ts="1795000100.000200")
        mention["event"] |= {"text": f"<@{BOT_USER}> kpi gmv", "channel": SELLER}
        await world.event(mention)
    assert len(world.slack.of("chat.postEphemeral")) == 1


async def test_beside_the_token_in_the_settings_others_may_install_it(database_url: str) -> None:
    """Rooms that name no workspace, and requests of workspaces nobody knows, go by that token as before."""
    async with linked_world(database_url, slack_bot_token="xoxb-of-the-settings") as world:
        world.slack.channels |= {SELLER, OPERATIONS}
        acme = world.desk.team(ACME, "Acme", OPERATIONS)
        world.desk.given["xoxb-of-the-settings"] = Given(acme)
        await world.install(world.desk.team(AURORA, "Aurora 极光", SELLER))
        with world.vigia.database.work() as work:
            rooms = tuple(replace(one, workspace=one.workspace.replace(ACME, "")) for one in in_two_workspaces().rooms)
            work.engagements.save(replace(in_two_workspaces(), rooms=rooms), world.clock())
        await world.ask(ACME, OPERATIONS, "gmv", "1.1")
        await world.ask(AURORA, SELLER, "gmv", "1.2")
        assert world.tokens("chat.postEphemeral", OPERATIONS) == ["xoxb-of-the-settings"]
        assert world.tokens("chat.postEphemeral", SELLER) == [token_of(world, AURORA)]
        assert [one.state for one in await digests(world)] == [DeliveryState.SENT] * 2
        assert set(world.tokens("chat.postMessage", OPERATIONS)) == {"xoxb-of-the-settings"}
        await uninstall(world, ACME)
        assert len([text for text in world.wecom.texts() if "lumina-ops" in text]) == 1
        assert [one.id for one in world.workspaces()] == [AURORA]
