"""What must not happen, each by name: requests nobody may believe, acts that come twice, and words meant to do harm."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.slack.limits import BODY_BYTES
from bot.slack.seen import SeenEvents
from tests.bot.slack.payloads import BOT_USER, FORM, command, event, form_of, press, reacted, said, signed
from tests.bot.slack.test_home import home_press, opened
from tests.journeys.sent_world import MANAGER, World
from tests.journeys.slack_bot import SlackBot
from tests.journeys.test_slack_listening import OPERATIONS, SELLER, TS, WEI
from tests.twins.slack_server import Trouble
from tests.twins.slack_transports import COMMAND, EVENT, INTERACTION, OverHttp

LONGEST = 40_000
"""Characters of the longest message Slack takes."""
WAKES = re.compile(r"<!(channel|here|everyone|subteam)")
HOSTILE = "<!channel> <b>checkout</b> & <https://evil.example|click> <!here> Lumina ML Brasil 的转化率掉得很厉害"
ELSEWHERE = {"team_id": "T0OTHER999", "channel_id": "C0OTHER999", "user_id": "U0OTHER999"}


@pytest.fixture
def http() -> OverHttp:
    """Return the way in."""
    return OverHttp()


@pytest.fixture
async def bot(world: World, http: OverHttp) -> AsyncIterator[SlackBot]:
    """Return a bot that is sent signed requests; nothing it says may break a rule or wake a channel."""
    made = SlackBot(world, http)
    await made.open()
    yield made
    await made.close()
    assert world.slack.problems == []
    assert "Traceback" not in everything_said(made)


def everything_said(bot: SlackBot) -> str:
    """Return all that anybody could read."""
    slack = bot.slack
    posted = [one for channel in slack.messages for one in bot.ours(channel)]
    return json.dumps([posted, slack.whispers, slack.homes], ensure_ascii=False)


def nothing_was_said(bot: SlackBot) -> bool:
    """Tell whether nobody was told anything."""
    return not bot.slack.whispers and not any(bot.ours(channel) for channel in list(bot.slack.messages))


# ------------------------------------------------------------------------------------------ who is believed


@pytest.mark.parametrize(
    "change",
    [
        {"x-slack-signature": "v0=" + "0" * 64},
        {"x-slack-signature": ""},
        {"x-slack-request-timestamp": ""},
        {"x-slack-request-timestamp": "soon"},
        {"x-slack-request-timestamp": "1e9"},
    ],
    ids=["bad signature", "no signature", "no timestamp", "timestamp in words", "timestamp as a float"],
)
async def test_a_request_that_slack_did_not_sign_is_refused(
    bot: SlackBot, http: OverHttp, change: dict[str, str]
) -> None:
    """401, one line in the log that holds nothing of the body, and nothing done."""
    with capture_logs() as logs:
        answer = await http.send(form_of(command("targets")), FORM, **change)
    await bot.settle()
    assert answer.status_code == 401
    assert [one["event"] for one in logs] == ["slack_request_refused"]
    assert "targets" not in str(logs)
    assert nothing_was_said(bot)


async def test_a_request_older_than_five_minutes_is_refused(bot: SlackBot, http: OverHttp) -> None:
    """A recording of yesterday has a good signature, too."""
    body = form_of(command("targets"))
    old = signed(body, FORM, bot.world.clock() - timedelta(seconds=301), "not-a-secret")
    assert (await http.send(body, FORM, **old)).status_code == 401
    assert nothing_was_said(bot)


async def test_a_request_replayed_within_five_minutes_is_done_once(bot: SlackBot) -> None:
    """Also by another process, or after a restart: what the door forgets, the inbox knows."""
    report = {"command": "/incident", "trigger_id": "9.9.z"}
    for _ in range(2):
        assert await bot.command("new severity: S1 store: lumina-ml-br: checkout is down", **report) == {}
    door = bot.world.vigia.slack
    assert door is not None
    assert isinstance(door.door.claim, SeenEvents)
    door.door.claim._seen_at.clear()
    assert await bot.command("new severity: S1 store: lumina-ml-br: checkout is down", **report) == {}
    assert len(bot.incidents()) == len(bot.slack.whispers) == 1


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"\xff\xfe", FORM, 400),
        (b"{broken", "application/json", 400),
        (b"[1, 2]", "application/json", 400),
        (b"payload=[]", FORM, 400),
        (b"x" * (BODY_BYTES + 1), FORM, 413),
    ],
    ids=["invalid UTF-8", "broken JSON", "JSON list", "payload that is a list", "oversized"],
)
async def test_signed_junk_is_refused_and_leaves_no_trace(
    bot: SlackBot, http: OverHttp, body: bytes, content_type: str, status: int
) -> None:
    """Slack sends none of it; whoever does learns nothing, and no traceback fills the log."""
    with capture_logs() as logs:
        assert (await http.send(body, content_type)).status_code == status
    assert [one for one in logs if one["log_level"] == "error"] == []
    assert nothing_was_said(bot)


# ------------------------------------------------------------------------------------------ what comes twice


async def test_an_event_that_slack_retries_is_answered_once_and_logged_each_time(bot: SlackBot) -> None:
    """At once, after a minute, and after five."""
    words = f"<@{BOT_USER}> kpi targets"
    with capture_logs() as logs:
        for retry in range(4):
            assert await bot.deliver(EVENT, event(text=words), retry) == {}
    assert [one["number"] for one in logs if one["event"] == "slack_event_retried"] == ["1", "2", "3"]
    assert len(bot.ours(SELLER)) == 1


@pytest.mark.parametrize("order", [("app_mention", "message"), ("message", "app_mention")])
async def test_one_act_as_mention_and_as_message_is_answered_once(bot: SlackBot, order: tuple[str, str]) -> None:
    """In whichever order, and although its words would be an offer by themselves."""
    for number, kind in enumerate(order):
        await bot.deliver(EVENT, event(kind, f"Ev{number}", text=f"<@{BOT_USER}> kpi targets"))
    assert len(bot.ours(SELLER)) == 1


async def test_two_commands_without_a_trigger_are_two_commands(bot: SlackBot) -> None:
    """Slack always sends one; without it, what is said tells acts apart, and only a copy counts as one."""
    for words in ("targets", "help", "help"):
        await bot.command(words, trigger_id="")
    assert len(bot.slack.whispers) == 2


# ------------------------------------------------------------------------------------------ words and names


@pytest.mark.parametrize(
    "field", [{"channel_name": "payload-alerts"}, {"user_name": "payload"}, {"team_domain": "payload-inc"}]
)
async def test_a_name_with_the_word_payload_does_no_harm(bot: SlackBot, field: dict[str, str]) -> None:
    """Bolt alone would lose the whole command: 404."""
    assert await bot.command("targets", **field) == {}
    (whisper,) = bot.slack.whispers
    assert "Lumina" in str(whisper["blocks"])


async def test_the_word_payload_in_a_command_is_a_word_like_any_other(bot: SlackBot) -> None:
    """It arrives, and is answered as what it is."""
    assert await bot.command("new the payload of checkout is lost", command="/incident") == {}
    assert [one.report for one in bot.incidents()] == ["the payload of checkout is lost"]


@pytest.mark.parametrize("words", ["x" * LONGEST, "转化" * (LONGEST // 2), "kpi " * (LONGEST // 4)])
async def test_forty_thousand_characters_get_one_sentence(bot: SlackBot, words: str) -> None:
    """Within the limits of a message, and by every door."""
    await bot.command(words)
    await bot.deliver(EVENT, event(text=f"<@{BOT_USER}> kpi {words}"[:LONGEST]))
    await bot.deliver(EVENT, said(words, ts="1795000900.000100"))
    assert [bool(re.search(r"[A-Z]+-[0-9a-f]{6}", str(one["blocks"]))) for one in bot.slack.whispers] == [True, True]
    assert len(everything_said(bot)) < LONGEST / 2


async def test_markup_in_a_sellers_words_wakes_nobody_and_links_nowhere(bot: SlackBot) -> None:
    """Offered, reported, told in every room, asked again and listed: always as they were typed, never as markup."""
    bot.slack.messages[SELLER].append({"ts": TS, "text": HOSTILE})
    await bot.deliver(EVENT, said(HOSTILE))
    siren = reacted("rotating_light", user=WEI, item={"type": "message", "channel": SELLER, "ts": TS}, item_user=WEI)
    await bot.deliver(EVENT, siren)
    (incident,) = bot.incidents()
    await bot.command(f"show {incident.number}", command="/incident", trigger_id="2.2")
    await bot.command(HOSTILE, trigger_id="3.3")
    await bot.deliver(EVENT, event(text=f"<@{BOT_USER}> kpi {HOSTILE}", ts="1795000800.000100"))
    assert len(bot.ours(OPERATIONS)) >= 1
    said_by_us = everything_said(bot)
    assert "checkout" in said_by_us
    assert not WAKES.search(said_by_us)
    assert "<https://evil" not in said_by_us
    assert "<b>" not in said_by_us


# ------------------------------------------------------------------------------------------ places, forms, views


@pytest.mark.parametrize("action_id", ["of_an_older_version", "vigia_command/x", ""])
async def test_an_unknown_button_is_acknowledged_and_silent(bot: SlackBot, action_id: str) -> None:
    """Old messages keep their buttons for years."""
    assert await bot.deliver(INTERACTION, press("/kpi targets", action_id)) == {}
    assert nothing_was_said(bot)


async def test_ids_of_another_workspace_get_silence_or_one_sentence(bot: SlackBot) -> None:
    """An unbound channel: silence by every door. In a bound one a stranger learns alone whom to ask."""
    stranger: dict[str, Any] = {"user": {"id": ELSEWHERE["user_id"], "team_id": "T0OTHER999"}}
    away = ELSEWHERE["channel_id"]
    await bot.deliver(COMMAND, command("targets", **ELSEWHERE, response_url=bot.slack.response_url()))
    await bot.deliver(EVENT, {**event(channel=away, user=ELSEWHERE["user_id"]), "team_id": "T0OTHER999"})
    await bot.deliver(INTERACTION, press(channel={"id": away}, **stranger))
    await bot.deliver(EVENT, reacted("rotating_light", item={"type": "message", "channel": away, "ts": "1.2"}))
    assert nothing_was_said(bot)
    await bot.deliver(EVENT, event(user=ELSEWHERE["user_id"], ts="1795000700.000100"))
    (whisper,) = bot.slack.whispers
    assert whisper["user"] == ELSEWHERE["user_id"]
    assert "Ana" in str(whisper)


async def test_a_modal_submitted_after_its_incident_ended_says_so_and_keeps_what_was_typed(bot: SlackBot) -> None:
    """One sentence inside the modal; the incident stays as it ended."""
    await bot.command("new", command="/incident", trigger_id="1.1")
    await bot.submit(bot.slack.views[-1], text="checkout is down", store="lumina-ml-br", metric="-", severity="S1")
    await bot.press("/incident analysis 1001", trigger_id="2.2")
    analysis = bot.slack.views[-1]
    await bot.press("/incident resolve 1001", trigger_id="3.3")
    assert await bot.submit(bot.slack.views[-1], cause="gateway", action="switched", reason="payments work") == {}
    ended = bot.incidents()
    said_in_it = await bot.submit(analysis, text="the gateway")
    assert list(said_in_it["errors"]) == ["text"]
    assert "#1001" in said_in_it["errors"]["text"]
    assert bot.incidents() == ended


async def test_a_modal_of_an_earlier_version_keeps_what_was_typed(bot: SlackBot) -> None:
    """What it carries cannot be read any more: it must not close as if it had been taken."""
    await bot.command("new", command="/incident", trigger_id="1.1")
    old = {**bot.slack.views[-1], "private_metadata": '{"of": "an earlier version"}'}
    said_in_it = await bot.submit(old, text="checkout is down", severity="S1")
    assert list(said_in_it["errors"]) == ["text"]
    assert "cannot be read any more" in said_in_it["errors"]["text"]
    assert bot.incidents() == ()


async def test_a_conflict_of_hashes_costs_the_view_alone(bot: SlackBot) -> None:
    """Somebody else's change of the same home came first: it is looked at again, and the press is answered."""
    await bot.deliver(EVENT, opened(user=MANAGER))
    bot.slack.plan("views.publish", Trouble(code="hash_conflict"))
    with capture_logs() as logs:
        await bot.deliver(INTERACTION, home_press("/kpi @lumina targets", user={"id": MANAGER}))
    assert [one for one in logs if one["event"] == "slack_home_not_shown"] == []
    assert len(bot.ours("D0PERSON01")) == 1
