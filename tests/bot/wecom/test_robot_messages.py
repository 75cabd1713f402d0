"""What is said to the robot, and what is only noise."""

from __future__ import annotations

from typing import Any

import pytest

from bot.wecom.robot_messages import HELP, Asked, Polled, Pressed, told
from kpi.engagements import Platform
from tests.bot.wecom.robot_callbacks import message, poll, press
from tests.contracts.test_books import NOW


def asked(fields: dict[str, Any], name: str = "Vigia") -> Asked:
    """Return a message as it was understood."""
    found = told(fields, NOW, name)
    assert isinstance(found, Asked)
    return found


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("@Vigia /kpi 转化率 近7天", "/kpi 转化率 近7天"),
        ("@Vigia 转化率 近7天", "/kpi 转化率 近7天"),
        ("@vigia　／kpi 转化率", "/kpi 转化率"),
        ("转化率 @Vigia 近7天", "/kpi 转化率 近7天"),
        ("@Vigia 事件 1001", "/incident 1001"),
        ("@Vigia /incident ack 1001", "/incident ack 1001"),
        ("@Vigia @lumina 转化率", "/kpi @lumina 转化率"),
        ("@Another 转化率", "/kpi 转化率"),
        ("@Vigia 记入 1001", "/incident 记入 1001"),
        ("@Vigia 记入", "/incident 记入"),
        ("@Vigia 撤出", "/incident 撤出"),
        ("@Vigia 事件 记入 1001", "/incident 记入 1001"),
        ("@Vigia", HELP),
        ("", HELP),
    ],
)
def test_words_in_a_group_are_a_command_without_the_robots_name(said: str, command: str) -> None:
    """A slash may be missing or full-width."""
    assert asked(message(said)).arrival.text == command


def test_a_name_may_hold_spaces() -> None:
    """It is what the robot is called in WeCom, which the settings say."""
    assert asked(message("@店铺 守望 转化率"), "店铺 守望").arrival.text == "/kpi 转化率"


def test_alone_nobody_has_to_be_named() -> None:
    """What looks like a name is an engagement's."""
    found = asked(message("@lumina 转化率", chat=""))
    assert found.arrival.text == "/kpi @lumina 转化率"
    assert found.arrival.is_direct
    assert not found.arrival.address.startswith("robot:")


def test_a_chats_id_keeps_its_capitals() -> None:
    """93006 otherwise; whose ids are hidden is found out later."""
    found = asked(message("x", person="woHiddenAna")).arrival
    assert (found.platform, found.address, found.handle) == (Platform.WECOM, "robot:wrChat", "woHiddenAna")
    assert found.event_id == "wecom/robot/m-1"


def test_an_answer_has_one_name_for_all_deliveries_of_a_message() -> None:
    """WeCom repeats a message; the answer must not begin anew."""
    assert asked(message("x")).answer_id == asked(message("x")).answer_id
    assert asked(message("x")).answer_id != asked(message("x", number=2)).answer_id


def test_of_a_mixed_message_the_words_count_and_what_it_quotes_does_not() -> None:
    """A quoted command is somebody else's."""
    items: list[Any] = [
        {"msgtype": "text", "text": {"content": "@Vigia 事件"}},
        {"msgtype": "image", "image": {"url": "x"}},
        {"msgtype": "text", "text": {"content": "1001"}},
        "noise",
    ]
    fields = {**message(""), "msgtype": "mixed", "mixed": {"msg_item": items}, "quote": {"text": {"content": "/kpi"}}}
    assert asked(fields).arrival.text == "/incident 1001"


@pytest.mark.parametrize(
    "quote",
    [
        {"msgtype": "text", "text": {"content": "付款一直报错"}},
        {"msgtype": "mixed", "mixed": {"msg_item": [{"msgtype": "text", "text": {"content": "付款一直报错"}}]}},
    ],
)
def test_what_somebody_quotes_comes_along_and_is_no_command(quote: dict[str, Any]) -> None:
    """The same words are the same message; who wrote them WeCom does not say."""
    first = asked({**message("@Vigia 记入 1001"), "quote": quote}).arrival
    again = asked({**message("@Vigia 记入", number=2), "quote": quote}).arrival
    assert first.text == "/incident 记入 1001"
    assert first.quoted is not None
    assert again.quoted is not None
    assert (first.quoted.text, first.quoted.author, first.quoted.can_be_named) == ("付款一直报错", "", False)
    assert first.quoted.id == again.quoted.id
    other = {"msgtype": "text", "text": {"content": "别的"}}
    elsewhere = asked({**message("@Vigia 记入"), "quote": other}).arrival.quoted
    assert elsewhere is not None
    assert elsewhere.id != first.quoted.id


@pytest.mark.parametrize(
    "quote",
    [None, "付款", {}, {"msgtype": "image", "image": {"url": "x"}}, {"msgtype": "text", "text": {"content": 7}}],
)
def test_a_quotation_without_words_is_none(quote: object) -> None:
    """A picture alone cannot be taken in from there."""
    assert asked({**message("@Vigia 记入"), "quote": quote}).arrival.quoted is None


def test_alone_with_the_robot_nothing_is_quoted() -> None:
    """What is taken in stands in a room."""
    quote = {"msgtype": "text", "text": {"content": "付款一直报错"}}
    assert asked({**message("记入 1001", chat=""), "quote": quote}).arrival.quoted is None


def test_a_pressed_button_is_its_command() -> None:
    """And tells whether it settles its card."""
    found = told(press("once /incident @north ack 1001"), NOW, "Vigia")
    assert isinstance(found, Pressed)
    assert (found.arrival.text, found.task, found.is_settling) == ("/incident @north ack 1001", "task-1", True)
    assert told(poll("answer"), NOW, "Vigia") == Polled("answer")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"msgtype": "text"},
        {**message("x"), "msgid": 7},
        {**message("x"), "from": "ana"},
        {**message("x"), "msgtype": "image"},
        {**message("x"), "msgtype": "event", "event": {"eventtype": "enter_chat"}},
        {**message("x"), "msgtype": "event", "event": "template_card_event"},
        press("settled"),
        press(""),
        {"msgtype": "stream", "stream": {}},
        {**message("x"), "msgtype": "mixed", "mixed": {"msg_item": 3}},
    ],
)
def test_everything_else_is_nothing(fields: dict[str, Any]) -> None:
    """Whatever shape it has."""
    assert told(fields, NOW, "Vigia") is None
