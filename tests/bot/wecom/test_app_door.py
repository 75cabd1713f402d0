"""The app's callback over HTTP: what is refused unread, what is answered at once, and what comes of it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from bot.afterwork import AfterWork
from bot.drawing import NotDrawnError
from bot.messengers import NotSentError
from bot.wecom.app import CallbackCrypto
from bot.wecom.app_door import PATH, AppDoor, create_router
from bot.wecom.app_messenger import AppMessenger
from bot.wecom.limits import CALLBACK_AGE_SECONDS, CALLBACK_BYTES
from bot.wecom.pace import Pace
from handlers.messages import Arrival, Button, Reply
from kpi.languages import Language
from kpi.pictures import Picture
from tests.bot.slack.samples import digest_reply
from tests.bot.wecom.callbacks import AES_KEY, CORP, TOKEN, address, body, encrypted, press, text
from tests.bot.wecom.test_app_messenger import App
from tests.twins.clock import FakeClock
from tests.twins.naps import Naps


class Caller:
    """WeCom, and an intake that remembers what arrived."""

    def __init__(self, app: App, naps: Naps, clock: FakeClock) -> None:
        self.arrivals: list[Arrival] = []
        self.reply: Reply | None = Reply("好", Language.ZH)
        self.failure: Exception | None = None
        self.gate: asyncio.Event | None = None
        self.drawing_fails = False
        self.clock = clock
        self.people = AppMessenger(app, Pace(naps.seconds, naps.sleep), hears=True)
        crypto = CallbackCrypto(CORP, SecretStr(TOKEN), SecretStr(AES_KEY))
        self.door = AppDoor(crypto, self._intake, self.people, self._draw, clock, AfterWork())
        web = FastAPI()
        web.include_router(create_router(self.door))
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=web), base_url="http://vigia")

    async def _intake(self, arrival: Arrival) -> Reply | None:
        self.arrivals.append(arrival)
        if self.gate is not None:
            await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        return self.reply

    async def _draw(self, _picture: Picture) -> bytes:
        if self.drawing_fails:
            raise NotDrawnError("no font")
        return b"png"

    async def send(self, message: str) -> httpx.Response:
        """Send a signed callback and wait for what comes of it."""
        hidden = encrypted(message)
        answer = await self.http.post(address(hidden, self.clock()), content=body(hidden))
        await self.door.work.finish()
        return answer


@pytest.fixture
def app() -> App:
    """Return the app under the messenger."""
    return App()


@pytest.fixture
async def wecom(app: App, naps: Naps, clock: FakeClock) -> AsyncIterator[Caller]:
    """Return WeCom before the open door."""
    caller = Caller(app, naps, clock)
    yield caller
    await caller.http.aclose()
    await caller.people.close()


async def test_the_address_is_verified_with_the_bare_words(wecom: Caller) -> None:
    """No quotes, no line break: WeCom compares bytes."""
    hidden = encrypted("1616140317555161061")
    answer = await wecom.http.get(address(hidden, wecom.clock(), echostr=hidden))
    assert (answer.status_code, answer.content) == (200, b"1616140317555161061")
    assert (await wecom.http.get(PATH)).status_code == 400
    assert (await wecom.http.get(address("other", wecom.clock(), echostr=hidden))).status_code == 400


async def test_a_message_is_answered_by_another_message(wecom: Caller, app: App) -> None:
    """The callback itself is answered with nothing."""
    answer = await wecom.send(text("转化率"))
    assert (answer.status_code, answer.content) == (200, b"")
    assert [one.text for one in wecom.arrivals] == ["/kpi 转化率"]
    assert app.sent == [("ana", "好")]


async def test_a_callback_never_waits_for_its_work(wecom: Caller, app: App) -> None:
    """WeCom gives five seconds; a question may take longer."""
    wecom.gate = asyncio.Event()
    hidden = encrypted(text("转化率"))
    answer = await wecom.http.post(address(hidden, wecom.clock()), content=body(hidden))
    assert answer.status_code == 200
    assert app.sent == []
    wecom.gate.set()
    await wecom.door.work.finish()
    assert len(app.sent) == 1


async def test_a_pressed_button_runs_its_command_and_settles_its_card(wecom: Caller, app: App) -> None:
    """Where it settles something; a look does not take the buttons away."""
    wecom.reply = Reply("Ana 接手了", Language.ZH, buttons=(Button("查看", "/incident @north show 1001"),))
    await wecom.send(press("once /incident @north ack 1001"))
    assert wecom.arrivals[0].text == "/incident @north ack 1001"
    assert app.replaced == [("ana", "code-1", "已回复")]
    assert [card["button_list"][0]["key"] for card in app.cards] == ["/incident @north show 1001"]
    await wecom.send(press("/incident @north show 1001"))
    assert len(app.replaced) == 1


@pytest.mark.parametrize("age", [CALLBACK_AGE_SECONDS + 1, -CALLBACK_AGE_SECONDS - 1])
async def test_an_old_callback_is_not_believed(wecom: Caller, age: int) -> None:
    """Whoever recorded one cannot send it again tomorrow."""
    hidden = encrypted(text("转化率"))
    old = address(hidden, wecom.clock() - timedelta(seconds=age))
    assert (await wecom.http.post(old, content=body(hidden))).status_code == 400
    assert wecom.arrivals == []


async def test_what_was_tampered_with_is_not_read(wecom: Caller, app: App) -> None:
    """Another body under the same signature, no signature, a stamp that is none, another company's."""
    hidden, other = encrypted(text("转化率")), encrypted(text("/incident @north ack 1001"))
    signed = address(hidden, wecom.clock())
    foreign = encrypted(text("转化率"), "wx-another")
    attempts = [
        (signed, body(other)),
        (PATH, body(hidden)),
        (signed.replace("timestamp=", "timestamp=x"), body(hidden)),
        (signed.replace("nonce=", "nonce=1"), body(hidden)),
        (signed, b""),
        (signed, b"<xml></xml>"),
        (signed, b"\xff\xfe"),
        (signed, b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>'),
        (address(foreign, wecom.clock()), body(foreign)),
    ]
    for where, content in attempts:
        assert (await wecom.http.post(where, content=content)).status_code == 400
    assert (wecom.arrivals, app.sent) == ([], [])


async def test_entities_that_grow_without_end_are_refused_also_when_signed(wecom: Caller, app: App) -> None:
    """Ten thousand million laughs, and a file of ours: one 400 each, and nothing is unfolded."""
    names = "abcdefghij"
    bomb = "".join(f'<!ENTITY {two} "{f"&{one};" * 10}">' for one, two in itertools.pairwise(names))
    file = '<!ENTITY j SYSTEM "file:///etc/passwd">'
    for entities in (f'<!ENTITY a "ha">{bomb}', file):
        message = f"<!DOCTYPE x [{entities}]><xml><MsgType>text</MsgType><Content>&j;</Content></xml>"
        answer = await wecom.send(message)
        assert answer.status_code == 400
    assert (wecom.arrivals, app.sent) == ([], [])


async def test_a_reply_that_would_end_a_cdata_section_stays_words(wecom: Caller, app: App) -> None:
    """No reply ever becomes XML: the callback is answered with nothing, and the words go out as JSON."""
    wecom.reply = Reply("]]></Content><ToUserName>eve</ToUserName>", Language.ZH)
    answer = await wecom.send(text("转化率"))
    assert answer.content == b""
    ((person, said),) = app.sent
    assert person == "ana"
    assert said == "]]＞＜/Content＞＜ToUserName＞eve＜/ToUserName＞"


@pytest.mark.parametrize(("size", "status"), [(CALLBACK_BYTES, 400), (CALLBACK_BYTES + 1, 413)])
async def test_a_body_past_its_limit_is_not_even_searched(wecom: Caller, size: int, status: int) -> None:
    """One byte past."""
    answer = await wecom.http.post(address("x", wecom.clock()), content=b"x" * size)
    assert answer.status_code == status


async def test_silence_and_events_of_no_interest_send_nothing(wecom: Caller, app: App) -> None:
    """But WeCom hears that they came."""
    wecom.reply = None
    assert (await wecom.send(text("转化率"))).status_code == 200
    assert (await wecom.send(press("x").replace("template_card_event", "subscribe"))).status_code == 200
    assert len(wecom.arrivals) == 1
    assert app.sent == []


async def test_a_fault_becomes_a_sentence_with_a_reference(wecom: Caller, app: App) -> None:
    """Never silence, and never the fault itself."""
    wecom.failure = RuntimeError("secret detail")
    await wecom.send(text("转化率"))
    ((person, said),) = app.sent
    assert person == "ana"
    assert "WECOM-" in said
    assert "secret detail" not in said


async def test_an_answer_wecom_does_not_take_is_a_log_line(wecom: Caller, app: App) -> None:
    """There is no other way to reach this person."""
    app.failures = [NotSentError("45009: too many")]
    assert (await wecom.send(text("转化率"))).status_code == 200
    assert app.sent == []


async def test_a_picture_follows_its_words(wecom: Caller, app: App) -> None:
    """One that cannot be drawn is left out."""
    wecom.reply = digest_reply()
    await wecom.send(text("转化率", message=1))
    assert (len(app.sent), app.pictures) == (1, [("ana", "media 3")])
    wecom.drawing_fails = True
    await wecom.send(text("转化率", message=2))
    assert (len(app.sent), len(app.pictures)) == (2, 1)


async def test_a_card_that_fails_costs_only_the_buttons(wecom: Caller, app: App) -> None:
    """The words arrived."""
    reply = Reply("x", Language.EN, buttons=(Button("b", "/incident list"),))
    app.failures = [None, NotSentError("40058: form")]
    receipt = await wecom.people.say("ana", reply, "task")
    assert (receipt.platform_message, receipt.remark) == ("m-1", "buttons not sent: 40058: form")
