"""A message that is to stay in sight is pinned; that it cannot be is no reason not to send it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.slack.gateway import Gateway
from bot.slack.messenger import SlackMessenger
from handlers.messages import Reply
from kpi.languages import Language
from tests.bot.slack.samples import parcel
from tests.twins.slack_server import SlackServer, Trouble

ROOM = "C0OPS00001"
WELCOME = Reply("Welcome", Language.EN, text="words", is_pinned=True)


async def test_a_welcome_is_pinned_where_it_was_posted(slack: SlackServer, gateway: Gateway) -> None:
    """Once; what is not to be pinned is not."""
    messenger = SlackMessenger(gateway)
    receipt = await messenger.post(parcel(WELCOME))
    await messenger.post(parcel(replace(WELCOME, is_pinned=False)))
    assert slack.pins == [(ROOM, receipt.platform_message)]
    assert receipt.remark == ""


@pytest.mark.parametrize(
    ("trouble", "remark"),
    [
        (Trouble(code="missing_scope"), "Not pinned: missing_scope."),
        (Trouble(429, "ratelimited"), "Not pinned: ratelimited."),
        (Trouble(is_dropped=True), "Not pinned: ServerDisconnectedError."),
        (Trouble(code="already_pinned"), ""),
    ],
)
async def test_a_pin_that_is_refused_costs_a_remark(
    slack: SlackServer, gateway: Gateway, trouble: Trouble, remark: str
) -> None:
    """An older installation without the permission, for one."""
    slack.plan("pins.add", trouble)
    receipt = await SlackMessenger(gateway).post(parcel(WELCOME))
    assert [one["ts"] for one in slack.messages[ROOM]] == [receipt.platform_message]
    assert receipt.remark == remark
