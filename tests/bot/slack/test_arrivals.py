"""Slack's payloads as the words people typed and the place where they wait."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.arrivals import (
    asked_words,
    call_of_command,
    call_of_direct_message,
    call_of_mention,
    call_of_press,
    own_users,
)
from tests.bot.slack.payloads import BOT_USER, command, event, press
from tests.bot.slack.samples import AT

OWN = frozenset({BOT_USER})


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        (f"<@{BOT_USER}> kpi conversion br", "/kpi conversion br"),
        (f"<@{BOT_USER}> /kpi conversion", "/kpi conversion"),
        (f"<@{BOT_USER}> ／kpi 转化率 巴西", "/kpi 转化率 巴西"),
        (f"<@{BOT_USER}>\u00a0KPI\n gmv", "/kpi gmv"),
        (f"<@{BOT_USER}|vigia> incident pago caiu", "/incident pago caiu"),
        (f"kpi gmv <@{BOT_USER}>", "/kpi gmv"),
        (f"<@{BOT_USER}> kpi转化率", "kpi转化率"),
        (f"<@{BOT_USER}> kpis", "kpis"),
        (f"<@{BOT_USER}> kpi R&amp;D &lt;x&gt;", "/kpi R&D <x>"),
        (f"<@{BOT_USER}> kpi <@U0SELLER01>", "/kpi <@U0SELLER01>"),
        (f"<@{BOT_USER}>", ""),
        ("obrigado!", "obrigado!"),
    ],
)
def test_a_mention_becomes_the_command_it_means(typed: str, asked: str) -> None:
    """A leading kpi or incident gets its slash; everything else stays what was typed."""
    assert asked_words(typed, OWN) == asked


def test_an_unknown_own_name_is_taken_from_the_start() -> None:
    """Some payloads do not say under which name we received them."""
    assert asked_words("<@U0ANYBODY1> kpi gmv <@U0SELLER01>", frozenset()) == "/kpi gmv <@U0SELLER01>"


@given(st.text(max_size=80))
def test_any_text_is_asked_without_an_exception(text: str) -> None:
    """People type anything; a command keeps exactly one slash."""
    asked = asked_words(f"<@{BOT_USER}> {text}", OWN)
    assert not asked.startswith("//kpi")
    assert asked == asked.strip()


def test_a_command_is_answered_privately_by_its_response_url() -> None:
    """Only its sender sees it, until they share it."""
    call = call_of_command(command("R&amp;D <@U1|li>", response_url="https://hooks.example/1"), AT)
    assert call.arrival.text == "/kpi R&D <@U1|li>"
    assert (call.place.is_private, call.place.response_url) == (True, "https://hooks.example/1")
    assert call_of_command(command(""), AT).arrival.text == "/kpi"


def test_a_mention_is_answered_in_its_thread() -> None:
    """A mention inside a thread stays in that thread; one outside opens its own."""
    outside = call_of_mention(event(), AT)
    inside = call_of_mention(event(thread_ts="1795000000.000001"), AT)
    assert outside is not None
    assert inside is not None
    assert outside.place.thread_ts == "1795000100.000200"
    assert inside.place.thread_ts == "1795000000.000001"
    assert outside.arrival.event_id == "slack/C0SELLER01/1795000100.000200"
    assert not outside.place.is_private


@pytest.mark.parametrize(
    "change", [{"bot_id": "B1"}, {"subtype": "bot_message"}, {"user": ""}, {"channel": ""}, {"ts": ""}]
)
def test_what_no_person_wrote_is_no_call(change: dict[str, str]) -> None:
    """Two bots that answer each other never stop."""
    assert call_of_mention(event(**change), AT) is None
    assert call_of_direct_message(event("message", channel_type="im", **change), AT) is None


def test_a_message_with_a_file_is_a_persons_message() -> None:
    """`file_share` is how Slack marks a person's words with a picture."""
    call = call_of_direct_message(event("message", channel_type="im", subtype="file_share"), AT)
    assert call is not None
    assert call.place.thread_ts is None


def test_a_channels_message_is_not_ours_to_answer() -> None:
    """Only a mention calls us there."""
    assert call_of_direct_message(event("message", channel_type="channel"), AT) is None


def test_a_press_below_a_public_message_is_answered_in_its_thread() -> None:
    """Sellers of another workspace have buttons and mentions only: what they see must not be private."""
    call = call_of_press(press(), AT)
    assert call is not None
    assert (call.arrival.text, call.arrival.handle) == ("/kpi targets", "U0SELLER01")
    assert (call.place.is_private, call.place.thread_ts) == (False, "1795000000.000100")


def test_a_press_below_a_private_message_is_answered_privately() -> None:
    """A private message has no thread."""
    hidden = press(container={"type": "message", "message_ts": "1.2", "is_ephemeral": True})
    call = call_of_press(hidden, AT)
    assert call is not None
    assert (call.place.is_private, call.place.thread_ts) == (True, None)


def test_sharing_answers_the_whole_channel() -> None:
    """The share button stands below a private message, its answer is for all."""
    hidden = press("/kpi gmv", "vigia_share", container={"message_ts": "1.2", "is_ephemeral": True})
    call = call_of_press(hidden, AT, is_shared=True)
    assert call is not None
    assert (call.place.is_shared, call.place.is_private, call.place.thread_ts) == (True, False, None)


@pytest.mark.parametrize("broken", [{"actions": []}, {"user": {}}, {"channel": None, "container": {}}])
def test_a_press_that_names_nobody_or_nothing_is_no_call(broken: dict[str, Any]) -> None:
    """Slack's payloads grow new shapes."""
    assert call_of_press(press(**broken), AT) is None


def test_a_persons_own_conversation_is_told_apart_by_its_id() -> None:
    """What is typed, pressed or commanded there is about whatever they serve; the answer stands below it."""
    typed = call_of_direct_message(event("message", channel="D0ANA00001", channel_type="im"), AT)
    pressed = call_of_press(press("/incident @lumina ack 1001", channel={"id": "D0ANA00001"}), AT)
    commanded = call_of_command(command("list", channel_id="D0ANA00001"), AT)
    for call in (typed, pressed, commanded):
        assert call is not None
        assert call.arrival.is_direct
        assert call.place.is_direct
        assert call.place.thread_ts is None
    for call in (call_of_command(command(), AT), call_of_press(press(), AT), call_of_mention(event(), AT)):
        assert call is not None
        assert not call.arrival.is_direct


def test_our_own_names_are_those_of_bots_only() -> None:
    """An authorization can also be a person's."""
    granted = [{"user_id": BOT_USER, "is_bot": True}, {"user_id": "U024ANA", "is_bot": False}]
    assert own_users({"authorizations": granted}) == OWN
    assert own_users({}) == frozenset()
