"""📌 on what somebody wrote: in the timeline with its words and files, followed, and gone when its author wants."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from handlers.incidents.captured_words import told_lines
from kpi.incidents.incident import EntryKind, Visibility
from tests.bot.slack.payloads import (
    BOT_USER,
    command,
    deleted,
    edited,
    form_of,
    press,
    reacted,
    said,
    shortcut,
    unreacted,
)
from tests.bot.slack.samples import a_file
from tests.journeys.sent_world import MANAGER, World
from tests.journeys.test_slack_listening import OPERATIONS, SELLER, WEI, WORDS, Listened
from tests.twins.slack_server import Trouble

TS = "1795000300.000100"
SAID = "买家王小明说付款一直报错 &lt;b&gt;"
KINDS = {EntryKind.CAPTURED, EntryKind.CAPTURE_CHANGED, EntryKind.CAPTURE_DELETED, EntryKind.CAPTURE_TAKEN_OUT}


class Captured(Listened):
    """A whole bot that is sent what Slack sends, with one incident open."""

    async def pin(self, ts: str = TS, person: str = WEI, channel: str = SELLER, **changes: Any) -> None:
        """Let somebody put 📌 on a message of a person."""
        item = {"type": "message", "channel": channel, "ts": ts}
        await self.event(reacted("pushpin", item=item, user=person, item_user=WEI, **changes))

    async def unpin(self, ts: str = TS, person: str = WEI) -> None:
        """Let somebody take their 📌 off."""
        await self.event(unreacted(item={"type": "message", "channel": SELLER, "ts": ts}, user=person))

    async def edit(self, text: str, at: str, ts: str = TS, **changes: Any) -> None:
        """Let Wei edit a message."""
        for one in self.slack.messages[SELLER]:
            if one["ts"] == ts and at:
                one.update(text=text, edited={"user": WEI, "ts": at})
        await self.event(edited(ts, text, at, **changes))

    def told(self) -> list[tuple[EntryKind, str]]:
        """Return what the incident's timeline says of messages, with their words."""
        (incident,) = self.incidents()[-1:]
        with self.world.vigia.database.view() as work:
            return [(one.kind, one.body) for one in told_lines(work, incident.id) if one.kind in KINDS]

    def stored(self) -> str:
        """Return every row of the database."""
        with self.world.vigia.database.engine.connect() as connection:
            return "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]

    def heard(self) -> list[str]:
        """Return what was said to one person alone."""
        return [one["text"] for one in self.slack.whispers]


@pytest.fixture
async def captured(world: World) -> AsyncIterator[Captured]:
    """Return a bot in whose seller's channel one incident was reported, and something said."""
    made = Captured(world)
    await made.write(WORDS, user=WEI)
    await made.react("rotating_light", SELLER, "1795000100.000200", WEI, WEI)
    await made.write(SAID, TS, user=WEI)
    made.slack.whispers.clear()
    yield made
    await made.close()


def asked(text: str) -> dict[str, str]:
    """Return what the account manager types in the operations channel."""
    return command(text, command="/incident", channel_id=OPERATIONS, user_id=MANAGER)


def mention(text: str) -> dict[str, Any]:
    """Return a mention in the seller's channel."""
    body = said(text, ts="1795000401.000100")
    body["event"]["type"] = "app_mention"
    return body


def links(told: dict[str, Any]) -> Iterator[str]:
    """Yield the addresses of a message's buttons."""
    for block in told["blocks"]:
        yield from (one["url"] for one in block.get("elements", ()) if "url" in one)


async def test_from_a_pin_to_a_message_that_is_changed_and_taken_back(captured: Captured) -> None:
    """Its words in the timeline, with a way back; then the newer ones beside; then none, anywhere."""
    assert "王小明" not in captured.stored()
    await captured.pin()
    await captured.pin(person=MANAGER, event_ts="1795000301.000100")
    (incident,) = captured.incidents()
    first, second = captured.heard()
    assert f"#{incident.number}" in first
    assert first != second
    assert captured.told() == [(EntryKind.CAPTURED, "买家王小明说付款一直报错 <b>")]
    assert len(captured.slack.of("conversations.replies")) == 3, "one for the report, one for each 📌"
    await captured.edit("买家李小红说付款好了", "1795000310.000000")
    assert captured.told()[1:] == [(EntryKind.CAPTURE_CHANGED, "买家李小红说付款好了")]
    captured.slack.whispers.clear()
    await captured._send(form_of(asked(f"timeline {incident.number}")), "application/x-www-form-urlencoded")
    (shown,) = captured.slack.whispers
    assert "买家王小明说付款一直报错 &lt;b&gt;" in str(shown["blocks"])
    assert list(links(shown)) == [f"https://lumina.slack.com/archives/{SELLER}/p1795000300000100"]
    captured.slack.messages[SELLER] = [one for one in captured.slack.messages[SELLER] if one["ts"] != TS]
    await captured.event(deleted(TS))
    kinds = (EntryKind.CAPTURED, EntryKind.CAPTURE_CHANGED, EntryKind.CAPTURE_DELETED)
    assert captured.told() == [(kind, "") for kind in kinds]
    stored = captured.stored()
    assert not [word for word in ("王小明", "李小红", "付款", f"{SELLER}/p1795") if word in stored]


async def test_no_word_of_any_other_message_is_stored(captured: Captured) -> None:
    """Neither of one that is edited or deleted, nor of one whose 📌 nobody may put, nor of a preview."""
    await captured.event(edited(TS, "张三的地址", "1795000310.000000"))
    await captured.event(deleted("1795000299.000100"))
    await captured.pin(person="U0STRANGER")
    await captured.pin(channel="C0UNBOUND1")
    before = captured.stored()
    assert not [word for word in ("张三", "王小明", "付款") if word in before]
    await captured.event(edited(TS, "李四的地址", "1795000311.000000"))
    assert captured.stored() == before
    await captured.pin()
    told = captured.told()
    await captured.edit(SAID, "")
    assert captured.told() == told


async def test_edits_that_come_twice_late_or_in_another_order_stand_in_their_own(captured: Captured) -> None:
    """As Slack's retries may bring them."""
    await captured.pin()
    for at in ("1795000330.000000", "1795000310.000000", "1795000330.000000", "1795000320.000000"):
        await captured.event(edited(TS, f"words of {at[:10]}", at))
    newer = [text for _, text in captured.told()][1:]
    assert newer == ["words of 1795000310", "words of 1795000320", "words of 1795000330"]


async def test_a_message_with_answers_leaves_a_stone_and_is_deleted_all_the_same(captured: Captured) -> None:
    """Slack calls its deletion a change."""
    await captured.pin()
    stone = {"subtype": "tombstone", "user": "USLACKBOT"}
    await captured.event(edited(TS, "This message was deleted.", "", **stone))
    assert captured.told() == [(EntryKind.CAPTURED, ""), (EntryKind.CAPTURE_DELETED, "")]
    assert "王小明" not in captured.stored()


async def test_only_its_own_person_takes_a_pin_off(captured: Captured) -> None:
    """Its words go with it; put again it is read anew."""
    await captured.pin()
    await captured.unpin(person=MANAGER)
    assert len(captured.told()) == 1
    await captured.unpin()
    assert captured.told() == [(EntryKind.CAPTURED, ""), (EntryKind.CAPTURE_TAKEN_OUT, "")]
    assert "王小明" not in captured.stored()
    await captured.pin(event_ts="1795000399.000100")
    assert (EntryKind.CAPTURED, "买家王小明说付款一直报错 <b>") in captured.told()


async def test_files_of_a_message_come_and_go_with_it(captured: Captured) -> None:
    """Fetched only now; a page that is none of the kinds is said to who put the pin."""
    files = [a_file(captured.slack), a_file(captured.slack, "page.png", b"<html><b>hello</b></html>")]
    await captured.write("看这里", "1795000400.000100", user=WEI, subtype="file_share", files=files)
    assert captured.slack.downloads == []
    await captured.pin("1795000400.000100")
    (incident,) = captured.incidents()
    with captured.world.vigia.database.view() as work:
        (kept,) = work.incident_files.of(incident.id)
    assert (kept.name, kept.visibility) == ("message-1.png", Visibility.SELLER)
    assert any("page.png" in one for one in captured.heard())
    await captured.event(deleted("1795000400.000100"))
    with captured.world.vigia.database.view() as work:
        assert work.incident_files.of(incident.id) == ()


async def test_where_several_are_open_a_button_says_which(captured: Captured) -> None:
    """The thread of a card says it by itself."""
    await captured.write("Lumina Shopee 的退货很多", "1795000500.000100", user=WEI)
    await captured.react("rotating_light", SELLER, "1795000500.000100", WEI, WEI)
    newer, older = captured.incidents()
    captured.slack.whispers.clear()
    await captured.pin()
    (which,) = captured.slack.whispers
    buttons = [one for block in which["blocks"] for one in block.get("elements", ()) if one.get("type") == "button"]
    assert [one["value"] for one in buttons] == [f"/incident pin {one.number} {TS}" for one in (newer, older)]
    assert "王小明" not in captured.stored()
    container = {"type": "message", "message_ts": TS, "is_ephemeral": True, "channel_id": SELLER}
    await captured.press(press(buttons[1]["value"], buttons[1]["action_id"], container=container))
    assert captured.told() == [(EntryKind.CAPTURED, "买家王小明说付款一直报错 <b>")]
    card = next(one for one in captured.ours(SELLER) if f"#{newer.number}" in str(one))
    await captured.write("就是这个", "1795000600.000100", user=WEI, thread_ts=card["ts"])
    await captured.pin("1795000600.000100")
    with captured.world.vigia.database.view() as work:
        assert [one.message for one in work.captures.of_incident(newer.id)] == ["1795000600.000100"]


async def test_who_does_not_know_the_sign_uses_the_shortcut_or_a_link(captured: Captured) -> None:
    """Both are the same command."""
    message = {"type": "message", "user": WEI, "text": SAID, "ts": TS}
    await captured.press(
        shortcut("vigia_capture_message", message=message, channel={"id": SELLER}, user={"id": MANAGER})
    )
    assert captured.told() == [(EntryKind.CAPTURED, "买家王小明说付款一直报错 <b>")]
    await captured.write("第二条", "1795000400.000100", user=WEI)
    link = f"<https://lumina.slack.com/archives/{SELLER}/p1795000400000100?thread_ts=1.2|a link>"
    await captured.event(mention(f"<@{BOT_USER}> incident pin 1001 {link}"))
    assert (EntryKind.CAPTURED, "第二条") in captured.told()


@pytest.mark.parametrize("method", ["conversations.replies", "chat.getPermalink"])
async def test_what_slack_does_not_hand_over_is_said_or_done_without(captured: Captured, method: str) -> None:
    """Without the words nothing is kept; without the address the words are."""
    captured.slack.plan(method, Trouble(code="ratelimited", status=429, retry_after="60"))
    await captured.pin()
    is_kept = method == "chat.getPermalink"
    assert captured.told() == ([(EntryKind.CAPTURED, "买家王小明说付款一直报错 <b>")] if is_kept else [])
    assert len(captured.heard()) == 1
    assert ("王小明" in captured.stored()) is is_kept
