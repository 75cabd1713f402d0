"""A button and its text twin are one act, whichever platform they come from."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.slack.arrivals import call_of_command, call_of_press
from bot.wecom.callbacks import written_of
from bot.wecom.cards import card_of
from bot.wecom.robot_messages import Asked, Pressed, told
from handlers.messages import Arrival, Button, Reply
from kpi.languages import Language
from tests.bot.slack import payloads
from tests.bot.wecom import robot_callbacks
from tests.contracts.test_books import NOW

ACT = "/incident ack 1001"


def key() -> str:
    """Return what a card of WeCom holds of the button."""
    card = card_of(Reply("1001", Language.ZH, buttons=(Button("我来处理", ACT, is_primary=True),)), "task")
    assert card is not None
    found: str = card["template_card"]["button_list"][0]["key"]
    return found


def slack(*, is_pressed: bool) -> Arrival:
    """Return the act as it comes from Slack."""
    if is_pressed:
        call = call_of_press(payloads.press(ACT, channel={"id": "C0OPS00001"}), NOW)
        assert call is not None
        return call.arrival
    return call_of_command(payloads.command("ack 1001", command="/incident"), NOW).arrival


def app(*, is_pressed: bool) -> Arrival:
    """Return the act as it comes from WeCom's app."""
    said = {"MsgType": "text", "Content": "事件 ack 1001", "MsgId": "1"}
    press = {"MsgType": "event", "Event": "template_card_event", "EventKey": key(), "TaskId": "t", "CreateTime": "1"}
    written = written_of({"FromUserName": "Ana", **(press if is_pressed else said)}, NOW)
    assert written is not None
    return written.arrival


def robot(*, is_pressed: bool) -> Arrival:
    """Return the act as it comes from WeCom's robot."""
    fields = robot_callbacks.press(key()) if is_pressed else robot_callbacks.message("@Vigia 事件 ack 1001")
    found = told(fields, NOW, "Vigia")
    assert isinstance(found, Pressed if is_pressed else Asked)
    return found.arrival


@pytest.mark.parametrize("door", [slack, app, robot])
def test_a_button_and_its_text_twin_are_one_act(door: Callable[..., Arrival]) -> None:
    """The same words of the same person in the same place: everything behind the door is shared."""
    pressed, typed = door(is_pressed=True), door(is_pressed=False)
    assert pressed.text == typed.text == ACT
    assert (pressed.platform, pressed.address, pressed.is_direct) == (typed.platform, typed.address, typed.is_direct)
    assert pressed.event_id != typed.event_id


@pytest.mark.parametrize("door", [slack, app, robot])
def test_a_press_delivered_twice_is_one_event(door: Callable[..., Arrival]) -> None:
    """The inbox sees one id."""
    assert door(is_pressed=True).event_id == door(is_pressed=True).event_id
