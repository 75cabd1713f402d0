"""Somebody nobody knows asks in a seller's channel, says who they are, and gets what they wanted once confirmed."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.web import create_web
from handlers.engagement_setup import set_up_engagement
from kpi.engagements import Platform
from kpi.invitations import OPEN_FOR, Invitation, InvitationState
from tests.bot.slack.payloads import BOT_USER, press
from tests.journeys.sent_world import MANAGER, World
from tests.journeys.test_slack_listening import OPERATIONS, SELLER, WEI, Listened, in_slack
from tests.journeys.test_slack_strangers import STRANGER, mention, pressed

PUBLIC = "https://vigia.test"
ALONE = "D0PERSON01"


@pytest.fixture
def app_settings() -> dict[str, Any]:
    """Return an installation with pages."""
    return {"public_url": PUBLIC, "page_secrets": ["s" * 32]}


class Invited(Listened):
    """A bot whose links are opened by a phone."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.phone = httpx.AsyncClient(transport=httpx.ASGITransport(app=create_web(world.vigia)), base_url=PUBLIC)

    def link(self) -> str:
        """Return the link the stranger was whispered."""
        (button,) = buttons_of(self.slack.whispers[-1])
        return str(button["url"])

    async def says(self, link: str, *, origin: str = PUBLIC, **fields: str) -> httpx.Response:
        """Open a page, fill it in and send it."""
        page = await self.phone.get(link)
        found = re.search(r'name="ticket" value="([^"]+)"', page.text)
        sent = {"ticket": found[1] if found else "", **fields}
        answer = await self.phone.post(link, data=sent, headers={"origin": origin})
        await self.goes_out()
        return answer

    async def decides(self, word: str, *, person: str = MANAGER, channel: str = ALONE) -> None:
        """Let somebody press what the account manager was offered."""
        (asked,) = [one for one in self.ours(ALONE) if "/person" in str(one["blocks"])]
        (button,) = [one for one in buttons_of(asked) if word in one["value"]]
        trigger = f"t.{person}.{word}.{len(self.slack.calls)}"
        payload = press(button["value"], user={"id": person}, channel={"id": channel}, trigger_id=trigger)
        await self.press(payload)

    async def goes_out(self) -> None:
        """Let everything be sent that is due."""
        self.world.clock.advance(timedelta(seconds=1))
        await self.world.vigia.errands.sweep_strangers()
        await self.world.vigia.outbox.sweep()
        await self.world.vigia.outbox.finish()

    def invitations(self) -> list[Invitation]:
        """Return every invitation, whatever became of it."""
        with self.world.vigia.database.view() as work:
            return [one for state in InvitationState for one in work.invitations.in_state(state)]

    async def close(self) -> None:
        """Close both callers."""
        await self.phone.aclose()
        await super().close()


@pytest.fixture
def world_file(filled_file: Path) -> Path:
    """Return a database with the facts of all stores."""
    return filled_file


@pytest.fixture
async def invited(world: World) -> AsyncIterator[Invited]:
    """Return a bot that is sent what Slack sends; its seller's Li has no user id in Slack."""
    made = Invited(world)
    yield made
    await made.close()


def buttons_of(message: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the buttons of a message."""
    return [one for block in message["blocks"] if block["type"] == "actions" for one in block["elements"]]


def words_of(messages: list[dict[str, Any]]) -> str:
    """Return everything that was said."""
    return str([one["blocks"] for one in messages])


async def test_a_stranger_says_who_they_are_and_gets_what_they_wanted_once(invited: Invited) -> None:
    """Asked, whispered a link, named, confirmed, answered in their channel, and known from then on."""
    await invited.event(mention(STRANGER, text=f"<@{BOT_USER}> kpi 转化率"))
    assert [one["user"] for one in invited.slack.whispers] == [STRANGER]
    assert "Lumina" not in str(invited.slack.whispers)
    assert invited.ours(SELLER) == invited.ours(ALONE) == []
    answer = await invited.says(invited.link(), name="张三")
    assert answer.status_code == 303
    assert "张三" in words_of(invited.ours(ALONE))
    await invited.decides("confirm")
    (posted,) = invited.ours(SELLER)
    assert "转化率" in str(posted["blocks"])
    assert f"<@{STRANGER}>" in str(posted["blocks"])
    assert "张三" in words_of(invited.ours(ALONE)[1:]), "both hear that it was confirmed"
    await invited.goes_out()
    assert len(invited.ours(SELLER)) == 1
    await invited.event(mention(STRANGER, ts="1795000900.000100", event_id="Ev2", text=f"<@{BOT_USER}> kpi gmv"))
    assert len(invited.ours(SELLER)) == 2
    assert len(invited.slack.whispers) == 1


async def test_a_report_of_a_stranger_is_opened_once_as_the_person_they_are(invited: Invited) -> None:
    """Nothing is opened before; afterwards once."""
    await invited.event(mention(STRANGER, text=f"<@{BOT_USER}> incident new 后台打不开"))
    assert invited.incidents() == ()
    await invited.says(invited.link(), name="张三")
    await invited.decides("confirm")
    (incident,) = invited.incidents()
    assert incident.opened_by.person == f"slack-{STRANGER.lower()}"
    await invited.goes_out()
    assert len(invited.incidents()) == 1


async def test_opening_a_link_changes_nothing_and_only_its_page_can_be_sent(invited: Invited) -> None:
    """Chat apps look into links; other sites' pages, old pages and broken links do nothing."""
    await invited.press(pressed(STRANGER))
    link, (before,) = invited.link(), invited.invitations()
    for _ in range(3):
        page = await invited.phone.get(link)
        assert page.status_code == 200
        assert 'lang="zh' in page.text
        assert page.headers["cache-control"] == "no-store"
    assert (await invited.says(link, origin="https://elsewhere.test", name="张三")).status_code == 403
    assert (await invited.phone.post(link, data={"name": "张三"}, headers={"origin": PUBLIC})).status_code == 404
    assert (await invited.phone.post(link, data={"name": "x" * 5000}, headers={"origin": PUBLIC})).status_code == 403
    assert (await invited.phone.get(f"{link[:-9]}AAAAAAAAA")).status_code == 404
    assert (await invited.says(link, name="  ")).status_code == 422
    assert invited.invitations() == [before]
    assert (await invited.says(link, name="张三")).status_code == 303
    assert (await invited.says(link, name="李四")).status_code == 404, "it is said once"
    assert [one.name for one in invited.invitations()] == ["张三"]


async def test_a_page_names_the_sellers_unknown_people_alone(invited: Invited) -> None:
    """Nobody of the operator, nobody of another seller, and nobody who is known there already."""
    with invited.world.vigia.database.view() as work:
        lumina = work.engagements.get("lumina")
    assert lumina is not None
    await invited.press(pressed(STRANGER))
    page = (await invited.phone.get(invited.link())).text
    listed = set(re.findall(r'type="radio" name="person" value="([^"]+)"', page)) - {"-"}
    assert listed == {one.id for one in lumina.people if one.audience == "seller" and not one.handle_on(Platform.SLACK)}
    manager = lumina.account_manager()
    assert manager is not None
    answer = await invited.says(invited.link(), person=manager.id)
    assert answer.status_code == 422, "nobody else can be chosen by a page of one's own"


async def test_nobody_of_the_seller_confirms_anybody(invited: Invited) -> None:
    """Not the stranger themselves either, wherever they press."""
    await invited.press(pressed(STRANGER))
    await invited.says(invited.link(), name="张三")
    await invited.decides("confirm", person=WEI, channel=SELLER)
    await invited.decides("confirm", person=STRANGER, channel=SELLER)
    assert [one.state for one in invited.invitations()] == [InvitationState.CLAIMED]


async def test_a_refused_stranger_is_told_once_and_their_wish_is_dropped(invited: Invited) -> None:
    """Asking again brings nobody a new question."""
    await invited.press(pressed(STRANGER))
    await invited.says(invited.link(), name="张三")
    await invited.decides("refuse")
    (gone,) = invited.invitations()
    assert (gone.state, gone.wish.text) == (InvitationState.REFUSED, "")
    said = len(invited.ours(ALONE))
    await invited.press(pressed(STRANGER) | {"trigger_id": "2.2.2"})
    await invited.goes_out()
    assert len(invited.ours(ALONE)) == said
    assert invited.ours(SELLER) == []
    assert invited.invitations() == [gone]


async def test_what_nobody_decides_is_dropped_and_told_once(invited: Invited) -> None:
    """To the stranger and to whoever was asked."""
    await invited.press(pressed(STRANGER))
    await invited.says(invited.link(), name="张三")
    said = len(invited.ours(ALONE))
    invited.world.clock.advance(OPEN_FOR)
    for _ in range(3):
        await invited.goes_out()
    assert [one.state for one in invited.invitations()] == [InvitationState.EXPIRED]
    assert len(invited.ours(ALONE)) == said + 2
    await invited.decides("confirm")
    assert invited.ours(SELLER) == []


async def test_a_wish_that_is_stale_by_then_gets_its_ordinary_sentence(invited: Invited) -> None:
    """Alone: the incident was never there, or is closed."""
    await invited.event(mention(STRANGER, text=f"<@{BOT_USER}> incident ack 1001"))
    await invited.says(invited.link(), name="张三")
    await invited.decides("confirm")
    assert invited.ours(SELLER) == []
    assert "1001" in words_of(invited.ours(ALONE)[-2:]), "beside the word that they are known"


async def test_a_file_that_is_applied_later_keeps_who_was_confirmed(invited: Invited) -> None:
    """They go on being known."""
    await invited.press(pressed(STRANGER))
    await invited.says(invited.link(), name="张三")
    await invited.decides("confirm")
    with invited.world.vigia.database.work() as work:
        set_up_engagement(work, in_slack(), (), (), invited.world.clock())
    await invited.event(mention(STRANGER, text=f"<@{BOT_USER}> kpi gmv"))
    assert len(invited.ours(SELLER)) == 2


async def test_nobody_is_invited_in_the_operators_own_room(invited: Invited) -> None:
    """One sentence, alone."""
    await invited.event(mention(STRANGER, channel=OPERATIONS))
    assert [buttons_of(one) for one in invited.slack.whispers] == [[]]
    assert invited.invitations() == []
