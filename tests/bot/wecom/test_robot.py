"""The robot's callback over HTTP: what is refused unread, what is answered within its time, and how answers grow."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from bot.afterwork import AfterWork
from bot.drawing import NotDrawnError
from bot.messengers import NotSentError
from bot.wecom.app import Wire
from bot.wecom.limits import (
    CALLBACK_AGE_SECONDS,
    CALLBACK_BYTES,
    ROBOT_ANSWERS_WITHIN,
    ROBOT_WAITS,
    STREAM_CLOSES_AFTER,
    STREAM_ENDS_AFTER,
)
from bot.wecom.robot import Robot
from bot.wecom.robot_answers import RobotAnswers
from bot.wecom.robot_door import PATH, create_router
from bot.wecom.robot_returns import RobotReturns
from bot.wecom.user_ids import UserIds
from handlers.messages import Arrival, Button, Reply
from kpi.languages import Language
from kpi.pictures import Picture
from tests.bot.slack.samples import digest_reply
from tests.bot.wecom.callbacks import AES_KEY
from tests.bot.wecom.robot_callbacks import CRYPTO, address, body, encrypted, message, poll, press, shown
from tests.twins.books import MemoryDatabase
from tests.twins.clock import FakeClock

PATIENT, HASTY = 5.0, 0.02


class Group:
    """WeCom with one group, and an intake that remembers what arrived."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.arrivals: list[Arrival] = []
        self.again: list[Arrival] = []
        self.hangs_again = False
        self.reply: Reply | None = Reply("好", Language.ZH)
        self.failure: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.bound = {"robot:wrChat"}
        self.known = {"ana"}
        self.hidden: dict[str, str] = {}
        self.id_failures: list[Exception] = []
        self.returned: list[tuple[str, Mapping[str, Any]]] = []
        self.return_codes: list[int] = []
        self.drawing_fails = False
        self.drawing_fault: Exception | None = None
        self.database = MemoryDatabase()
        self.robot = self.replica()

    def replica(self, waits: float = PATIENT) -> Robot:
        """Return one more copy of the robot over the same database."""
        wire = Wire(httpx.MockTransport(self._take))
        answers = RobotAnswers(self.database.work, SecretStr(AES_KEY))
        returns = RobotReturns("https://qyapi.weixin.qq.com", wire)
        return Robot(
            CRYPTO,
            "Vigia",
            self._intake,
            self._again,
            self._owes,
            self._draw,
            UserIds(self._user_id),
            answers,
            returns,
            self.clock,
            AfterWork(),
            waits,
        )

    def _take(self, request: httpx.Request) -> httpx.Response:
        self.returned.append((str(request.url), json.loads(request.content)))
        return httpx.Response(200, json={"errcode": self.return_codes.pop(0) if self.return_codes else 0})

    async def _owes(self, arrival: Arrival) -> bool:
        return arrival.handle in self.known if arrival.is_direct else arrival.address in self.bound

    async def _intake(self, arrival: Arrival) -> Reply | None:
        self.arrivals.append(arrival)
        await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        return self.reply

    async def _again(self, arrival: Arrival) -> Reply | None:
        self.again.append(arrival)
        if self.hangs_again:
            await self.gate.wait()
        return self.reply

    async def _user_id(self, open_id: str) -> str:
        if self.id_failures:
            raise self.id_failures.pop(0)
        return self.hidden.get(open_id, open_id)

    async def _draw(self, _picture: Picture) -> bytes:
        if self.drawing_fault is not None:
            raise self.drawing_fault
        if self.drawing_fails:
            raise NotDrawnError("no font")
        return b"png"

    async def call(self, where: str, content: bytes, robot: Robot | None = None) -> httpx.Response:
        """Call the robot's address; with no `content` ask whether it is the robot's."""
        web = FastAPI()
        web.include_router(create_router(robot or self.robot))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=web), base_url="http://vigia") as caller:
            return await (caller.post(where, content=content) if content else caller.get(where))

    async def tell(self, fields: object, robot: Robot | None = None) -> Mapping[str, Any]:
        """Send a signed callback and return what it is answered; nothing for silence."""
        hidden = encrypted(fields)
        answer = await self.call(address(hidden, self.clock()), body(hidden), robot)
        assert answer.status_code == 200
        return shown(answer) if answer.content else {}

    async def settle(self, robot: Robot | None = None) -> None:
        """Wait for what goes on after an answer."""
        await (robot or self.robot).work.finish()


@pytest.fixture
async def group(clock: FakeClock) -> AsyncIterator[Group]:
    """Return WeCom before the open door."""
    made = Group(clock)
    yield made
    made.gate.set()
    await made.robot.close()


async def test_the_address_is_verified_with_the_bare_words(group: Group) -> None:
    """Of nobody in particular: a robot has no company id."""
    hidden = CRYPTO.encrypted("1616140317555161061")
    answer = await group.call(address(hidden, group.clock(), echostr=hidden), b"")
    assert (answer.status_code, answer.content) == (200, b"1616140317555161061")
    assert (await group.call(PATH, b"")).status_code == 400


async def test_a_question_is_answered_in_the_response(group: Group) -> None:
    """When it is quick: no second call is needed."""
    said = await group.tell(message("@Vigia /kpi 转化率 近7天"))
    assert said["msgtype"] == "stream"
    assert (said["stream"]["finish"], said["stream"]["content"]) == (True, "好")
    assert [(one.text, one.handle, one.address) for one in group.arrivals] == [
        ("/kpi 转化率 近7天", "ana", "robot:wrChat")
    ]


async def test_a_slow_answer_is_announced_and_asked_for_again(group: Group) -> None:
    """By any replica; each frame holds all there is so far."""
    group.gate.clear()
    hasty, other = group.replica(HASTY), group.replica()
    first = (await group.tell(message("转化率"), hasty))["stream"]
    assert (first["finish"], first["content"]) == (False, "请稍候…")
    again = (await group.tell(poll(first["id"]), other))["stream"]
    assert (again["finish"], again["id"]) == (False, first["id"])
    group.gate.set()
    await group.settle(hasty)
    last = (await group.tell(poll(first["id"]), other))["stream"]
    assert (last["finish"], last["content"]) == (True, "好")
    assert (await group.tell(poll(first["id"]), other))["stream"] == last
    assert await group.tell(poll("unknown"), other) == {}


async def test_a_message_delivered_four_times_is_worked_on_once(group: Group) -> None:
    """All four are answered alike, by two replicas."""
    replicas = (group.robot, group.replica(), group.robot, group.replica())
    said = [await group.tell(message("转化率"), one) for one in replicas]
    assert len(group.arrivals) == 1
    assert said == [said[0]] * 4


async def test_an_answer_later_than_wecom_waits_comes_as_a_message_of_its_own(group: Group) -> None:
    """The stream ends with a sentence half a minute before WeCom would cut it; of two that answer one sends it."""
    group.gate.clear()
    group.hangs_again = True
    hasty = group.replica(HASTY)
    first = (await group.tell(message("转化率"), hasty))["stream"]
    group.clock.advance(timedelta(minutes=5, seconds=29))
    assert not (await group.tell(poll(first["id"]), hasty))["stream"]["finish"]
    group.clock.advance(timedelta(seconds=1))
    closed = (await group.tell(poll(first["id"]), hasty))["stream"]
    assert closed["finish"]
    assert "单独" in closed["content"]
    group.gate.set()
    await group.settle(hasty)
    ((url, sent),) = group.returned
    assert url.endswith("response_code=SECRET-CODE-1")
    assert sent == {"msgtype": "markdown", "markdown": {"content": "好"}}
    assert (await group.tell(poll(first["id"]), hasty))["stream"] == closed


async def test_a_picture_comes_with_the_whole_answer(group: Group) -> None:
    """One that cannot be drawn never blocks the words."""
    group.reply = digest_reply(Language.ZH)
    assert "msg_item" in (await group.tell(message("转化率")))["stream"]
    group.drawing_fails = True
    stream = (await group.tell(message("转化率", number=2)))["stream"]
    assert "msg_item" not in stream
    assert "转化率" in stream["content"]


async def test_buttons_follow_their_answer_once(group: Group) -> None:
    """WeCom takes one message more; whichever replica gave the answer sends it, and its address is kept sealed."""
    group.reply = Reply("1001", Language.ZH, buttons=(Button("我来处理", "/incident ack 1001", is_primary=True),))
    hasty, other = group.replica(HASTY), group.replica()
    group.gate.clear()
    first = (await group.tell(message("事件 1001"), hasty))["stream"]
    group.gate.set()
    await group.settle(hasty)
    assert group.returned == []
    assert "SECRET-CODE-1" not in repr(group.database.state.robot_answers)
    for _ in range(2):
        await group.tell(poll(first["id"]), other)
        await group.settle(other)
    ((url, sent),) = group.returned
    assert "SECRET-CODE-1" in url
    assert sent["template_card"]["button_list"][0]["key"] == "once /incident ack 1001"


async def test_a_pressed_button_changes_its_card_and_the_words_follow(group: Group) -> None:
    """Its command runs once; a look leaves the buttons where they are."""
    group.reply = Reply("Ana 接手了", Language.ZH)
    said = await group.tell(press("once /incident ack 1001"))
    assert said["response_type"] == "update_template_card"
    assert said["template_card"]["sub_title_text"] == "Ana 接手了"
    assert await group.tell(press("/incident show 1001", number=10)) == {}
    await group.settle()
    assert [one.text for one in group.arrivals] == ["/incident ack 1001", "/incident show 1001"]
    assert [sent["msgtype"] for _, sent in group.returned] == ["markdown", "markdown"]


async def test_without_a_way_to_answer_every_press_changes_its_card(group: Group) -> None:
    """Or its words would stand nowhere."""
    said = await group.tell(press("/incident show 1001", url=""))
    assert said["template_card"]["sub_title_text"] == "好"


def test_our_times_lie_inside_wecoms() -> None:
    """Asking whose an id is and waiting for the answer leave time for the way; a stream ends before it is cut."""
    assert ROBOT_WAITS * 1.5 + 1 < ROBOT_ANSWERS_WITHIN == 5
    assert STREAM_CLOSES_AFTER + timedelta(seconds=30) <= STREAM_ENDS_AFTER == timedelta(minutes=6)


async def test_a_slow_press_is_answered_with_nothing_and_by_a_message_later(group: Group) -> None:
    """WeCom sends a press once: it must not wait past its five seconds."""
    group.gate.clear()
    hasty = group.replica(HASTY)
    assert await group.tell(press("once /incident ack 1001"), hasty) == {}
    group.gate.set()
    await group.settle(hasty)
    assert len(group.returned) == 1


async def test_an_unbound_chat_and_an_unknown_person_alone_get_silence(group: Group) -> None:
    """An empty answer, and nothing is worked on; the log says how to bind the chat."""
    assert await group.tell(message("转化率", chat="wrchat")) == {}
    assert await group.tell(message("转化率", chat="", person="Mallory", number=2)) == {}
    assert await group.tell({**press("once /incident ack 1"), "chatid": "wrOther"}) == {}
    assert group.arrivals == []
    assert (await group.tell(message("转化率", chat="", number=3)))["stream"]["finish"]
    assert group.arrivals[0].is_direct


async def test_whose_a_hidden_id_is_is_asked_of_the_app(group: Group) -> None:
    """Once; while it cannot be asked the person stays unknown, and is asked about again."""
    group.hidden = {"woHiddenAna": "Ana"}
    group.id_failures = [NotSentError("60020: trusted IP")]
    for number in range(3):
        await group.tell(message("转化率", person="woHiddenAna", number=number))
    assert [one.handle for one in group.arrivals] == ["wohiddenana", "ana", "ana"]
    await group.tell(message("转化率", person="woHiddenAna", chat="", number=7))
    assert group.arrivals[-1].handle == "ana"


async def test_a_fault_becomes_a_sentence_with_a_reference(group: Group) -> None:
    """Never silence, and never the fault itself."""
    group.failure = RuntimeError("secret detail")
    content = (await group.tell(message("转化率")))["stream"]["content"]
    assert "WECOM-" in content
    assert "secret detail" not in content


async def test_what_was_tampered_with_is_not_read(group: Group) -> None:
    """Another body under the same signature, no signature, somebody else's, and what is no JSON."""
    hidden, other = encrypted(message("转化率")), encrypted(message("事件 1001"))
    signed, app = address(hidden, group.clock()), encrypted(message("转化率"), "wx-a-company")
    listed = encrypted(["no", "object"])
    attempts = [
        (signed, body(other)),
        (PATH, body(hidden)),
        (signed.replace("nonce=", "nonce=1"), body(hidden)),
        (signed, b"[]"),
        (signed, b'{"encrypt": 3}'),
        (signed, b"\xff\xfe"),
        (signed, b"<xml><Encrypt>x</Encrypt></xml>"),
        (signed, b"[" * 60_000),
        (address(app, group.clock()), body(app)),
        (address(listed, group.clock()), body(listed)),
    ]
    for where, content in attempts:
        assert (await group.call(where, content)).status_code == 400
    assert group.arrivals == []


@pytest.mark.parametrize("age", [CALLBACK_AGE_SECONDS + 1, -CALLBACK_AGE_SECONDS - 1])
async def test_an_old_callback_is_not_believed(group: Group, age: int) -> None:
    """Whoever recorded one cannot send it again tomorrow."""
    hidden = encrypted(message("转化率"))
    assert (await group.call(address(hidden, group.clock() - timedelta(seconds=age)), body(hidden))).status_code == 400
    assert group.arrivals == []


@pytest.mark.parametrize(("size", "status"), [(CALLBACK_BYTES, 400), (CALLBACK_BYTES + 1, 413)])
async def test_a_body_past_its_limit_is_not_read(group: Group, size: int, status: int) -> None:
    """One byte past."""
    assert (await group.call(address("x", group.clock()), b"x" * size)).status_code == status


@pytest.mark.parametrize("url", ["", "https://evil.example/cgi-bin/aibot/response?response_code=1"])
async def test_nothing_is_sent_to_an_address_that_is_not_wecoms(group: Group, url: str) -> None:
    """Whatever a callback says."""
    await group.tell(press("/incident show 1001", url=url))
    await group.settle()
    assert group.returned == []


async def test_no_log_line_holds_the_address_to_answer_to(group: Group, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever reads the log could write into the group for an hour."""
    caplog.set_level(logging.DEBUG)
    group.return_codes = [0, 45009]
    for number in (1, 2):
        await group.tell(press("/incident show 1001", number=number))
        await group.settle()
    assert len(group.returned) == 2
    assert "SECRET-CODE-1" not in caplog.text
