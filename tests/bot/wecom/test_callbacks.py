"""What people write to the app: read as a command, told apart, and nothing else read at all."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from bot.wecom.app import CallbackCrypto, UnreadableCallbackError
from bot.wecom.callbacks import as_command, written_of
from bot.wecom.cards import card_of
from handlers.messages import Button, Reply
from kpi.engagements import Platform
from kpi.errors import ConfigurationError
from kpi.languages import Language
from tests.bot.wecom.callbacks import AES_KEY, CORP, TOKEN, encrypted, press, text
from tests.twins.clock import A_SUNDAY_NOON as NOON

EXAMPLE = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUk"
    "SUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekU"
    "NXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rU"
    "PA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+"
    "qN+E7Q=="
)
"""The message of WeCom's own example."""


@pytest.fixture
def crypto() -> CallbackCrypto:
    """Return how the callbacks of the example are read."""
    return CallbackCrypto(CORP, SecretStr(TOKEN), SecretStr(AES_KEY))


def test_wecoms_own_example_is_read(crypto: CallbackCrypto) -> None:
    """Signature and words, of the verification of the address and of a message."""
    echo = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
    assert crypto.is_signed("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", "1409659589", "263014780", echo)
    assert crypto.decrypted(echo) == "1616140317555161061"
    assert crypto.is_signed("477715d11cdb4164915debcba66cb864d751f3e6", "1409659813", "1372623149", EXAMPLE)
    fields = crypto.fields(EXAMPLE)
    assert (fields["FromUserName"], fields["Content"], fields["MsgId"]) == ("mycreate", "hello", "4561255354251345929")


def test_whatever_is_changed_is_not_signed(crypto: CallbackCrypto) -> None:
    """One character of any part."""
    good = ("477715d11cdb4164915debcba66cb864d751f3e6", "1409659813", "1372623149", EXAMPLE)
    for position, part in enumerate(good):
        changed = [*good]
        changed[position] = ("0" if part[0] != "0" else "1") + part[1:]
        assert not crypto.is_signed(*changed)
    assert not crypto.is_signed("", *good[1:])
    assert not crypto.is_signed("é" * 40, *good[1:])


@pytest.mark.parametrize(
    "hidden",
    [
        encrypted(text("hello"), "wx-another-company"),
        encrypted("not xml"),
        encrypted("<xml></xml>"),
        encrypted("<xml><MsgType>text"),
        encrypted('<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><xml><MsgType>&b;</MsgType></xml>'),
        encrypted('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><MsgType>&e;</MsgType></xml>'),
        "AAAA",
        "A" * 43 + "=",
        "not base64 at all!",
        "",
    ],
)
def test_what_is_not_for_us_or_not_a_message_is_one_error(crypto: CallbackCrypto, hidden: str) -> None:
    """Another company's, broken, entities that grow or read files: none of it is worked on."""
    with pytest.raises(UnreadableCallbackError):
        crypto.fields(hidden)


def test_keys_that_cannot_be_right_are_refused_at_the_start() -> None:
    """Not when the first message comes."""
    for token, key in (("", AES_KEY), (TOKEN, AES_KEY[:-1]), (TOKEN, f"{AES_KEY[:-1]}!"), (TOKEN, "")):
        with pytest.raises(ConfigurationError, match="belong together"):
            CallbackCrypto(CORP, SecretStr(token), SecretStr(key))


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("/kpi conversion", "/kpi conversion"),
        ("／incident list", "/incident list"),
        ("incident", "/incident"),
        ("转化率 巴西", "/kpi 转化率 巴西"),
        ("数据 近7天", "/kpi 近7天"),
        ("事件 1001", "/incident 1001"),
        ("告警", "/alert"),
        ("＠north 事件 列表", "/incident @north 列表"),
        ("@north 转化率", "/kpi @north 转化率"),
        ("/incident @north ack 1001", "/incident @north ack 1001"),
        ("事件 备注 ＃１００１ 补货已发出，明天到仓（深圳）！", "/incident 备注 #1001 补货已发出，明天到仓（深圳）！"),
        ("incidental words", "/kpi incidental words"),
        ("   ", ""),
    ],
)
def test_words_become_a_command(typed: str, command: str) -> None:
    """With or without slash, in the width of any keyboard; without a command's word they ask for numbers."""
    assert as_command(typed) == command


def test_a_message_arrives_as_its_persons_own(crypto: CallbackCrypto) -> None:
    """User ids come with capitals; a group webhook of the same name is another place."""
    written = written_of(crypto.fields(encrypted(text("事件 1001"))), NOON)
    assert written is not None
    arrival = written.arrival
    assert (arrival.platform, arrival.handle, arrival.text) == (Platform.WECOM, "ana", "/incident 1001")
    assert arrival.is_direct
    assert arrival.address == "app:ana"
    assert arrival.event_id == "wecom/4561255354251345929"


def test_a_press_arrives_as_its_command_and_brings_the_cards_code(crypto: CallbackCrypto) -> None:
    """Only of a button that settles its card; a second press of the same is another event."""
    settled = written_of(crypto.fields(encrypted(press("once /incident @north ack 1001"))), NOON)
    looked = written_of(crypto.fields(encrypted(press("/incident @north show 1001"))), NOON)
    assert settled is not None
    assert looked is not None
    assert (settled.arrival.text, settled.response_code) == ("/incident @north ack 1001", "code-1")
    assert (looked.arrival.text, looked.response_code) == ("/incident @north show 1001", "")
    assert settled.arrival.event_id != looked.arrival.event_id


@pytest.mark.parametrize("kind", ["enter_agent", "subscribe", "LOCATION", "template_card_menu_event"])
def test_everything_else_wecom_tells_an_app_is_left_alone(crypto: CallbackCrypto, kind: str) -> None:
    """Answered with nothing, so that it is not repeated."""
    event = press("/incident list").replace("template_card_event", kind)
    assert written_of(crypto.fields(encrypted(event)), NOON) is None
    nobody = text("hello").replace("<![CDATA[Ana]]>", "")
    assert written_of(crypto.fields(encrypted(nobody)), NOON) is None


def test_a_card_keeps_wecoms_limits() -> None:
    """Six buttons, short labels, keys by bytes; pages and what does not fit are left out."""
    buttons = (
        Button("我来处理这个问题并通知所有人", "/incident ack 1", is_primary=True),
        Button("page", url="https://example.com"),
        Button("long", "/incident note " + "字" * 400),
        *(Button(f"b{n}", f"/incident show {n}") for n in range(9)),
    )
    card = card_of(Reply("标题" * 40, Language.ZH, buttons=buttons), "task")
    assert card is not None
    inside = card["template_card"]
    assert len(inside["main_title"]["title"]) == 36
    assert [one["key"] for one in inside["button_list"]][:2] == ["once /incident ack 1", "/incident show 0"]
    assert len(inside["button_list"]) == 6
    assert max(len(one["text"]) for one in inside["button_list"]) == 10
    assert card_of(Reply("x", Language.EN, buttons=buttons[1:3]), "task") is None
