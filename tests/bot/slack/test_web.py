"""Slack's requests over HTTP: who is believed, what is readable, and what is done once only."""

from __future__ import annotations

import json
import logging
from datetime import timedelta

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.access import SlackAccess
from bot.slack.limits import BODY_BYTES
from bot.slack.web import UnreadableBodyError, create_router, is_signed, require_readable
from kpi.errors import ConfigurationError
from tests.bot.slack.doors import Doors
from tests.bot.slack.payloads import FORM, SECRET, command, event, form_of, interaction_of, press, signed
from tests.bot.slack.samples import sorry_reply
from tests.twins.clock import A_SUNDAY_NOON, FakeClock


async def test_a_signed_command_is_acknowledged_empty_and_answered_later(doors: Doors) -> None:
    """200 with nothing in it: the answer comes by another way."""
    answer = await doors.command(command("gmv br 30d"))
    assert (answer.status_code, answer.content) == (200, b"")
    assert [one.text for one in doors.arrivals] == ["/kpi gmv br 30d"]
    (arrival,) = doors.arrivals
    assert (arrival.address, arrival.handle, arrival.event_id) == ("C0OPS00001", "U024ANA", "slack/111.222.aaa")
    assert arrival.at == A_SUNDAY_NOON


@pytest.mark.parametrize(("age", "status"), [(300, 200), (301, 401), (-300, 200), (-301, 401)])
async def test_a_request_is_believed_for_five_minutes(doors: Doors, age: int, status: int) -> None:
    """Both ways: clocks differ, and an old recording must not work."""
    answer = await doors.command(command(), A_SUNDAY_NOON - timedelta(seconds=age))
    assert answer.status_code == status
    assert len(doors.arrivals) == (1 if status == 200 else 0)


@pytest.mark.parametrize(
    "change",
    [
        {"x-slack-signature": "v0=" + "0" * 64},
        {"x-slack-signature": ""},
        {"x-slack-signature": "\xff"},
        {"x-slack-request-timestamp": ""},
        {"x-slack-request-timestamp": "soon"},
        {"x-slack-request-timestamp": "-1"},
        {"x-slack-request-timestamp": "9" * 5000},
        {"x-slack-request-timestamp": "１７９５"},
    ],
)
async def test_a_request_with_a_bad_signature_or_stamp_is_refused(doors: Doors, change: dict[str, str]) -> None:
    """401 always, never 500: a stranger learns nothing and wakes nobody."""
    body = form_of(command())
    headers = {name: value.encode("utf-8") for name, value in {**signed(body), **change}.items()}
    answer = await doors.send(body, headers)  # type: ignore[arg-type]  # bytes, so that any character can be sent
    assert answer.status_code == 401
    assert doors.arrivals == []


async def test_another_apps_secret_and_a_changed_body_are_refused(doors: Doors) -> None:
    """The signature covers every byte."""
    body = form_of(command())
    assert (await doors.send(body, signed(body, secret="another"))).status_code == 401
    assert (await doors.send(body + b"&text=targets", signed(body))).status_code == 401


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{broken", "application/json"),
        (b"[1, 2]", "application/json"),
        (b"\xff\xfe", FORM),
        (b"payload=notjson", FORM),
        (b"payload=[]", FORM),
        (b"", "text/plain"),
        (b"[" * 100_000, "application/json"),
    ],
)
async def test_signed_junk_is_refused_politely(doors: Doors, body: bytes, content_type: str) -> None:
    """Bolt alone answers 500 to each of these."""
    answer = await doors.send(body, signed(body, content_type))
    assert answer.status_code == 400
    unsigned = await doors.send(body, {"content-type": content_type})
    assert unsigned.status_code == 401


async def test_a_body_is_read_up_to_its_limit_only(doors: Doors) -> None:
    """One byte more and nothing of it is kept."""
    frame = len(form_of(command("")))
    fits = form_of(command("x" * (BODY_BYTES - frame)))
    assert len(fits) == BODY_BYTES
    assert (await doors.send(fits, signed(fits))).status_code == 200
    assert (await doors.send(fits + b"x", signed(fits + b"x"))).status_code == 413


async def test_slacks_question_whether_the_address_is_ours_is_answered(doors: Doors) -> None:
    """Slack asks once when the address is entered."""
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"}).encode()
    answer = await doors.send(body, signed(body, "application/json"))
    assert answer.status_code == 200
    assert answer.json() == {"challenge": "3eZbrw1a"}


async def test_a_replayed_request_is_acknowledged_and_does_nothing(doors: Doors) -> None:
    """Within five minutes a copy carries a good signature: its trigger id has been seen."""
    for _ in range(3):
        assert (await doors.command(command())).status_code == 200
    assert len(doors.arrivals) == 1


async def test_an_event_delivered_again_is_handled_once(doors: Doors) -> None:
    """Slack retries at once, after a minute and after five."""
    for _ in range(3):
        assert (await doors.event(event())).status_code == 200
    assert len(doors.arrivals) == 1


async def test_one_message_as_mention_and_as_message_is_one_question(doors: Doors) -> None:
    """Two events with two ids tell of the same message: its channel and ts are the same."""
    await doors.event(event("app_mention", "Ev1", channel="D0PERSON01", channel_type="im"))
    await doors.event(event("message", "Ev2", channel="D0PERSON01", channel_type="im"))
    assert len(doors.arrivals) == 1


async def test_a_button_pressed_twice_is_two_questions_and_replayed_is_one(doors: Doors) -> None:
    """A second press has a trigger id of its own."""
    await doors.press(press())
    await doors.press(press())
    await doors.press(press(trigger_id="555.666.ccc"))
    assert [one.text for one in doors.arrivals] == ["/kpi targets", "/kpi targets"]


@pytest.mark.parametrize(
    "happening",
    [
        event("message", subtype="message_changed"),
        event("message", subtype="channel_join"),
        event("message", channel_type="channel"),
        event("message", channel_type="im", bot_id="B01"),
        event("member_joined_channel"),
        event("reaction_added", item={"type": "message", "channel": "C1", "ts": "1"}),
        event("an_event_of_tomorrow"),
    ],
)
async def test_an_event_nobody_waits_for_is_acknowledged_and_silent(doors: Doors, happening: dict[str, object]) -> None:
    """Bolt alone answers 404, and Slack would send it three more times."""
    assert (await doors.event(happening)).status_code == 200
    assert doors.arrivals == []


@pytest.mark.parametrize("action_id", ["vigia_open/1", "of_an_older_version", "vigia_command/x"])
async def test_a_button_that_runs_nothing_is_acknowledged(doors: Doors, action_id: str) -> None:
    """Slack tells us of page buttons too, and old messages keep old buttons."""
    assert (await doors.press(press(None, action_id))).status_code == 200
    assert doors.arrivals == []


async def test_a_command_we_do_not_know_is_acknowledged(doors: Doors) -> None:
    """A manifest may be ahead of the code."""
    assert (await doors.command(command(command="/other"))).status_code == 200
    assert doors.arrivals == []


async def test_silence_is_an_empty_acknowledgement_and_no_call(doors: Doors) -> None:
    """An unbound room learns nothing, not even that somebody listens."""
    doors.reply = None
    answer = await doors.command(command())
    assert (answer.status_code, answer.content) == (200, b"")


async def test_a_signed_request_in_good_order_leaves_no_warning(doors: Doors, caplog: pytest.LogCaptureFixture) -> None:
    """Bolt warns about what no listener takes; a warning a day would hide the real one."""
    doors.reply = None
    with caplog.at_level(logging.WARNING):
        await doors.command(command())
        await doors.event(event())
        await doors.press(press())
    assert caplog.records == []


def test_a_blank_signing_secret_opens_no_door(clock: FakeClock) -> None:
    """Bolt takes an empty secret without a word; anybody could sign with it."""
    with pytest.raises(ConfigurationError):
        SlackAccess(" ", "xoxb-not-a-token")
    with pytest.raises(ConfigurationError):
        SlackAccess("secret", "")
    with pytest.raises(ValueError, match="blank"):
        create_router(FastAPI(), "", clock)  # type: ignore[arg-type]  # it never gets as far as the app
    assert SlackAccess("", "xoxb-not-a-token", "xapp-not-a-token").app_token


def test_secrets_do_not_show_in_a_repr() -> None:
    """A repr ends in log lines."""
    assert "not-a-token" not in repr(SlackAccess(SECRET, "xoxb-not-a-token", "xapp-not-a-token"))


@given(body=st.binary(max_size=200), content_type=st.sampled_from([FORM, "application/json", ""]))
def test_any_bytes_are_readable_or_refused(body: bytes, content_type: str) -> None:
    """Whatever comes, the check raises its own error and nothing else."""
    try:
        require_readable(body, content_type)
    except UnreadableBodyError:
        return


@given(body=st.binary(max_size=200), flipped=st.integers(min_value=0))
def test_a_signature_holds_for_its_own_bytes_only(body: bytes, flipped: int) -> None:
    """Any changed bit breaks it."""
    headers = signed(body)
    now = A_SUNDAY_NOON.timestamp()
    assert is_signed(SECRET, headers, body, now)
    changed = bytearray(body or b"x")
    changed[flipped % len(changed)] ^= 1
    assert not is_signed(SECRET, headers, bytes(changed), now)


async def test_an_interaction_is_read_as_before(doors: Doors) -> None:
    """The guard for the word "payload" leaves real payloads alone."""
    doors.reply = sorry_reply()
    body = interaction_of(press("/kpi why payload"))
    await doors.send(body, signed(body))
    assert [one.text for one in doors.arrivals] == ["/kpi why payload"]
