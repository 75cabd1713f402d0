"""The Slack on loopback refuses what Slack refuses: only so does its taking a message mean something."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.access import SlackAccess
from bot.slack.gateway import Gateway, Post, slack_client
from bot.slack.views import Origin, view_of
from tests.bot.slack.conftest import Naps
from tests.bot.slack.recorded import A_FORM
from tests.bot.slack.samples import sorry_reply
from tests.twins.slack_rules import CALLS_PER_MINUTE, RESPONSE_URL_SECONDS, RESPONSE_URL_USES, Rules
from tests.twins.slack_server import SlackServer

OPS = "C0OPS00001"
BLOCKS = [{"type": "section", "block_id": "one", "text": {"type": "mrkdwn", "text": "x", "verbatim": True}}]
PICTURE = {"type": "image", "block_id": "two", "alt_text": "x", "slack_file": {"id": "F000000000"}}
METADATA = {"event_type": "vigia_message", "event_payload": {}}


@pytest.fixture
def rules(slack: SlackServer, naps: Naps) -> Rules:
    """Return the rules, by a clock that only naps move."""
    slack.rules = Rules(naps.monotonic)
    return slack.rules


@pytest.fixture
def client(access: SlackAccess) -> AsyncWebClient:
    """Return a client that keeps no rule by itself."""
    return slack_client(access, token=access.bot_token)


async def _say(client: AsyncWebClient, *blocks: dict[str, Any], channel: str = OPS) -> None:
    await client.chat_postMessage(channel=channel, text="x", blocks=[*BLOCKS, *blocks], metadata=METADATA)


async def test_a_channel_takes_one_message_a_second_and_the_gateway_keeps_to_it(
    rules: Rules, client: AsyncWebClient, gateway: Gateway, slack: SlackServer, naps: Naps
) -> None:
    """Two at once are refused with the seconds to wait; another channel does not matter."""
    await _say(client)
    await _say(client, channel="C0SELLER01")
    with pytest.raises(SlackApiError) as refused:
        await _say(client)
    assert (refused.value.response.status_code, refused.value.response.headers["Retry-After"]) == (429, "1")
    await naps.sleep(1)
    for number in range(5):
        await gateway.post(Post(OPS, sorry_reply(), f"m{number}"))
    assert len(slack.messages[OPS]) == 6


async def test_a_method_takes_the_calls_of_its_tier(rules: Rules, client: AsyncWebClient, naps: Naps) -> None:
    """Past them it is refused until the first is a minute old."""
    for _ in range(CALLS_PER_MINUTE["conversations.history"]):
        await client.conversations_history(channel=OPS)
    with pytest.raises(SlackApiError) as refused:
        await client.conversations_history(channel=OPS)
    await naps.sleep(float(refused.value.response.headers["Retry-After"]))
    await client.conversations_history(channel=OPS)


@pytest.mark.parametrize("late", [False, True])
async def test_a_response_url_takes_five_posts_in_half_an_hour(
    rules: Rules, slack: SlackServer, naps: Naps, late: bool
) -> None:
    """The sixth is refused, and the first after its time."""
    url, body = slack.response_url(), {"text": "x", "blocks": BLOCKS}
    if late:
        await naps.sleep(RESPONSE_URL_SECONDS + 1)
    async with httpx.AsyncClient() as caller:
        statuses = [(await caller.post(url, json=body)).status_code for _ in range(RESPONSE_URL_USES + 1)]
    assert statuses == [404] * 6 if late else [200] * 5 + [404]


async def _open_twice(client: AsyncWebClient) -> None:
    for _ in range(2):
        await client.views_open(trigger_id="1.2.a", view=view_of(A_FORM, Origin("/kpi")))


@pytest.mark.parametrize(("pause", "code"), [(3.0, "exchanged_trigger_id"), (3.1, "expired_trigger_id")])
async def test_a_trigger_opens_one_form_within_three_seconds(
    rules: Rules, slack: SlackServer, client: AsyncWebClient, naps: Naps, pause: float, code: str
) -> None:
    """At the limit once, past it not at all."""
    rules.issue("1.2.a")
    await naps.sleep(pause)
    with pytest.raises(SlackApiError, match=code):
        await _open_twice(client)
    assert len(slack.views) == (1 if code == "exchanged_trigger_id" else 0)


async def test_a_picture_that_is_not_ready_costs_the_whole_message(slack: SlackServer, client: AsyncWebClient) -> None:
    """An id alone proves nothing: its content is looked at first."""
    slack.looks_until_ready = 2
    given = await client.files_getUploadURLExternal(filename="a.png", length=3)
    async with httpx.AsyncClient() as caller:
        await caller.post(str(given["upload_url"]), content=b"png")
    await client.files_completeUploadExternal(files=[{"id": given["file_id"]}])
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        await _say(client, PICTURE)
    for _ in range(2):
        await client.files_info(file=given["file_id"])
    await _say(client, PICTURE)
    assert len(slack.messages[OPS]) == 1


async def test_a_message_without_metadata_is_a_broken_rule(slack: SlackServer, client: AsyncWebClient) -> None:
    """And one of the gateway's always has some."""
    await client.chat_postMessage(channel=OPS, text="x", blocks=BLOCKS)
    assert slack.problems.pop().startswith("a message without metadata")
