"""Documents in Slack: a file in the thread of the message, or in the conversation of who asked in private."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.slack.gateway import Gateway
from bot.slack.messenger import SlackMessenger
from kpi.deliveries import Placing
from tests.bot.slack.doors import Doors
from tests.bot.slack.payloads import command, event
from tests.bot.slack.samples import PNG, parcel
from tests.twins.documents import PDF, REPLY
from tests.twins.slack_server import SlackServer

ROOM = "C0OPS00001"


@pytest.fixture
def messenger(gateway: Gateway) -> SlackMessenger:
    """Return the messenger under test."""
    return SlackMessenger(gateway)


async def test_a_document_follows_into_the_thread_of_its_message(slack: SlackServer, messenger: SlackMessenger) -> None:
    """Under its own name, with its title."""
    receipt = await messenger.post(replace(parcel(REPLY), document=PDF))
    (file,) = slack.files.values()
    assert receipt.remark == ""
    assert (file.content, file.shares) == (PDF, [(ROOM, receipt.platform_message)])
    assert slack.of("files.getUploadURLExternal")[0]["filename"] == "incident-1001.pdf"


async def test_the_document_of_an_answer_stays_in_the_same_thread(
    slack: SlackServer, messenger: SlackMessenger
) -> None:
    """That of the card."""
    card = await messenger.post(parcel())
    answer = replace(parcel(REPLY), document=PDF, placing=Placing.REPLY, anchor=card.platform_message)
    await messenger.post(answer)
    (file,) = slack.files.values()
    assert file.shares == [(ROOM, card.platform_message)]


async def test_a_document_slack_does_not_take_is_a_remark(slack: SlackServer, messenger: SlackMessenger) -> None:
    """The message stands."""
    slack.accepts_bytes = False
    receipt = await messenger.post(replace(parcel(REPLY), document=PDF))
    assert receipt.remark == "The document was lost: Slack did not take it."
    assert len(slack.messages[ROOM]) == 1


async def test_a_private_answers_document_goes_to_the_persons_own_conversation(
    slack: SlackServer, doors: Doors
) -> None:
    """Nobody else in the channel gets it."""
    doors.reply = replace(REPLY, is_private=True)
    await doors.command(command("incident summary 1001", response_url=slack.response_url()))
    (file,) = slack.files.values()
    assert (file.content, file.shares) == (PNG, [("D0PERSON01", "")])  # the painter of these tests knows one drawing


async def test_a_private_answer_to_a_mention_brings_its_document_too(slack: SlackServer, doors: Doors) -> None:
    """There is no response URL: it is whispered, and the file goes to the person's own conversation."""
    doors.reply = replace(REPLY, is_private=True)
    await doors.event(event())
    (file,) = slack.files.values()
    assert file.shares == [("D0PERSON01", "")]
    assert len(slack.whispers) == 1


async def test_a_document_that_cannot_be_printed_costs_only_itself(slack: SlackServer, doors: Doors) -> None:
    """The answer is there."""
    doors.reply, doors.drawing_fails = replace(REPLY, is_private=True), True
    await doors.command(command("incident summary 1001", response_url=slack.response_url()))
    assert len(slack.whispers) == 1
    assert slack.files == {}
