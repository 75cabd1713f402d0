"""A form where WeCom has none: asked for in the app, filled in on a page, seen in Slack and in the seller's group."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.pages.form_links import LINK_LASTS
from handlers.engagement_setup import set_up_engagement
from kpi.incidents.incident import EntryKind, Incident
from tests.bot.wecom.callbacks import press, text
from tests.journeys.form_world import Phone, links_in, settings_of, settle_in
from tests.journeys.sent_world import World
from tests.journeys.test_calls_in_wecom import deliver
from tests.journeys.test_incidents import BACKUP, REPORT, Chat, answering
from tests.twins.console_world import HOSTILE_NAME, tiny_png
from tests.twins.wecom_app_server import WeComAppServer

PLAN = {"cause": "支付网关 <b>", "action": "切换网关", "to": "2.2%", "review": "48h"}


@pytest.fixture
def company() -> Iterator[WeComAppServer]:
    """Return a company whose app may write to Ana."""
    server = WeComAppServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def app_settings(company: WeComAppServer) -> dict[str, Any]:
    """Return a bot with an app, a group and pages."""
    return settings_of(company)


@pytest.fixture
async def chat(world: World) -> AsyncIterator[Chat]:
    """Give the rooms just after Wei reported."""
    settle_in(world)
    chat = Chat(world)
    await chat.seller(REPORT)
    yield chat
    assert world.vigia.webhooks is not None
    await world.vigia.webhooks.close()


@pytest.fixture
async def phone(chat: Chat, world: World, company: WeComAppServer) -> AsyncIterator[Phone]:
    """Give Ana's phone."""
    made = Phone(world, company)
    yield made
    await made.http.aclose()


@pytest.fixture
async def link(phone: Phone) -> str:
    """Return the link Ana gets who wants to write a plan."""
    (found,) = links_in(await phone.told(text("/incident plan 1001", "Ana", 1)))
    return found


def incident(world: World) -> Incident:
    """Return the incident as it is stored."""
    with world.vigia.database.view() as work:
        found = work.incidents.get("lumina", 1001)
    assert found is not None
    return found


def recorded(world: World, kind: EntryKind) -> int:
    """Return how often something stands in the incident's timeline."""
    with world.vigia.database.view() as work:
        return sum(line.kind is kind for line in work.incidents.timeline("lumina-1001"))


def rows(world: World) -> list[str]:
    """Return everything the database holds."""
    with world.vigia.database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        return list(driver.iterdump())


async def test_a_plan_is_asked_for_mended_and_recorded_and_both_sides_see_it(
    phone: Phone, chat: Chat, world: World, link: str
) -> None:
    """Faults all at once with everything typed still there; the mended one is one entry, and both rooms are told."""
    page = await phone.open(link)
    assert (page.status_code, "Ana Souza" in page.text) == (200, True)
    faulty = await phone.send(link, written=PLAN | {"cause": "", "to": "muito"})
    assert faulty.status_code == 422
    assert faulty.text.count('class="fault"') == 2
    assert "切换网关" in faulty.text
    assert recorded(world, EntryKind.PLANNED) == 0
    taken = await phone.send(link, page=faulty.text, written=PLAN)
    assert taken.status_code == 200
    assert "#1001" in taken.text
    assert "/pages/" in taken.text
    plan = incident(world).plan
    assert plan is not None
    assert (plan.cause, plan.action, plan.owner, plan.by) == ("支付网关 <b>", "切换网关", "ana", "ana")
    await chat.send()
    assert "切换网关" in str(world.slack.of("chat.update")[-1]["blocks"])
    assert any("切换网关" in str(one) for one in world.wecom.posted)


async def test_a_link_is_good_once_and_says_what_came_of_it(phone: Phone, world: World, link: str) -> None:
    """Sent again by a finger, a retry or another tab."""
    before = (await phone.open(link)).text
    await phone.send(link, written=PLAN)
    again = await phone.send(link, page=before, written=PLAN | {"cause": "something else entirely"})
    assert again.status_code == 409
    assert "#1001" in again.text
    assert "something else entirely" in again.text
    assert recorded(world, EntryKind.PLANNED) == 1
    looked = await phone.open(link)
    assert (looked.status_code, "<form" in looked.text, "#1001" in looked.text) == (409, False, True)


async def test_looking_changes_nothing(phone: Phone, world: World, link: str) -> None:
    """WeCom's crawlers open every link, with GET and HEAD."""
    before = rows(world)
    for _ in range(3):
        assert (await phone.open(link)).status_code == 200
        assert (await phone.http.head(link)).status_code == 200
    assert rows(world) == before
    assert (await phone.send(link, written=PLAN)).status_code == 200
    assert rows(world) != before


async def test_a_link_that_is_over_shows_what_was_typed(phone: Phone, world: World, link: str) -> None:
    """And how to get another one."""
    page = (await phone.open(link)).text
    world.clock.advance(LINK_LASTS)
    late = await phone.send(link, page=page, written=PLAN)
    assert late.status_code == 410
    assert "切换网关" in late.text
    assert "/incident @lumina plan 1001" in late.text
    assert incident(world).plan is None
    assert (await phone.open(link)).status_code == 410


async def test_an_incident_that_ended_meanwhile_says_so_and_loses_nothing(
    phone: Phone, chat: Chat, world: World, link: str
) -> None:
    """The link stays good: it may be opened again."""
    page = (await phone.open(link)).text
    await chat.staff("/incident resolve 1001 cause: gateway action: switched reason: it works")
    late = await phone.send(link, page=page, written=PLAN)
    assert late.status_code == 422
    assert "切换网关" in late.text
    assert 'role="alert"' in late.text
    assert incident(world).plan is None
    looked = await phone.open(link)
    assert (looked.status_code, "<form" in looked.text) == (409, False)


async def test_who_plans_while_somebody_else_does_is_told_whose_plan_theirs_replaced(
    phone: Phone, chat: Chat, world: World, link: str
) -> None:
    """The page that was opened before says it once it is sent; both plans stay in the timeline."""
    page = (await phone.open(link)).text
    await chat.staff("/incident plan 1001 cause: prices action: old prices review: 48h", BACKUP)
    taken = await phone.send(link, page=page, written=PLAN)
    assert taken.status_code == 200
    assert "Isto substitui o plano de Bruno Lima (" in taken.text
    assert recorded(world, EntryKind.PLANNED) == 2
    plan = incident(world).plan
    assert plan is not None
    assert plan.action == "切换网关"


async def test_who_left_the_engagement_meanwhile_writes_nothing(phone: Phone, world: World, link: str) -> None:
    """Room and person are looked at again on every step."""
    page = (await phone.open(link)).text
    lumina = answering()
    rest = replace(lumina, people=tuple(one for one in lumina.people if one.id != "ana"))
    with world.vigia.database.work() as work:
        set_up_engagement(work, rest, (), (), world.clock())
    late = await phone.send(link, page=page, written=PLAN | {"cause": "the gateway is down"})
    assert late.status_code == 409
    assert "the gateway is down" in late.text
    assert incident(world).plan is None
    assert "Ana" not in (await phone.open(link)).text


async def test_a_tampered_link_and_a_foreign_page_are_refused(phone: Phone, world: World, link: str) -> None:
    """Another site's page, a page of another link, and letters that were changed."""
    page = (await phone.open(link)).text
    (other,) = links_in(await phone.told(text("/incident analysis 1001", "Ana", 2)))
    mark_of_other = (await phone.open(other)).text
    assert (await phone.send(link, page=mark_of_other, written=PLAN)).status_code == 403
    assert (await phone.open(link[:-8] + "AAAAAAA=")).status_code == 404
    assert (await phone.open(link.replace("/forms/", "/"))).status_code == 404
    for headers in ({"origin": "https://evil.test"}, {"origin": "null", "sec-fetch-site": "cross-site"}):
        answer = await phone.http.post(link, files={"cause": (None, "x")}, headers=headers)
        assert answer.status_code == 403
    assert incident(world).plan is None
    assert (await phone.send(link, page=page, written=PLAN)).status_code == 200


async def test_a_problem_is_reported_with_photos(phone: Phone, world: World) -> None:
    """One that is no picture is said beside the field before anything is recorded; the good ones are kept."""
    (link,) = links_in(await phone.told(text("上报", "Ana", 3)))
    report = {"text": f"付款失败 {HOSTILE_NAME}", "store": "lumina-ml-br"}
    faulty = await phone.send(link, files=(("shot.png", tiny_png()), ("virus.exe", b"MZ\0")), written=report)
    assert faulty.status_code == 422
    assert "virus.exe" in faulty.text
    assert "<script>" not in faulty.text
    taken = await phone.send(link, files=(("shot.png", tiny_png()),), page=faulty.text, written=report)
    assert (taken.status_code, "1002" in taken.text, "shot.png" in taken.text) == (200, True, True)
    with world.vigia.database.view() as work:
        (file,) = work.incident_files.of("lumina-1002")
        assert work.incident_files.content(file.id) == tiny_png()
    assert (await phone.open(link)).text.count("1002") > 0


async def test_a_button_of_a_card_opens_a_form_and_settles_nothing(phone: Phone) -> None:
    """WeCom delivers the press four times: one link; the card keeps its buttons."""
    await deliver(phone.world, press("once /incident @lumina plan 1001", "Ana"), times=4)
    (said,) = phone.company.texts("ana")
    assert len(links_in(said)) == 1
    assert phone.company.replaced == []


async def test_a_stranger_and_a_seller_get_no_link_to_a_plan(phone: Phone, world: World) -> None:
    """Nothing at all is said to somebody no engagement knows."""
    await deliver(world, text("/incident plan 1001", "Nobody", 8))
    assert phone.company.texts() == []
    phone.company.people.add("wei")
    await deliver(world, text("/incident plan 1001", "Wei", 9))
    (said,) = phone.company.texts("wei")
    assert links_in(said) == []


async def test_a_fault_of_ours_loses_nothing_that_was_typed(
    phone: Phone, world: World, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reference finds its log line, and the link is as good as before."""
    page = (await phone.open(link)).text

    def fail(*_: object) -> None:
        raise RuntimeError("a secret detail")

    with monkeypatch.context() as broken:
        broken.setattr("storage.form_uses.StoredFormUses.keep", fail)
        failed = await phone.send(link, PLAN, page=page)
    assert failed.status_code == 500
    assert "切换网关" in failed.text
    assert "FORM-" in failed.text
    assert "secret detail" not in failed.text
    assert incident(world).plan is None
    assert (await phone.send(link, PLAN, page=page)).status_code == 200


async def test_what_cannot_be_written_any_more_is_said_at_once(phone: Phone, chat: Chat) -> None:
    """Nobody fills in a form in vain."""
    await chat.staff("/incident resolve 1001 cause: gateway action: switched reason: it works")
    said = await phone.told(text("/incident plan 1001", "Ana", 4))
    assert links_in(said) == []
    assert "1001" in said


async def test_a_call_carries_a_page_in_the_eyes_of_its_person(phone: Phone, chat: Chat, world: World) -> None:
    """*Details* of a message to Ana alone."""
    world.slack.deactivated.add("U024ANA")
    for _ in range(4):
        await chat.tick(timedelta(minutes=1))
    (link, *_) = links_in(phone.company.texts("ana")[0])
    page = await phone.open(link)
    assert page.status_code == 200
    assert "#1001" in page.text


async def test_a_group_reads_how_to_come_to_a_form_and_nobody_writes_behind_its_link(
    phone: Phone, world: World
) -> None:
    """Everybody in the group can open it, and Vigia does not know who did."""
    card = next(one["markdown"]["content"] for _, one in world.wecom.posted if one["msgtype"] == "markdown")
    details, write = links_in(card)
    page = await phone.open(write)
    assert page.status_code == 200
    assert "/incident @lumina note 1001" in page.text
    assert "<form" not in page.text
    assert (await phone.http.post(write, files={"text": (None, "x")})).status_code == 405
    assert (await phone.open(details.replace("/pages/", "/pages/forms/"))).status_code == 404
